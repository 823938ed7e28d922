import type { MiddlewareHandler } from 'hono';
import { isLoopbackName } from '../loopback';
import { Problem } from '../problem';

/**
 * Turns away pages of other sites: a request may come without an Origin, as programs send it, or from a page
 * of this machine. No CORS headers are ever sent, so even an allowed page reads nothing across origins.
 */
export function originCheck(): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    if (origin !== undefined && !isLoopbackOrigin(origin)) {
      throw new Problem(403, 'forbidden_origin', `Requests from ${JSON.stringify(origin)} are not answered.`);
    }
    await next();
  };
}

function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return (protocol === 'http:' || protocol === 'https:') && isLoopbackName(hostname);
}
