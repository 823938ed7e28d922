export { hasEnded, type RunEvals } from './api/evals';
export { normalizeBaseUrl } from './base-url';
export { TavoraClient } from './client';
export { ApiError, ConnectionError, type ConnectionReason } from './errors';
export type { CallOptions, ClientOptions, RetryPolicy, Timeouts } from './options';
export type { RunStream, StreamOutcome } from './run-stream';
export { isUnserved } from './unserved';
