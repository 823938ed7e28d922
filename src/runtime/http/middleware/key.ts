import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { apiBase, apiKeyHeader, errorCodes } from '../../../protocol';
import { Problem } from '../problem';

/** @returns the SHA-256 of a key: all that is kept of it. Equal lengths make the comparison constant in time. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}

/**
 * Lets a request through that carries the key. `Authorization: Bearer` counts on `/chat/completions` only,
 * where OpenAI's clients send it.
 */
export function keyCheck(keyHash: Buffer): MiddlewareHandler {
  return async (c, next) => {
    const key = c.req.header(apiKeyHeader) ?? bearer(c.req.path, c.req.header('authorization'));
    if (!key) {
      throw new Problem(401, errorCodes.unauthorized, `The request has no key; send it as ${apiKeyHeader}.`);
    }
    if (!timingSafeEqual(hashKey(key), keyHash)) {
      throw new Problem(401, errorCodes.unauthorized, 'The key is not the one of this server.');
    }
    await next();
  };
}

function bearer(path: string, authorization: string | undefined): string | undefined {
  if (path !== `${apiBase}/chat/completions`) return undefined;
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
