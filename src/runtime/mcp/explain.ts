import { LocalAddress } from '../net/addresses';
import { McpProblem } from './problem';
import type { Target } from './target';

/** Longest quotation of a server's own words. */
const longestDetail = 300;

/** @returns a failure as a sentence: what happened, with which server, what to do next. */
export function explainFailure(error: unknown, target: Target): McpProblem {
  if (error instanceof McpProblem) return error;
  const { name, url, secretRef } = target;
  const where = `The MCP server "${name}" (${url.origin})`;
  const make = (code: McpProblem['code'], message: string) =>
    new McpProblem(code, target.redact(message), { cause: error });
  const chain = causes(error);
  if (chain.some((one) => one instanceof LocalAddress)) {
    return make(
      'forbidden',
      `${where} turns out to be on this machine or network. Name its address outright, or add "private:${url.hostname}" to the project's fetch_allow.`,
    );
  }
  const status = chain.map(statusOf).find((found) => found !== undefined);
  if (status === 401 || status === 403) {
    const next = secretRef
      ? `Check the secret "${secretRef}" of the project's vault.`
      : 'Add "auth" to it in agent.jsonc, with the name of a secret.';
    return make('refused', `${where} refuses the call (${status}). ${next}`);
  }
  if (status === 404 || status === 405) {
    return make(
      'garbage',
      `${where} has no MCP at ${url.pathname} (${status}). Check "url" and "transport" in agent.jsonc.`,
    );
  }
  const [detail = ''] = chain.flatMap((one) => (one instanceof Error && one.message ? [one.message] : []));
  if (status !== undefined && status >= 300) {
    return make('unreachable', `${where} answers with the status ${status}: ${shorten(detail)}`);
  }
  const errno = chain.map(errnoOf).find((found) => found !== undefined);
  if (errno !== undefined) {
    return make('unreachable', `${where} cannot be reached (${errno}). Is it running, and is "url" right?`);
  }
  return make('garbage', `${where} does not answer as an MCP server: ${shorten(detail || String(error))}`);
}

/** @returns the problem of a server that was waited for in vain. */
export function tooSlow({ name, url }: Target, ms: number): McpProblem {
  return new McpProblem(
    'unreachable',
    `The MCP server "${name}" (${url.origin}) did not answer within ${ms / 1000} s.`,
  );
}

/** @returns the HTTP status in an error of the SDK's transports; its own codes are negative. */
export function statusOf(error: unknown): number | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'number' && code >= 100 && code < 600 ? code : undefined;
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let at = error; at !== undefined && at !== null && found.length < 8; ) {
    found.push(at);
    const { cause, event } = at as { cause?: unknown; event?: unknown };
    at = cause ?? event;
  }
  return found;
}

function errnoOf(error: unknown): string | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const errno = /\b(?:E[A-Z]{3,}(?:_[A-Z]+)*|CERT_[A-Z_]+)\b/;
  const text = typeof code === 'string' ? code : typeof message === 'string' ? message : '';
  return errno.exec(text)?.[0];
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longestDetail ? line : `${line.slice(0, longestDetail)}…`;
}
