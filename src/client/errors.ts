import type { Issue } from '../protocol';

/** One request as errors speak of it. Holds no key: keys travel in a header only. */
export interface Target {
  method: string;
  /** Full URL, query included. */
  url: string;
  origin: string;
  /** The part after the base, as in the API's reference: `/agents/42`. */
  path: string;
}

/** 'aborted': the caller gave the call up. 'closed': the client was closed under it, which the caller did not ask for. */
export type ConnectionReason =
  | 'refused'
  | 'timeout'
  | 'dns'
  | 'tls'
  | 'reset'
  | 'garbage'
  | 'empty'
  | 'aborted'
  | 'closed';

/** The server gave no answer that can be understood. `message` is a sentence for people. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly url: string;
  readonly method: string;

  constructor(
    readonly reason: ConnectionReason,
    message: string,
    target: Target,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.url = target.url;
    this.method = target.method;
  }
}

/** What an ApiError is made from. */
export interface ApiErrorParts {
  status: number;
  code: string;
  message: string;
  details: Record<string, unknown>;
  issues: Issue[];
  retryAfterMs?: number;
}

/** The server understood and said no. `message` is a sentence for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Stable and machine-readable, see `errorCodes` of the protocol. */
  readonly code: string;
  /** Every further field of the answer, such as `current_version` of a `version_conflict`. */
  readonly details: Record<string, unknown>;
  /** Findings of a validator that came with the answer. */
  readonly issues: Issue[];
  readonly retryAfterMs?: number;
  readonly url: string;
  readonly method: string;

  constructor(parts: ApiErrorParts, target: Target) {
    super(parts.message);
    this.status = parts.status;
    this.code = parts.code;
    this.details = parts.details;
    this.issues = parts.issues;
    this.retryAfterMs = parts.retryAfterMs;
    this.url = target.url;
    this.method = target.method;
  }
}
