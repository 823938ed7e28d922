import type { EmbeddingModel } from 'ai';
import { type Embedder, EmbeddingError } from './embedder';

export interface RemoteOptions {
  /** The whole name, "ollama/nomic-embed-text". */
  model: string;
  /** As the server calls it. */
  name: string;
  /** Base of its API, up to and with "/v1". */
  baseUrl: string;
  apiKey?: string;
}

const timeoutMs = 60_000;
/** How often a call is repeated on 429, 5xx and broken connections, ever more slowly. */
const maxRetries = 3;

type Sdk = typeof import('../../models/sdk');

/** Embeddings by any server that speaks OpenAI's `POST /embeddings`: OpenAI, Ollama, LM Studio, vLLM. */
export class RemoteEmbedder implements Embedder {
  readonly model: string;
  readonly batchSize = 64;
  readonly #options: RemoteOptions;
  #model: EmbeddingModel | undefined;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.model = options.model;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    // Loaded with the first call: a runtime without such a server never needs it.
    const sdk = await import('../../models/sdk');
    this.#model ??= this.#create(sdk);
    try {
      const { embeddings } = await sdk.embedMany({
        model: this.#model,
        values: [...texts],
        maxRetries,
        abortSignal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return this.#checked(embeddings, texts.length);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof EmbeddingError) throw error;
      throw new EmbeddingError(this.#sentence(error, sdk), { cause: error });
    }
  }

  async close(): Promise<void> {
    // Nothing is held between calls.
  }

  #checked(embeddings: readonly (readonly number[])[], expected: number): Float32Array[] {
    const dimensions = embeddings[0]?.length ?? 0;
    const fits = embeddings.every((each) => each.length === dimensions && each.every(Number.isFinite));
    if (embeddings.length !== expected || dimensions === 0 || !fits) {
      throw new EmbeddingError(
        `The embedding server at ${this.#options.baseUrl} answered ${embeddings.length} vectors of ${dimensions} numbers for ${expected} texts.`,
      );
    }
    return embeddings.map((each) => Float32Array.from(each));
  }

  #create({ createOpenAICompatible }: Sdk): EmbeddingModel {
    const { baseUrl, apiKey, name } = this.#options;
    return createOpenAICompatible({ name: 'embeddings', baseURL: baseUrl, apiKey }).embeddingModel(name);
  }

  #sentence(error: unknown, { APICallError, RetryError }: Sdk): string {
    const { baseUrl, name } = this.#options;
    const last = RetryError.isInstance(error) ? error.lastError : error;
    if (APICallError.isInstance(last) && last.statusCode !== undefined) {
      return `The embedding server at ${baseUrl} refused the model "${name}" with ${last.statusCode}: ${last.message}`;
    }
    const reason = last instanceof Error ? last.message : String(last);
    return `The embedding server at ${baseUrl} did not answer for the model "${name}": ${reason}`;
  }
}
