import assert from 'node:assert/strict';
import { TavoraClient } from '../../src/client';
import type { AgentSession, AgentStep, RunEvent } from '../../src/protocol';
import { Server } from './support/server';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const types = (events: readonly (RunEvent | undefined)[]) => events.map((event) => event?.type);

describe('a run that outlives its stream', () => {
  const server = new Server();

  before(() => server.start());
  afterEach(() => {
    assert.equal(server.model.left, 0);
    assert.deepEqual(server.logged, []);
  });
  after(() => server.dispose());

  const newSession = async () => (await server.json<AgentSession>('POST', '/agents', {})).body.id;
  const read = async (id: string) =>
    (await server.json<{ session: AgentSession; steps: AgentStep[] }>('GET', `/agents/${id}`)).body;
  const client = () => {
    const { url, apiKey } = server.ready;
    return new TavoraClient({ baseUrl: url, apiKey });
  };

  /** Runs until it asks something, and cuts the connection there. @returns the question's id */
  async function cut(id: string, ...replies: string[]): Promise<unknown> {
    const connection = new AbortController();
    server.model.says(block("log('one');\nconfirm('sure?') ? 'yes' : 'no'"), ...replies);
    const stream = await server.stream(`/agents/${id}/run`, { message: 'ask' }, connection.signal);
    const asked = await stream.until('input_request');
    connection.abort();
    return asked.args?.request_id;
  }

  async function events(id: string, after?: number): Promise<RunEvent[]> {
    const seen: RunEvent[] = [];
    for await (const event of client().sessions.events(id, after ?? -1)) seen.push(event);
    return seen;
  }

  it('is followed again where it was cut, and loses no step', async () => {
    const id = await newSession();
    const requestId = await cut(id, 'Done.');
    const { session, steps } = await read(id);
    assert.equal(session.status, 'waiting');
    const following = events(id, steps.length - 1);
    await server.json('POST', `/agents/${id}/input`, { request_id: requestId, value: true });
    assert.deepEqual(types(await following), ['sandbox_event', 'execute_js_result', 'response', 'done']);
    const after = await read(id);
    assert.equal(after.session.status, 'completed');
    assert.deepEqual(
      after.steps.map(({ step_index: index }) => index),
      after.steps.map((_step, index) => index),
    );
  });

  it('tells who comes late everything from the step on that they know, each once', async () => {
    const id = await newSession();
    const requestId = await cut(id, 'Done.');
    const followers = [events(id), events(id, 1), events(id, 2)];
    await server.json('POST', `/agents/${id}/input`, { request_id: requestId, value: false });
    const [all = [], some = [], fewer = []] = await Promise.all(followers);
    const whole = [
      'message',
      'execute_js',
      'sandbox_event',
      'input_request',
      // The answer.
      'sandbox_event',
      'execute_js_result',
      'response',
      'done',
    ];
    assert.deepEqual(types(all), whole);
    assert.deepEqual(types(some), whole.slice(2));
    assert.deepEqual(types(fewer), whole.slice(3));
    // After its end it is told the same.
    assert.deepEqual(types(await events(id)), whole);
    assert.deepEqual(types(await events(id, 6)), ['done']);
    assert.deepEqual(types(await events(id, 99)), ['done']);
  });

  it('is a stream of events to whoever asks for it over HTTP', async () => {
    const id = await newSession();
    server.model.says('Hello.');
    await server.run(id, 'hi');
    const answer = await server.request('GET', `/agents/${id}/events?after=0`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.match(await answer.text(), /"type":"response".*"type":"done"/s);
  });

  it('goes on to its end when nobody follows', async () => {
    const id = await newSession();
    const connection = new AbortController();
    let answer: ((text: string) => void) | undefined;
    server.model.says(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    await server.stream(`/agents/${id}/run`, { message: 'think' }, connection.signal);
    while (!answer) await new Promise((resolve) => setTimeout(resolve, 5));
    connection.abort();
    (answer as (text: string) => void)('Here I am.');
    assert.deepEqual(types(await events(id)), ['message', 'response', 'done']);
    assert.equal((await read(id)).session.status, 'completed');
  });

  it('ends when it is told to, also for those who follow it', async () => {
    const id = await newSession();
    await cut(id);
    const following = events(id);
    const stopped = await server.json<AgentSession>('POST', `/agents/${id}/stop`);
    assert.deepEqual([stopped.status, stopped.body.status], [200, 'cancelled']);
    const last = (await following).at(-1);
    assert.deepEqual([last?.type, last?.content], ['error', 'The run was stopped.']);
    // A second time there is nothing to stop.
    assert.equal((await server.json<AgentSession>('POST', `/agents/${id}/stop`)).body.status, 'cancelled');
    assert.equal(await client().sessions.stop(id), true);
  });

  it('is a replay as well', async () => {
    const id = await newSession();
    server.model.says('First.');
    await server.run(id, 'hello');
    const connection = new AbortController();
    server.model.says(block("confirm('sure?')"), 'Second.');
    const stream = await server.stream(
      `/studio/${id}/replay`,
      { from_step: 0, message: 'again' },
      connection.signal,
    );
    const replay = String((await stream.until('replay_started')).args?.session_id);
    const requestId = (await stream.until('input_request')).args?.request_id;
    connection.abort();
    await server.json('POST', `/agents/${replay}/input`, { request_id: requestId, value: true });
    assert.equal((await events(replay)).at(-1)?.type, 'done');
  });

  it('is no replay whose client went away before it was told the new session', async () => {
    const id = await newSession();
    const leaving = new AbortController();
    await server.stream(`/debug/${id}/attach`, {}, leaving.signal);
    let answer: ((text: string) => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      server.model.says(
        () =>
          new Promise<string>((settle) => {
            answer = settle;
            resolve();
          }),
      );
    });
    const run = server.run(id, 'think');
    await asked;
    // With the debugger the replay waits for the end of the run that it replaces, and then stands still.
    const connection = new AbortController();
    const body = { from_step: 0, message: 'again', debug: true };
    const replay = assert.rejects(server.stream(`/studio/${id}/replay`, body, connection.signal));
    const replays = async () =>
      (await server.json<{ sessions: AgentSession[] }>('GET', '/agents')).body.sessions.filter(
        ({ metadata }) => metadata?.parent_session_id === id,
      );
    while ((await replays()).length === 0);
    connection.abort();
    await replay;
    // By the time of this answer the server knows that the connection is closed.
    await replays();
    answer?.('Never mind.');
    await run;
    while ((await replays())[0]?.status !== 'cancelled');
    leaving.abort();
  });

  it('says how a run that failed has ended', async () => {
    const id = await newSession();
    server.model.says(() => {
      throw new Error('The model is gone.');
    });
    await server.run(id, 'hello');
    const told = await events(id);
    assert.deepEqual(types(told), ['message', 'error']);
    assert.equal(told.at(-1)?.content, 'The model is gone.');
    // A run after it is told whole: an earlier error ends nothing.
    server.model.says('Better.');
    await server.run(id, 'again');
    assert.deepEqual(types(await events(id)), ['message', 'message', 'response', 'done']);
  });

  it('refuses what is no session and no step', async () => {
    for (const [method, path] of [
      ['GET', '/agents/none/events'],
      ['POST', '/agents/none/stop'],
    ] as const) {
      assert.equal((await server.json(method, path)).status, 404);
    }
    const id = await newSession();
    for (const after of ['x', '-2', '1.5']) {
      const refused = await server.json('GET', `/agents/${id}/events?after=${after}`);
      assert.deepEqual([refused.status, refused.body.field], [400, 'after']);
    }
    assert.deepEqual(types(await events(id)), ['done']);
  });
});
