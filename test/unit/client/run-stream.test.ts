import assert from 'node:assert/strict';
import { ApiError, ConnectionError, type RunStream } from '../../../src/client';
import type { RunEvent } from '../../../src/protocol';
import { type Behaviour, deadAddress, frame } from '../../fixtures/servers';
import { harness } from './harness';
import { project } from './samples';

const { serve, connect } = harness();

const note = { type: 'sandbox_event', content: 'Looking up the order' };
const answer = { type: 'response', content: 'It is on its way.' };
const done = { type: 'done', summary: { session_id: 's1', steps: 2, tokens: { prompt: 3, completion: 4 } } };

/** Reads a stream to its end. */
async function read(stream: RunStream): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Starts a run on a server that behaves so. */
async function run(behaviour: Behaviour, silenceMs = 20_000) {
  const server = await serve(behaviour);
  const client = connect(server.url, { timeouts: { silenceMs } });
  return { server, client, stream: client.sessions.run('s1', 'Where is my order?') };
}

describe('the stream of a run', () => {
  it('is asked for with the message, and not before it is read', async () => {
    const { server, stream } = await run({ kind: 'stream', pieces: [frame(done)] });
    assert.equal(server.requests.length, 0);
    await read(stream);
    const request = await server.request(1);
    assert.equal(`${request.method} ${request.path}`, 'POST /api/sdk/agents/s1/run');
    assert.deepEqual(JSON.parse(request.body), { message: 'Where is my order?' });
    assert.equal(request.headers.accept, 'text/event-stream');
  });

  it('of a replay is asked for with the step', async () => {
    const server = await serve({ kind: 'stream', pieces: [frame(done)] });
    await read(connect(server.url).studio.replay('s1', { from_step: 2, message: 'Again' }));
    const request = await server.request(1);
    assert.equal(request.path, '/api/sdk/studio/s1/replay');
    assert.deepEqual(JSON.parse(request.body), { from_step: 2, message: 'Again' });
  });

  it('gives each event, the last one too, and ends as done', async () => {
    const { stream } = await run({ kind: 'stream', pieces: [frame(note) + frame(answer), frame(done)] });
    assert.deepEqual(await read(stream), [note, answer, done]);
    assert.deepEqual(await stream.outcome, { kind: 'done', summary: done.summary });
  });

  it('gives an event before the next one is sent', async () => {
    let seen = () => {};
    const read = new Promise<void>((resolve) => {
      seen = resolve;
    });
    async function* pieces() {
      yield frame(note);
      await read;
      yield frame(done);
    }
    const { stream } = await run({ kind: 'stream', pieces: pieces() });
    for await (const event of stream) if (event.type === note.type) seen();
    assert.equal((await stream.outcome).kind, 'done');
  });

  it('ends as failed with what the server says, or a sentence in its place', async () => {
    const said = await run({
      kind: 'stream',
      pieces: [frame({ type: 'error', content: 'The model is gone.' })],
    });
    assert.equal((await read(said.stream)).length, 1);
    assert.deepEqual(await said.stream.outcome, { kind: 'error', message: 'The model is gone.' });
    const mute = await run({ kind: 'stream', pieces: [frame({ type: 'error' })] });
    await read(mute.stream);
    const outcome = await mute.stream.outcome;
    assert.ok(outcome.kind === 'error' && /did not say why/.test(outcome.message));
  });

  it('ends at the last event, whatever follows and however long the server keeps it open', async () => {
    const { server, stream } = await run({
      kind: 'stream',
      pieces: [frame(done) + frame(note)],
      end: 'stall',
    });
    assert.deepEqual(await read(stream), [done]);
    assert.equal((await stream.outcome).kind, 'done');
    await (await server.request(1)).closed;
  });

  it('leaves its connection to the next call', async () => {
    const server = await serve([
      { kind: 'stream', pieces: [frame(done)] },
      { kind: 'stream', pieces: [frame(done)] },
      { kind: 'stream', pieces: [frame(done)] },
      { kind: 'stream', pieces: [frame(done)] },
    ]);
    const client = connect(server.url);
    for (let n = 0; n < 4; n++) {
      await read(client.sessions.run('s1', 'x'));
      await (await server.request(n + 1)).closed;
    }
    assert.ok(new Set(server.requests.map(({ connection }) => connection)).size <= 2);
  });

  for (const end of ['close', 'reset'] as const) {
    it(`ends as cut when it is over before the run is: ${end}`, async () => {
      const { server, stream } = await run({
        kind: 'stream',
        pieces: [frame(note), 'event: response\nda'],
        end,
      });
      assert.deepEqual(await read(stream), [note]);
      const outcome = await stream.outcome;
      assert.ok(outcome.kind === 'cut');
      assert.ok(outcome.message.includes(server.url), outcome.message);
      assert.match(outcome.message, /Its steps so far are in the session\.$/);
    });
  }

  it('ends as cut when it holds nothing', async () => {
    const { stream } = await run({ kind: 'stream', pieces: [] });
    assert.deepEqual(await read(stream), []);
    assert.equal((await stream.outcome).kind, 'cut');
  });

  it('ends as silent when nothing comes any more, and closes the connection', async () => {
    const { server, stream } = await run({ kind: 'stream', pieces: [frame(note)], end: 'stall' }, 60);
    assert.deepEqual(await read(stream), [note]);
    assert.deepEqual(await stream.outcome, { kind: 'silent', afterMs: 60 });
    await (await server.request(1)).closed;
  });

  it('takes comments for life', async () => {
    const started = performance.now();
    async function* pieces() {
      while (performance.now() - started < 600) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        yield ': ping\n\n';
      }
      yield frame(done);
    }
    const { stream } = await run({ kind: 'stream', pieces: pieces() }, 300);
    assert.deepEqual(await read(stream), [done]);
    assert.equal((await stream.outcome).kind, 'done');
  });

  it('does not take a person who thinks for silence', async () => {
    const ask = {
      type: 'input_request',
      args: { request_id: 'r1', input_type: 'confirm', message: 'Refund?' },
    };
    let answered = () => {};
    const wait = new Promise<void>((resolve) => {
      answered = resolve;
    });
    async function* pieces() {
      yield frame(ask);
      await wait;
      yield frame(done);
    }
    const { stream } = await run({ kind: 'stream', pieces: pieces() }, 20);
    for await (const event of stream) if (event.type === ask.type) setTimeout(answered, 100);
    assert.equal((await stream.outcome).kind, 'done');
  });

  it('does not take a slow reader for silence', async () => {
    const { stream } = await run({ kind: 'stream', pieces: [frame(note), frame(done)] }, 40);
    for await (const event of stream) {
      if (event.type === note.type) await new Promise((resolve) => setTimeout(resolve, 120));
    }
    assert.equal((await stream.outcome).kind, 'done');
  });

  it('gives a broken frame as it is and goes on', async () => {
    const { stream } = await run({ kind: 'stream', pieces: ['data: {oops\n\n', frame(done)] });
    assert.deepEqual(await read(stream), [{ type: 'malformed', content: '{oops' }, done]);
  });

  it('ends as cut at an event that is too large', async () => {
    const server = await serve({
      kind: 'stream',
      pieces: [frame(note), `data: ${'x'.repeat(5_000)}`],
      end: 'stall',
    });
    const stream = connect(server.url, { maxBodyBytes: 2_000 }).sessions.run('s1', 'x');
    assert.deepEqual(await read(stream), [note]);
    const outcome = await stream.outcome;
    assert.ok(outcome.kind === 'cut' && /larger than 2000 bytes/.test(outcome.message));
    await (await server.request(1)).closed;
  });

  it('lets a server wait for a slow reader', async () => {
    const count = 64;
    const large = { type: 'response', content: 'x'.repeat(1024 * 1024) };
    let sent = 0;
    let stalled = (_: string) => {};
    const state = new Promise<string>((resolve) => {
      stalled = resolve;
    });
    async function* pieces() {
      for (; sent < count; sent++) {
        const timer = setTimeout(() => stalled('the server waits'), 300);
        yield frame(large);
        clearTimeout(timer);
      }
      stalled('everything was sent');
      yield frame(done);
    }
    const { stream } = await run({ kind: 'stream', pieces: pieces() });
    let received = 0;
    for await (const event of stream) {
      if (received++ === 0) assert.equal(await state, 'the server waits');
      assert.ok(event.type === 'response' || event.type === 'done');
    }
    assert.equal(received, count + 1);
  });
});

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

  it('by closing the client', async () => {
    const { client, stream } = await run({ kind: 'pings', pieces: [frame(note)], everyMs: 5 });
    for await (const _ of stream) setImmediate(() => client.close());
    assert.deepEqual(await stream.outcome, { kind: 'cancelled' });
  });
});

describe('a run that never opens', () => {
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
    const error = await refusal(connect(server.url).sessions.run('s1', 'x', { timeoutMs: 60 }));
    assert.ok(error instanceof ConnectionError && error.reason === 'timeout');
    await (await server.request(1)).closed;
  });

  it('gives 202 and 204 no chance to look like a run', async () => {
    const { stream } = await run({ kind: 'answer', status: 204 });
    const error = await refusal(stream);
    assert.ok(error instanceof ConnectionError && error.reason === 'empty');
  });
});
