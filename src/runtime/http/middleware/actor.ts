import type { MiddlewareHandler } from 'hono';
import { type Actor, runAs } from '../../audit';

declare module 'hono' {
  interface ContextVariableMap {
    /** Set by the key check: whose key the request carries. */
    actor: Actor;
  }
}

/** Lets everything that follows from a request be told of as its actor's doing; comes after the key check. */
export function actorScope(): MiddlewareHandler {
  return (c, next) => runAs(c.get('actor'), next);
}
