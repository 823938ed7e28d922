/** What a caller may say about one call. */
export interface CallOptions {
  /** Ends the call, also while it waits to try again; it then throws a ConnectionError with reason 'aborted'. */
  signal?: AbortSignal;
  /**
   * Milliseconds the whole call may take, further tries included, in place of the client's own timeouts.
   * For a run or a replay: until the stream opens.
   */
  timeoutMs?: number;
}

/** How long the client waits, in milliseconds. */
export interface Timeouts {
  /** From sending a request to the headers of its answer. */
  headersMs: number;
  /** Between two parts of an answer's body. */
  bodyMs: number;
  /** Between two bytes of a run's stream; a comment (`: ping`) counts as life. */
  silenceMs: number;
}

export const defaultTimeouts: Timeouts = { headersMs: 30_000, bodyMs: 30_000, silenceMs: 120_000 };

/** How calls that may safely be repeated are tried again. */
export interface RetryPolicy {
  /** Further tries after the first; 0 turns them off. */
  retries: number;
  /** Milliseconds around which the first wait is drawn; it doubles with each try. */
  baseMs: number;
  /** The longest wait of our own choosing, in milliseconds. */
  capMs: number;
  /** A server that asks (Retry-After) for more than this many milliseconds gets no further try. */
  maxRetryAfterMs: number;
}

export const defaultRetry: RetryPolicy = { retries: 3, baseMs: 200, capMs: 5_000, maxRetryAfterMs: 30_000 };

/** What a client is made from. */
export interface ClientOptions {
  /** The server's origin, or its full base with `/api/sdk`. */
  baseUrl: string;
  apiKey?: string;
  /** The folder that is synced from; sent with source calls so that a server can warn of two authors. */
  source?: string;
  userAgent?: string;
  timeouts?: Partial<Timeouts>;
  retry?: Partial<RetryPolicy>;
  /** The largest answer that is read, and the largest single event of a stream, in bytes; a trace may be larger. */
  maxBodyBytes?: number;
}

export const defaultMaxBodyBytes = 64 * 1024 * 1024;

/** The largest session with its steps that is read, in bytes: what V8 still takes for one text (2^29 - 24 characters). */
export const maxTraceBytes = 2 ** 29 - 24;
