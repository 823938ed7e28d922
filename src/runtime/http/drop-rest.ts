import type { IncomingMessage } from 'node:http';

/**
 * Reads what is left of the body of a request that is answered, and drops it: who sends all of it before listening gets
 * the answer, and the connection is free for the next request. Node ends it where that takes as long as no request may.
 */
export function dropRest(incoming: IncomingMessage): void {
  // Whoever read the beginning would stop it again once its buffer is full.
  incoming.removeAllListeners('data');
  incoming.resume();
}
