import type { ErrorHandler, NotFoundHandler } from 'hono';
import { errorCodes } from '../../../protocol';
import type { Log } from '../../log';
import { ModelError } from '../../models/errors';
import { modelFailed, notFound, Problem, problemResponse } from '../problem';

/** Sends problems as they are, and a model's failure as one. Anything else is our fault: its text goes to the log, not to the client. */
export function problemHandler(log: Log): ErrorHandler {
  return (error, c) => {
    if (error instanceof Problem) return problemResponse(error);
    if (error instanceof ModelError) {
      const { message, code, retryable } = error;
      return problemResponse(modelFailed(message, { reason: code, retryable }));
    }
    log.error(`${c.req.method} ${c.req.path} failed`, error);
    const message = 'The runtime failed on this request; its log says why.';
    return problemResponse(new Problem(500, errorCodes.internal, message));
  };
}

export const unknownPath: NotFoundHandler = (c) => problemResponse(notFound(`${c.req.method} ${c.req.path}`));
