import type { Context } from 'hono';
import { PageQuery } from '../../protocol';
import type { Page } from '../store';
import { readQuery } from './query';

/**
 * Reads `limit` (default 50, 1 to 500) and `offset` (default 0).
 * @throws Problem 400 naming the parameter that is not such a number.
 */
export function readPage(c: Context): Page {
  return readQuery(c, PageQuery);
}
