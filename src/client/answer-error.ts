import * as z from 'zod/mini';
import { ErrorBody, errorCodes, Issue, JsonObject } from '../protocol';
import { ApiError, type Target } from './errors';
import { parseRetryAfter } from './retry';

const codes: Record<number, string> = {
  400: errorCodes.badRequest,
  401: errorCodes.unauthorized,
  404: errorCodes.notFound,
  409: errorCodes.conflict,
  413: errorCodes.tooLarge,
  422: errorCodes.validationFailed,
  429: errorCodes.rateLimited,
  501: errorCodes.notImplemented,
};
const spoken = new Set(['error', 'message', 'code']);

/** An answer whose status is no success. */
export interface RefusedAnswer {
  status: number;
  header(name: string): string | undefined;
  /** The body as text, with the key taken out should the server have echoed it. */
  text: string;
}

/** Makes the error of an answer that is no success; redirects are such answers, they are never followed. */
export function answerError(answer: RefusedAnswer, target: Target): ApiError {
  const { status } = answer;
  if (status >= 300 && status < 400) return redirectError(answer, target);
  const body = parseObject(answer.text);
  const known = ErrorBody.safeParse(body ?? {});
  const said = known.success ? known.data : {};
  const code = said.code || codes[status] || (status >= 500 ? errorCodes.internal : `http_${status}`);
  const details = Object.fromEntries(Object.entries(body ?? {}).filter(([key]) => !spoken.has(key)));
  return new ApiError(
    {
      status,
      code,
      message: sentence(status, code, said.message || said.error, target),
      details,
      issues: issuesOf(body ?? {}),
      retryAfterMs: parseRetryAfter(answer.header('retry-after')),
    },
    target,
  );
}

/** The findings in a body, under each of the names that servers give the list. */
export function issuesOf(body: Record<string, unknown>): Issue[] {
  return [body.issues, body.errors, body.diagnostics].flatMap((list) => {
    const parsed = z.array(Issue).safeParse(list);
    return parsed.success ? parsed.data : [];
  });
}

function redirectError(answer: RefusedAnswer, target: Target): ApiError {
  const location = answer.header('location') ?? '';
  const to = URL.canParse(location, target.url) ? new URL(location, target.url) : undefined;
  const where = to ? `${to.origin}${to.pathname}` : 'another address';
  return new ApiError(
    {
      status: answer.status,
      code: 'redirect',
      message:
        `The Tavora server at ${target.origin} sends ${target.method} ${target.path} on to ${where}. ` +
        'Redirects are not followed, so that a key never reaches another server. If that is the right place, enter its address.',
      details: { location: where },
      issues: [],
    },
    target,
  );
}

function sentence(status: number, code: string, said: string | undefined, target: Target): string {
  const server = `the Tavora server at ${target.origin}`;
  if (status === 401 || status === 403) {
    const reason = said ? ` (${said.replace(/[.\s]+$/, '')})` : '';
    return `${capital(server)} does not accept the API key${reason}. Check the key of this connection.`;
  }
  const from = `${status} ${code} from ${target.origin}`;
  if (said) return `${said.replace(/[.\s]+$/, '')} (${from}).`;
  if (status === 429) return `${capital(server)} asks to slow down (${from}). Try again in a moment.`;
  if (status >= 500) {
    return `${capital(server)} failed to answer ${target.method} ${target.path} (${from}). Look at its log, then try again.`;
  }
  return `${capital(server)} refused ${target.method} ${target.path} (${from}) without saying why. Is the address right?`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A proxy's page or nothing at all: the status alone speaks.
    return undefined;
  }
  const parsed = JsonObject.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
