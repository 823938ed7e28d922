import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Guard } from '../../../src/client/guard';
import { HttpRunStream } from '../../../src/client/run-stream';
import { frame } from '../../fixtures/servers';
import { answer, done, note, read, runHarness } from './runs';

const { serve, connect, run } = runHarness();

describe('the stream of a run', () => {
  afterEach(() => mock.timers.reset());

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
    // Without a server, and on a clock that the test moves: a pause of the machine would be a silence as well.
    mock.timers.enable({ apis: ['setTimeout'] });
    const body = new PassThrough();
    const target = { method: 'POST', url: 'http://one.test/run', origin: 'http://one.test', path: '/run' };
    const stream = new HttpRunStream({
      guard: new Guard([]),
      target,
      silenceMs: 1_000,
      maxEventBytes: 1_000,
      open: async () => body,
    });
    const reading = read(stream);
    for (let n = 0; n < 3; n++) {
      await turn();
      mock.timers.tick(600);
      body.write(': ping\n\n');
    }
    await turn();
    body.end(frame(done));
    assert.deepEqual(await reading, [done]);
    assert.equal((await stream.outcome).kind, 'done');
  });

  const ask = {
    type: 'input_request',
    args: { request_id: 'r1', input_type: 'confirm', message: 'Refund?' },
  };

  it('does not take a person who thinks for silence', async () => {
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

  it('ends as silent when nothing comes after the answer that the server has taken', async () => {
    const { client, stream } = await run(
      ({ path }) =>
        path.endsWith('/input')
          ? { kind: 'answer', body: { ok: true } }
          : { kind: 'stream', pieces: [frame(ask)], end: 'stall' },
      60,
    );
    for await (const event of stream) {
      assert.equal(event.type, ask.type);
      // The stream is waited for meanwhile, as in a chat.
      void client.sessions.input('s1', { request_id: 'r1', value: true });
    }
    assert.deepEqual(await stream.outcome, { kind: 'silent', afterMs: 60 });
  });

  it('still waits for the person when another question was answered', async () => {
    let taken = () => {};
    const other = new Promise<void>((resolve) => {
      taken = resolve;
    });
    async function* pieces() {
      yield frame(ask);
      await other;
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield frame(done);
    }
    const { client, stream } = await run(
      ({ path }) =>
        path.endsWith('/input')
          ? { kind: 'answer', body: { ok: true } }
          : { kind: 'stream', pieces: pieces() },
      20,
    );
    for await (const event of stream) {
      if (event.type === ask.type) {
        void client.sessions.input('s2', { request_id: 'r2', value: true }).then(taken);
      }
    }
    assert.equal((await stream.outcome).kind, 'done');
  });

  it('ends as silent while a person is asked, on a server that was heard to say that it is there', async () => {
    const { stream } = await run({ kind: 'stream', pieces: [`: ping\n\n${frame(ask)}`], end: 'stall' }, 60);
    assert.deepEqual(await read(stream), [ask]);
    assert.deepEqual(await stream.outcome, { kind: 'silent', afterMs: 60 });
  });

  it('does not take a slow reader for silence', async () => {
    let sent = () => {};
    const all = new Promise<void>((resolve) => {
      sent = resolve;
    });
    async function* pieces() {
      yield frame(note);
      yield frame(done);
      sent();
    }
    const { stream } = await run({ kind: 'stream', pieces: pieces() }, 50);
    for await (const event of stream) {
      if (event.type !== note.type) continue;
      await all;
      await new Promise((resolve) => setTimeout(resolve, 200));
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
    const count = 24;
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
