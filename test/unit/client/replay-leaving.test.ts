import assert from 'node:assert/strict';
import { ApiError } from '../../../src/client';
import { type Behaviour, frame } from '../../fixtures/servers';
import { done, note, read, runHarness } from './runs';

const { serve, connect } = runHarness();

const started = { type: 'replay_started', args: { session_id: 's2', parent_session_id: 's1' } };

/** A replay on a server that answers so, and when the server has been asked for it. */
async function replay(behaviour: Behaviour) {
  const server = await serve(behaviour);
  const leaving = new AbortController();
  const stream = connect(server.url).studio.replay('s1', { from_step: 0 }, { signal: leaving.signal });
  return { server, leaving, stream };
}

/** A stream whose first event waits until the test lets it go. */
function held() {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* pieces() {
    yield ': open\n\n';
    await released;
    yield frame(started) + frame(note);
  }
  return { behaviour: { kind: 'stream', pieces: pieces(), end: 'stall' } as const, release: () => release() };
}

describe('leaving a replay', () => {
  it('by the signal before its session is known goes on until it is, and no further', async () => {
    const { behaviour, release } = held();
    const { server, leaving, stream } = await replay(behaviour);
    const reading = read(stream);
    const request = await server.request(1);
    leaving.abort();
    release();
    assert.deepEqual(await reading, [started]);
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    await request.closed;
  });

  it('by cancel before its session is known goes on until it is, and no further', async () => {
    const { behaviour, release } = held();
    const { server, stream } = await replay(behaviour);
    const reading = read(stream);
    const request = await server.request(1);
    stream.cancel();
    release();
    assert.deepEqual(await reading, [started]);
    await request.closed;
  });

  it('once its session is known ends it at once', async () => {
    const { server, leaving, stream } = await replay({ kind: 'pings', pieces: [frame(started)], everyMs: 5 });
    for await (const _ of stream) setImmediate(() => leaving.abort());
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    await (await server.request(1)).closed;
  });

  it('before it was asked for asks nothing', async () => {
    const { server, leaving, stream } = await replay({ kind: 'stream', pieces: [frame(done)] });
    leaving.abort();
    assert.deepEqual(await read(stream), []);
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    assert.equal(server.requests.length, 0);
  });

  it('says nothing of a refusal that comes after it', async () => {
    const { leaving, stream } = await replay(() => {
      leaving.abort();
      return { kind: 'answer', status: 400, body: { message: 'No such step.' } };
    });
    assert.deepEqual(await read(stream), []);
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
  });

  it('is not what a refusal is', async () => {
    const { stream } = await replay({ kind: 'answer', status: 400, body: { message: 'No such step.' } });
    await assert.rejects(read(stream), ApiError);
    await assert.rejects(stream.outcome, ApiError);
  });
});
