import { AsyncLocalStorage } from 'node:async_hooks';

/** Who asks: the key of the request, and the person where a server knows one. */
export interface Actor {
  keyId: string | null;
  userId: string | null;
}

const nobody: Actor = { keyId: null, userId: null };
const current = new AsyncLocalStorage<Actor>();

/** Runs `work`, and all that it starts, in the name of somebody. */
export function runAs<T>(actor: Actor, work: () => T): T {
  return current.run(actor, work);
}

/** @returns in whose name this code runs; the runtime itself has no key and is nobody. */
export function actor(): Actor {
  return current.getStore() ?? nobody;
}
