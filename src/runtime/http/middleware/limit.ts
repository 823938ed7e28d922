import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { apiBase, errorCodes } from '../../../protocol';
import { howToRaise, type LimitName, type Limits } from '../../limits/bounds';
import { Problem } from '../problem';

/** What a form adds to the file that it carries, at most. */
const formBytes = 256 * 1024;

const uploadPath = new RegExp(`^${apiBase}/indexes/[^/]+/documents$`);

/** Methods whose body nobody reads. */
const bodiless = new Set(['GET', 'HEAD']);

/** Refuses a body that is too large, whether or not the request says its length. */
export function sizeLimit({ body, file }: Pick<Limits, 'body' | 'file'>): MiddlewareHandler {
  const plain = limit('body', body, body);
  const upload = limit('file', file, file + formBytes);
  return (c, next) => (uploadPath.test(c.req.path) ? upload : plain)(c, next);
}

function limit(name: LimitName, value: number, most: number): MiddlewareHandler {
  const refuse = (): never => {
    const message = `The ${name} is larger than ${size(value)}. ${howToRaise(name)}`;
    throw new Problem(413, errorCodes.tooLarge, message, { limit: value });
  };
  const counting = bodyLimit({ maxSize: most, onError: refuse });
  return async (c, next) => {
    // Node reads no more of a body than its length says, and looking at the body itself takes a request apart.
    const length = c.req.header('content-length');
    if (length === undefined) return bodiless.has(c.req.method) ? next() : counting(c, next);
    if (Number(length) > most) refuse();
    await next();
  };
}

function size(bytes: number): string {
  const megabyte = 1024 * 1024;
  return bytes < megabyte ? `${Math.floor(bytes / 1024)} kB` : `${Math.floor(bytes / megabyte)} MB`;
}
