import type { MiddlewareHandler } from 'hono';
import type { Store } from '../../store';

/** What was changed is on the disk before it is acknowledged: it then survives a power cut too. */
export function durable(store: Pick<Store, 'settle'>): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') await store.settle();
  };
}
