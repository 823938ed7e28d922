import * as z from 'zod/mini';

/** The codes a client may switch on. A server may send others; they are kept as text. */
export const errorCodes = {
  unauthorized: 'unauthorized',
  notFound: 'NOT_FOUND',
  versionConflict: 'version_conflict',
  forceRequired: 'force_required',
  validationFailed: 'validation_failed',
  notImplemented: 'not_implemented',
  badRequest: 'bad_request',
  conflict: 'conflict',
  /** A deployment that its evals forbid; `runs` and `results` say why. */
  evalsFailed: 'evals_failed',
  /** A deployment whose evals have not ended yet; `runs` says which to wait for. */
  evalsRunning: 'evals_running',
  tooLarge: 'too_large',
  rateLimited: 'rate_limited',
  internal: 'internal',
} as const;

/** Body of every answer that is not a success. Details stand beside the three fields, at the top level. */
export const ErrorBody = z.looseObject({
  error: z.optional(z.string()),
  message: z.optional(z.string()),
  code: z.optional(z.string()),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
