import { ApiError, ConnectionError } from './errors';
import type { RetryPolicy } from './options';

const repeatable = new Set(['GET', 'PUT', 'DELETE']);
const passing = new Set([429, 500, 502, 503, 504]);

/**
 * How long to wait before the same request is sent again.
 * @param tries how often it has been tried so far, from 1
 * @returns milliseconds, drawn at random below a bound that doubles with each try (so that many clients do not
 *   come back at once), or what the server asked for; undefined when there is to be no further try
 */
export function retryDelay(
  error: unknown,
  method: string,
  tries: number,
  policy: RetryPolicy,
): number | undefined {
  if (tries > policy.retries || !repeatable.has(method)) return undefined;
  const bound = Math.min(policy.capMs, policy.baseMs * 2 ** (tries - 1));
  const drawn = bound * (0.5 + Math.random() / 2);
  if (error instanceof ApiError && passing.has(error.status)) {
    if (error.retryAfterMs === undefined) return drawn;
    return error.retryAfterMs > policy.maxRetryAfterMs ? undefined : error.retryAfterMs;
  }
  if (error instanceof ConnectionError && (error.reason === 'refused' || error.reason === 'reset')) {
    return drawn;
  }
  return undefined;
}

/**
 * Reads a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3).
 * @returns milliseconds from `now`, never negative; undefined when there is none or it says nothing
 */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
