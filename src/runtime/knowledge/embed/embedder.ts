/** Turns text into vectors whose directions are near where the meanings are. */
export interface Embedder {
  /** Kept beside the vectors: those of different models cannot be compared. */
  readonly model: string;
  /** How many passages to hand over at once. */
  readonly batchSize: number;
  /**
   * @returns one vector a text, in their order.
   * @throws EmbeddingError, or the signal's reason.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Text that could not be embedded; the message is a sentence for people. */
export class EmbeddingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddingError';
  }
}
