/** What kept a model from answering; the message is a sentence for people. */
export class ModelError extends Error {
  constructor(
    message: string,
    readonly code: ModelErrorCode,
    /** True when the same request may succeed later. */
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ModelError';
  }
}

export type ModelErrorCode =
  | 'unknown_provider'
  | 'not_configured'
  | 'unauthorized'
  | 'quota'
  | 'rate_limited'
  | 'model_not_found'
  | 'bad_request'
  | 'unavailable'
  | 'network'
  | 'timeout'
  | 'cut'
  | 'length'
  | 'refused'
  | 'failed';
