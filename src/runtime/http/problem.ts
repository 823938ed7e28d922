import { errorCodes, type Issue } from '../../protocol';

/** Statuses that this server answers with when something is not a success. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 500 | 502 | 503;

/** An answer that is not a success: thrown anywhere below a route, sent as the wire's error envelope. */
export class Problem extends Error {
  constructor(
    readonly status: ProblemStatus,
    readonly code: string,
    message: string,
    /** Fields that stand beside `error`, `message` and `code`. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'Problem';
  }
}

/** 400, for a request that no state of the server would make right. */
export function badRequest(message: string, details: Record<string, unknown> = {}): Problem {
  return new Problem(400, errorCodes.badRequest, message, details);
}

/** 404. `what` completes "… was not found". */
export function notFound(what: string): Problem {
  return new Problem(404, errorCodes.notFound, `${what} was not found.`);
}

/** 409, for a request that another state of the server would make right. */
export function conflict(message: string, details: Record<string, unknown> = {}): Problem {
  return new Problem(409, errorCodes.conflict, message, details);
}

/** 422, for source that cannot be taken, with its issues. */
export function invalidSource(message: string, issues: readonly Issue[]): Problem {
  return new Problem(422, errorCodes.validationFailed, message, { issues });
}

/** 502, for a model that could not be called or did not answer as it was asked to. */
export function modelFailed(message: string, details: Record<string, unknown> = {}): Problem {
  return new Problem(502, 'model_failed', message, details);
}

const titles: Record<ProblemStatus, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** @returns the problem in the wire's envelope. */
export function problemBody({ status, code, message, details }: Problem): Record<string, unknown> {
  return { ...details, error: titles[status], message, code };
}

/** @returns the problem as an HTTP answer. */
export function problemResponse(problem: Problem, body = problemBody(problem)): Response {
  const { status, details } = problem;
  // A 413 does not ask to close the connection: it would be cut off with the rest of the body unread, and who still sends
  // that would lose the answer. The rest is read and dropped instead: see `dropRest`.
  const headers = new Headers();
  // OpenAI's clients try again after 409, 429 and 5xx, unless they are told that it is of no use.
  if (details.retryable === false) headers.set('x-should-retry', 'false');
  return Response.json(body, { status, headers });
}
