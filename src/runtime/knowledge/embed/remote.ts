import type { EmbeddingModel } from 'ai';
import { SealedError } from '../../vault';
import { type Embedder, EmbeddingError } from './embedder';

export interface RemoteConnection {
  /** Base of its API, up to and with "/v1". */
  baseUrl: string;
  /** What to call that address in a sentence; it may be a secret. */
  where: string;
  apiKey?: string;
}

export interface RemoteOptions {
  /** The whole name, "ollama/nomic-embed-text". */
  model: string;
  /** As the server calls it. */
  name: string;
  /** @returns how to reach it now. @throws SealedError */
  connect(): RemoteConnection;
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

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.model = options.model;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    // Loaded with the first call: a runtime without such a server never needs it.
    const sdk = await import('../../models/sdk');
    const connection = this.#connection();
    try {
      const { embeddings } = await sdk.embedMany({
        model: this.#create(sdk, connection),
        values: [...texts],
        maxRetries,
        abortSignal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return this.#checked(embeddings, texts.length, connection);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof EmbeddingError) throw error;
      throw new EmbeddingError(this.#sentence(error, sdk, connection), { cause: error });
    }
  }

  async close(): Promise<void> {
    // Nothing is held between calls.
  }

  #checked(
    embeddings: readonly (readonly number[])[],
    expected: number,
    { where }: RemoteConnection,
  ): Float32Array[] {
    const dimensions = embeddings[0]?.length ?? 0;
    const fits = embeddings.every((each) => each.length === dimensions && each.every(Number.isFinite));
    if (embeddings.length !== expected || dimensions === 0 || !fits) {
      throw new EmbeddingError(
        `The embedding server at ${where} answered ${embeddings.length} vectors of ${dimensions} numbers for ${expected} texts.`,
      );
    }
    return embeddings.map((each) => Float32Array.from(each));
  }

  #connection(): RemoteConnection {
    try {
      return this.#options.connect();
    } catch (error) {
      if (!(error instanceof SealedError)) throw error;
      throw new EmbeddingError(error.message, { cause: error });
    }
  }

  #create({ createOpenAICompatible }: Sdk, { baseUrl, apiKey }: RemoteConnection): EmbeddingModel {
    const { name } = this.#options;
    return createOpenAICompatible({ name: 'embeddings', baseURL: baseUrl, apiKey }).embeddingModel(name);
  }

  #sentence(error: unknown, { APICallError, RetryError }: Sdk, connection: RemoteConnection): string {
    const { where, apiKey, baseUrl } = connection;
    const { name } = this.#options;
    const safe = (text: string) =>
      [apiKey, where === baseUrl ? undefined : baseUrl].reduce<string>(
        (clean, secret) => (secret ? clean.replaceAll(secret, '…') : clean),
        text,
      );
    const last = RetryError.isInstance(error) ? error.lastError : error;
    if (APICallError.isInstance(last) && last.statusCode !== undefined) {
      return `The embedding server at ${where} refused the model "${name}" with ${last.statusCode}: ${safe(last.message)}`;
    }
    const reason = last instanceof Error ? last.message : String(last);
    return `The embedding server at ${where} did not answer for the model "${name}": ${safe(reason)}`;
  }
}
