import type { Context } from 'hono';
import type { Page } from '../store';
import { badRequest } from './problem';

/** The most rows that one request may ask for. */
const highestLimit = 500;

/**
 * Reads `limit` (default 50, 1 to 500) and `offset` (default 0).
 * @throws Problem 400 naming the parameter that is not such a number.
 */
export function readPage(c: Context): Page {
  return {
    limit: wholeNumber(c, 'limit', 50, 1, highestLimit),
    offset: wholeNumber(c, 'offset', 0, 0, Number.MAX_SAFE_INTEGER),
  };
}

/**
 * Reads a parameter that is a whole number.
 * @throws Problem 400 naming it, when it is something else.
 */
export function wholeNumber(c: Context, name: string, fallback: number, least: number, most: number): number {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
    throw badRequest(`The parameter "${name}" must be a whole number, ${range}.`, { field: name });
  }
  return value;
}
