import type { ReadyLine } from '../../src/protocol';
import { Connection } from './connection';

/** How many clients ask at the same time. */
export const concurrency = 10;

/** What a burst of requests came to. */
export interface Burst {
  perSecond: number;
  /** Milliseconds of each piece of work. */
  times: number[];
}

/** Does a piece of work again and again from ten connections at once. The first `warmUp` pieces are not counted. */
export async function burst(
  ready: Pick<ReadyLine, 'url' | 'apiKey'>,
  count: number,
  warmUp: number,
  work: (connection: Connection) => Promise<void>,
): Promise<Burst> {
  const connections = await Promise.all(Array.from({ length: concurrency }, () => Connection.open(ready)));
  try {
    await share(connections, warmUp, work);
    const began = performance.now();
    const times = await share(connections, count, work);
    return { perSecond: count / ((performance.now() - began) / 1_000), times };
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function share(
  connections: readonly Connection[],
  count: number,
  work: (connection: Connection) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  let started = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (started < count) {
        started += 1;
        const began = performance.now();
        await work(connection);
        times.push(performance.now() - began);
      }
    }),
  );
  return times;
}
