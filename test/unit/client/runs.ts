import type { RunStream } from '../../../src/client';
import type { RunEvent } from '../../../src/protocol';
import type { Behaviour } from '../../fixtures/servers';
import { harness } from './harness';

/** Events as a run sends them. */
export const note = { type: 'sandbox_event', content: 'Looking up the order' };
export const answer = { type: 'response', content: 'It is on its way.' };
export const done = {
  type: 'done',
  summary: { session_id: 's1', steps: 2, tokens: { prompt: 3, completion: 4 } },
};

/** Reads a stream to its end. */
export async function read(stream: RunStream): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** A harness that also starts runs. */
export function runHarness() {
  const { serve, connect } = harness();

  /** Starts a run on a server that behaves so. */
  async function run(behaviour: Behaviour, silenceMs = 20_000) {
    const server = await serve(behaviour);
    const client = connect(server.url, { timeouts: { silenceMs } });
    return { server, client, stream: client.sessions.run('s1', 'Where is my order?') };
  }
  return { serve, connect, run };
}
