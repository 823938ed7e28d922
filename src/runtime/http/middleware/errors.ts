import type { ErrorHandler, NotFoundHandler } from 'hono';
import { errorCodes } from '../../../protocol';
import type { Log } from '../../log';
import { ModelError } from '../../models/errors';
import { isOpenAiClient, openAiBody } from '../openai';
import { modelFailed, notFound, Problem, problemResponse } from '../problem';

/** nginx's: the client went away before its answer; nobody reads it. */
const clientGone = 499;

/** Sends problems as they are, and a model's failure as one. Anything else is our fault: its text goes to the log, not to the client. */
export function problemHandler(log: Log): ErrorHandler {
  return (error, c) => {
    const known = asProblem(error);
    if (!known && c.req.raw.signal.aborted) return new Response(null, { status: clientGone });
    if (!known) log.error(`${c.req.method} ${c.req.path} failed`, error);
    const problem = known ?? failure();
    return problemResponse(problem, isOpenAiClient(c) ? openAiBody(problem) : undefined);
  };
}

/** @returns what a client may be told of an error; undefined for one that is our fault. */
export function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof ModelError)) return undefined;
  const { message, code, retryable } = error;
  return modelFailed(message, { reason: code, retryable });
}

/** What a client is told of an error that is our fault. */
export function failure(): Problem {
  return new Problem(500, errorCodes.internal, 'The runtime failed on this request; its log says why.');
}

export const unknownPath: NotFoundHandler = (c) => problemResponse(notFound(`${c.req.method} ${c.req.path}`));
