import type { Context } from 'hono';
import { apiBase, apiKeyHeader, type OpenAiError } from '../../protocol';
import { type Problem, problemBody } from './problem';

/** Where OpenAI's clients ask. */
export const openAiPaths: ReadonlySet<string> = new Set([`${apiBase}/chat/completions`, `${apiBase}/models`]);

/**
 * True for a request of OpenAI's clients: they send the key as Bearer. They read an error's message, code and
 * param from an object under `error`, where the wire has a string, so each gets what it reads.
 */
export function isOpenAiClient(c: Context): boolean {
  const { req } = c;
  return openAiPaths.has(req.path) && req.header(apiKeyHeader) === undefined && !!req.header('authorization');
}

/** @returns a problem as OpenAI's clients read it; message and code stand beside it as everywhere else. */
export function openAiBody(problem: Problem): Record<string, unknown> & { error: OpenAiError } {
  const { status, code, message, details } = problem;
  const error: OpenAiError = {
    message,
    type: status < 500 ? 'invalid_request_error' : 'server_error',
    code,
    param: typeof details.field === 'string' ? details.field : null,
  };
  return { ...problemBody(problem), error };
}
