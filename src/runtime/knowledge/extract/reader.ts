import path from 'node:path';
import type { Chunk } from '../chunk';
import { WorkerClient, WorkerError } from '../worker-client';
import type { Format } from './format';
import { type Extracted, ExtractionError } from './types';

export type ReadRequest =
  | { kind: 'extract'; format: Format; bytes: Uint8Array }
  | { kind: 'chunk'; markdown: string };
export type ReadAnswer = Extracted | { chunks: Chunk[] };

/**
 * The longest that one file may take, in milliseconds: the others wait for it. A PDF of 1,000 pages and some
 * megabytes takes about 10 s.
 */
const patience = { least: 15_000, perMegabyte: 10_000, most: 120_000 };
const idleMs = 30_000;
const heapMb = 1024;

/** Reads files in a worker thread, so that no file can stop or starve the runtime. */
export class Reader {
  readonly #worker: WorkerClient<ReadRequest, ReadAnswer>;

  /** @param folder absolute path of the folder with the runtime's bundles. */
  constructor(folder: string) {
    this.#worker = new WorkerClient({ file: path.join(folder, 'extract-worker.js'), idleMs, heapMb });
  }

  /** @throws ExtractionError with a sentence that says why the file has no text. */
  async extract(format: Format, bytes: Uint8Array): Promise<Extracted> {
    const answer = await this.#ask({ kind: 'extract', format, bytes }, bytes.length);
    if (!('markdown' in answer)) throw new Error('The worker answered another question.');
    return answer;
  }

  async chunk(markdown: string): Promise<Chunk[]> {
    const answer = await this.#ask({ kind: 'chunk', markdown }, markdown.length);
    if (!('chunks' in answer)) throw new Error('The worker answered another question.');
    return answer.chunks;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  async #ask(request: ReadRequest, size: number): Promise<ReadAnswer> {
    const { least, perMegabyte, most } = patience;
    const timeoutMs = Math.min(most, least + (size / 1_000_000) * perMegabyte);
    try {
      return await this.#worker.ask(request, timeoutMs);
    } catch (error) {
      throw error instanceof WorkerError ? (problemOf(error) ?? error) : error;
    }
  }
}

/** @returns undefined for what is not the file's fault. */
function problemOf(error: WorkerError): ExtractionError | undefined {
  switch (error.name) {
    case 'ExtractionError':
      return new ExtractionError(error.message);
    case 'TimeoutError':
      return new ExtractionError(
        `The file could not be read: ${error.message} Split it and upload the parts.`,
      );
    case 'AbortError':
      return undefined;
    default:
      // ERR_WORKER_OUT_OF_MEMORY, a stack that overflowed on deep nesting, a bug in a format's library.
      return new ExtractionError(`The file could not be read: ${error.message}`, { cause: error });
  }
}
