import type { Context, MiddlewareHandler } from 'hono';
import { apiKeyHeader, errorCodes } from '../../../protocol';
import type { Keys, OpenKey } from '../../auth/keys';
import { openAiPaths } from '../openai';
import { Problem } from '../problem';

/** Where a browser gets a short-lived key. */
export const sessionTokenPath = '/api/auth/session-token';

/** Where `Authorization: Bearer` counts: OpenAI's clients and browsers send it there. */
const bearerPaths: ReadonlySet<string> = new Set([...openAiPaths, sessionTokenPath]);

/** Lets a request through that carries an open key, which is its actor from then on. */
export function keyCheck(keys: Pick<Keys, 'find'>): MiddlewareHandler {
  return async (c, next) => {
    c.set('actor', { keyId: requestKey(c, keys).id, userId: null });
    await next();
  };
}

/**
 * @returns the key that a request carries.
 * @throws Problem 401 when it carries none, or one that opens nothing.
 */
export function requestKey(c: Context, keys: Pick<Keys, 'find'>): OpenKey {
  const text = c.req.header(apiKeyHeader) ?? bearer(c.req.path, c.req.header('authorization'));
  if (!text) {
    throw new Problem(401, errorCodes.unauthorized, `The request has no key; send it as ${apiKeyHeader}.`);
  }
  const key = keys.find(text);
  if (!key) {
    throw new Problem(401, errorCodes.unauthorized, 'The key is not one of this server, or it has expired.');
  }
  return key;
}

function bearer(path: string, authorization: string | undefined): string | undefined {
  if (!bearerPaths.has(path)) return undefined;
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
