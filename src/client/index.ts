export type { RunEvals } from './api/evals';
export { type FollowOptions, hasEnded } from './api/follow-eval-run';
export { normalizeBaseUrl } from './base-url';
export { TavoraClient } from './client';
export { ApiError, ConnectionError, type ConnectionReason } from './errors';
export { findServers, hostedUrl, type KnownServer, ServerFileError } from './known-servers';
export type { CallOptions, ClientOptions, RetryPolicy, Timeouts } from './options';
export type { RunStream, StreamOutcome } from './run-stream';
export { isUnserved, unlessUnserved } from './unserved';
