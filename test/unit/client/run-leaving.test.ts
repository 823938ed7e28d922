import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { ApiError, ConnectionError, type RunStream } from '../../../src/client';
import type { RunEvent } from '../../../src/protocol';
import { type Behaviour, deadAddress, frame } from '../../fixtures/servers';
import { done, note, read, runHarness } from './runs';
import { project } from './samples';

const { serve, connect, run } = runHarness();

describe('leaving a run', () => {
  it('by breaking out of the loop closes the connection', async () => {
    const { server, stream } = await run({ kind: 'pings', pieces: [frame(note)], everyMs: 5 });
    for await (const _ of stream) break;
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    await (await server.request(1)).closed;
  });

  it('by an error of the reader closes the connection', async () => {
    const { server, stream } = await run({ kind: 'pings', pieces: [frame(note)], everyMs: 5 });
    await assert.rejects(async () => {
      for await (const _ of stream) throw new Error('reader');
    }, /reader/);
    await (await server.request(1)).closed;
  });

  it('by cancel ends the loop quietly', async () => {
    const { server, stream } = await run({ kind: 'pings', pieces: [frame(note)], everyMs: 5 });
    const events: RunEvent[] = [];
    for await (const event of stream) {
      events.push(event);
      setImmediate(() => stream.cancel());
    }
    assert.deepEqual(events, [note]);
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    await (await server.request(1)).closed;
  });

  it('by the signal of the caller ends the loop quietly', async () => {
    const server = await serve({ kind: 'pings', pieces: [frame(note)], everyMs: 5 });
    const controller = new AbortController();
    const stream = connect(server.url).sessions.run('s1', 'x', { signal: controller.signal });
    for await (const _ of stream) setImmediate(() => controller.abort());
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    await (await server.request(1)).closed;
  });

  it('before it was answered ends it quietly', async () => {
    const { server, stream } = await run({ kind: 'no-answer' });
    const reading = read(stream);
    const request = await server.request(1);
    stream.cancel();
    assert.deepEqual(await reading, []);
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    await request.closed;
  });

  it('before it was asked for asks nothing', async () => {
    const { server, stream } = await run({ kind: 'stream', pieces: [frame(done)] });
    stream.cancel();
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
    assert.deepEqual(await read(stream), []);
    assert.equal(server.requests.length, 0);
  });

  it('after its last event changes nothing', async () => {
    const { stream } = await run({ kind: 'stream', pieces: [frame(done)] });
    for await (const _ of stream) break;
    stream.cancel();
    assert.equal((await stream.outcome).kind, 'done');
  });

  it('by closing the client, which is no decision of whoever reads it', async () => {
    const { client, stream } = await run({ kind: 'pings', pieces: [frame(note)], everyMs: 5 });
    for await (const _ of stream) setImmediate(() => client.close());
    const outcome = await stream.outcome;
    assert.equal(outcome.kind, 'cut');
    assert.match(outcome.kind === 'cut' ? outcome.message : '', /broke off in the middle of the run/);
  });
});

describe('a run that never opens', () => {
  afterEach(() => mock.timers.reset());

  async function refusal(stream: RunStream): Promise<unknown> {
    const error = await read(stream).then(
      () => assert.fail('It opened.'),
      (reason: unknown) => reason,
    );
    await assert.rejects(stream.outcome, (reason) => reason === error);
    return error;
  }

  it('throws the answer of the server, once', async () => {
    const { server, stream } = await run({
      kind: 'answer',
      status: 503,
      body: { message: 'Busy.', code: 'busy' },
    });
    const error = await refusal(stream);
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, 'busy');
    assert.equal(server.requests.length, 1);
  });

  const rows: [string, Behaviour, string, RegExp][] = [
    [
      'a web page',
      { kind: 'answer', body: '<html>' },
      'garbage',
      /is text\/html where a stream of events was expected/,
    ],
    ['JSON', { kind: 'answer', body: project }, 'garbage', /is application\/json where a stream/],
    ['nothing', { kind: 'empty' }, 'empty', /is empty where a stream/],
    ['a broken connection', { kind: 'reset' }, 'reset', /closed the connection/],
  ];
  for (const [what, behaviour, reason, sentence] of rows) {
    it(`says so when the answer is ${what}`, async () => {
      const error = await refusal((await run(behaviour)).stream);
      assert.ok(error instanceof ConnectionError);
      assert.equal(error.reason, reason);
      assert.match(error.message, sentence);
    });
  }

  it('says so when the server is down', async () => {
    const error = await refusal(connect(await deadAddress()).sessions.run('s1', 'x'));
    assert.ok(error instanceof ConnectionError && error.reason === 'refused');
  });

  it('says so when the server does not answer in time', async () => {
    const server = await serve({ kind: 'no-answer' });
    // The time is over once the request has arrived, however long the machine takes until then.
    mock.timers.enable({ apis: ['setTimeout'] });
    const refused = refusal(connect(server.url).sessions.run('s1', 'x', { timeoutMs: 500 }));
    const { closed } = await server.request(1);
    mock.timers.tick(500);
    const error = await refused;
    assert.ok(error instanceof ConnectionError && error.reason === 'timeout');
    await closed;
  });

  it('gives 202 and 204 no chance to look like a run', async () => {
    const { stream } = await run({ kind: 'answer', status: 204 });
    const error = await refusal(stream);
    assert.ok(error instanceof ConnectionError && error.reason === 'empty');
  });
});
