import assert from 'node:assert/strict';
import type { AgentSession, AgentStep, RunEvent, SyncResult } from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const types = (events: readonly RunEvent[]) => events.map((event) => event.type);

/** The error of a block's result. */
function errorOf(event: RunEvent | undefined): Record<string, unknown> {
  const error = event?.args?.error;
  assert.ok(typeof error === 'object' && error !== null, JSON.stringify(event));
  return error as Record<string, unknown>;
}

/** A reply of the model that runs a block. */
const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;

interface Read {
  session: AgentSession;
  steps: AgentStep[];
}

describe('a run over HTTP', () => {
  const server = new Server();
  let agentId = '';

  before(async () => {
    // Long enough to be followed again, short enough to be waited for.
    await server.start({ limits: { grace: 100 } });
    agentId = await sync();
  });

  afterEach(() => {
    assert.equal(server.model.left, 0, 'the model was asked for every reply that was written');
    assert.deepEqual(server.logged, []);
  });

  after(() => server.dispose());

  async function sync(change: Record<string, string> = {}): Promise<string> {
    const { status, body } = await server.json<SyncResult>(
      'PUT',
      '/source-sync',
      await manifestOf(sampleFiles(change)),
    );
    assert.equal(status, 200, JSON.stringify(body));
    return body.agents[0]?.agentId ?? '';
  }

  async function newSession(body: Record<string, unknown> = {}): Promise<string> {
    const created = await server.json<AgentSession>('POST', '/agents', {
      agent_id: agentId,
      target: 'draft',
      ...body,
    });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    return created.body.id;
  }

  const read = async (id: string) => (await server.json<Read>('GET', `/agents/${id}`)).body;

  async function waitForStatus(id: string, status: string): Promise<Read> {
    for (;;) {
      const session = await read(id);
      if (session.session.status === status) return session;
    }
  }

  it('streams the block, its result, what changed and the answer, and keeps each step', async () => {
    const id = await newSession();
    server.model.says(
      "I look it up.\n\n```js\ndata.order = require('order')({ id: 'A-1' });\ndata.order.total\n```\nignored",
      'It costs 42.',
    );
    const events = await server.run(id, 'What does order A-1 cost?');
    assert.deepEqual(
      types(events),
      ['sandbox_event', 'execute_js', 'execute_js_result', 'data_update', 'response', 'done'],
      JSON.stringify(events.at(-1)),
    );
    assert.equal(events[0]?.content, 'I look it up.');
    assert.equal(events[2]?.result, 42);
    assert.deepEqual(events[3]?.args, { order: { id: 'A-1', total: 42 } });
    assert.equal(events[4]?.content, 'It costs 42.');
    assert.deepEqual(events[5]?.summary, {
      session_id: id,
      steps: 6,
      tokens: { prompt: 20, completion: 10 },
    });

    const { session, steps } = await read(id);
    assert.equal(session.status, 'completed');
    assert.equal(session.title, 'What does order A-1 cost?');
    assert.equal(session.model, 'test/scripted');
    assert.equal(session.step_count, 6);
    assert.equal(session.prompt_tokens, 20);
    assert.equal(session.completion_tokens, 10);
    assert.ok(session.duration_ms > 0);
    assert.ok(session.finished_at);
    assert.deepEqual(
      steps.map((step) => [step.step_index, step.step_type]),
      [
        [0, 'message'],
        [1, 'sandbox_event'],
        [2, 'execute_js'],
        [3, 'execute_js_result'],
        [4, 'data_update'],
        [5, 'response'],
      ],
    );
    assert.equal(steps[2]?.prompt_tokens, 10);
  });

  it('goes on with the conversation in the next run, with data made anew', async () => {
    const id = await newSession();
    server.model.says(block('data.seen = 1; data.seen'), 'One.');
    await server.run(id, 'first');
    server.model.says(block('typeof data.seen'), 'Two.');
    const events = await server.run(id, 'second');
    assert.equal(events.find((event) => event.type === 'execute_js_result')?.result, 'undefined');
    assert.deepEqual(
      server.model.requests.at(-1)?.messages.map(({ role, content }) => [role, content]),
      [
        ['user', 'first'],
        ['assistant', block('data.seen = 1; data.seen')],
        ['tool', '1'],
        ['assistant', 'One.'],
        ['user', 'second'],
        ['assistant', block('typeof data.seen')],
        ['tool', 'undefined'],
      ],
    );
    assert.equal((await read(id)).session.step_count, 9);
  });

  it('uses the newest draft in each run, and notes which', async () => {
    const id = await newSession();
    server.model.says(block("require('order')({ id: 'A-1' }).total"), 'First.');
    await server.run(id, 'cost?');
    await sync({ 'agents/support/skills/order.js': 'return { id: args.id, total: 99 };' });
    server.model.says(block("require('order')({ id: 'A-1' }).total"), 'Second.');
    const events = await server.run(id, 'cost?');
    assert.equal(events.find((event) => event.type === 'execute_js_result')?.result, 99);
    const { session, steps } = await read(id);
    const hashes = steps
      .filter((step) => step.step_type === 'message')
      .map((step) => (step.tool_args as { source_hash: string }).source_hash);
    assert.equal(new Set(hashes).size, 2);
    assert.equal(session.metadata?.source_hash, hashes[1]);
    await sync();
  });

  it('tells the model of its persona, skills, typed calls and primitives', async () => {
    const id = await newSession();
    server.model.says('Hello.');
    await server.run(id, 'hi');
    const system = server.model.requests.at(-1)?.system ?? '';
    for (const part of [
      'You help customers of a shop',
      'Be kind and short.',
      "require('order')({ id: string })",
      'id: Number of the order.',
      'search(query: string',
    ]) {
      assert.ok(system.includes(part), `${part}\n\n${system}`);
    }
    assert.equal((await read(id)).session.system_prompt, system);
  });

  it('gives what a skill throws back to the model, with its place, and goes on', async () => {
    const id = await newSession();
    server.model.says(block("require('order')({})"), 'I need the number of the order.');
    const events = await server.run(id, 'cost?');
    assert.deepEqual(types(events), ['execute_js', 'execute_js_result', 'response', 'done']);
    const error = errorOf(events[1]);
    assert.equal(error.message, 'An order needs an id.');
    assert.equal(error.kind, 'throw');
    assert.equal(error.file, 'agents/support/skills/order.js');
    assert.equal(error.line, 7);
    assert.match(server.model.requests.at(-1)?.messages.at(-1)?.content ?? '', /An order needs an id\./);
  });

  it('survives a skill that eats memory', async () => {
    const id = await newSession();
    server.model.says(block("let text = 'x'; for (;;) text += text;"), 'That was too much.');
    const events = await server.run(id, 'eat');
    assert.equal(errorOf(events[1]).kind, 'memory');
    assert.equal(events.at(-1)?.type, 'done');
  });

  it('shows what a block logs and searches as events of their own', async () => {
    const id = await newSession();
    server.model.says(block("log('looking', 1); search('returns', { limit: 2 }).length"), 'Nothing found.');
    const events = await server.run(id, 'returns?');
    assert.deepEqual(
      events.filter((event) => event.type === 'sandbox_event').map(({ args }) => [args?.kind, args?.summary]),
      [
        ['log', 'looking 1'],
        ['search', 'search "returns": 0 rows'],
      ],
    );
    assert.equal(events.find((event) => event.type === 'execute_js_result')?.result, 0);
  });

  it('says why a document, an MCP server or a host cannot be reached', async () => {
    const id = await newSession();
    const tries = ["getDocument('doc_1')", "fetch('https://api.example.com/x')", "search('x', { limit: 0 })"];
    for (const source of tries) server.model.says(block(source));
    server.model.says('Sorry.');
    const events = await server.run(id, 'try');
    assert.deepEqual(
      events.filter((event) => event.type === 'execute_js_result').map((event) => errorOf(event).message),
      [
        'getDocument: there is no document "doc_1".',
        'fetch: api.example.com is not allowed. Add "api.example.com" to the project\'s fetch_allow ("Tavora: Allow Host…" in the editor, or PATCH /project/settings), or to TAVORA_FETCH_ALLOW when starting the runtime.',
        'search: "limit" must be a whole number from 1.',
      ],
    );
  });

  it('asks a model from inside a skill and counts its tokens', async () => {
    const id = await newSession();
    server.model.says(block("ai('mood?', { system: 'One word.' })"), 'calm', 'They are calm.');
    const events = await server.run(id, 'mood');
    assert.equal(events.find((event) => event.type === 'execute_js_result')?.result, 'calm');
    assert.equal(server.model.requests.at(-2)?.system, 'One word.');
    assert.deepEqual(events.at(-1)?.tokens, { prompt: 30, completion: 15 });
  });

  it('refuses a primitive that the agent has no capability for, and says how to get it', async () => {
    const config = JSON.stringify({
      id: 'support',
      name: 'S',
      model: 'test/scripted',
      capabilities: ['require'],
    });
    await sync({ 'agents/support/agent.jsonc': config });
    const id = await newSession();
    server.model.says(block("search('x')"), 'No.');
    const events = await server.run(id, 'search');
    assert.match(events[1]?.content ?? '', /add "search" to "capabilities" in agents\/support\/agent\.jsonc/);
    await sync();
  });

  it('ends a run at its limit of steps and says how to raise it', async () => {
    const other = new Server();
    await other.start({ limits: { steps: 2 } });
    try {
      const created = await other.json<AgentSession>('POST', '/agents', {});
      other.model.says(block('1'), block('2'));
      const events = await other.run(created.body.id, 'loop');
      assert.match(events.at(-1)?.content ?? '', /limit of 2 steps.*TAVORA_MAX_STEPS/);
    } finally {
      await other.dispose();
    }
  });

  it('ends with an error event when the model fails, and keeps it as a step', async () => {
    const id = await newSession();
    server.model.says(async () => {
      throw new Error('The model server answered 503; try again later.');
    });
    const events = await server.run(id, 'hi');
    assert.deepEqual(types(events), ['error']);
    assert.equal(events[0]?.content, 'The model server answered 503; try again later.');
    const { session, steps } = await read(id);
    assert.equal(session.status, 'error');
    assert.equal(steps.at(-1)?.step_type, 'error');
  });

  it('takes an empty answer of the model as an error', async () => {
    const id = await newSession();
    server.model.says('  \n');
    assert.equal((await server.run(id, 'hi')).at(-1)?.content, 'The model gave an empty answer.');
  });

  describe('that asks the person', () => {
    const asking = block("require('refund')({ id: 'A-1' })");

    it('waits, takes the answer and goes on', async () => {
      const id = await newSession();
      server.model.says(asking, 'Refunded.');
      const stream = await server.stream(`/agents/${id}/run`, { message: 'refund A-1' });
      const { args } = await stream.until('input_request');
      assert.equal(args?.input_type, 'confirm');
      assert.equal(args?.message, 'Refund A-1?');
      assert.equal((await read(id)).session.status, 'waiting');
      const answered = await server.json('POST', `/agents/${id}/input`, {
        request_id: args?.request_id,
        value: true,
      });
      assert.equal(answered.status, 200);
      // Acknowledged means kept: the trace has the answer by now.
      assert.ok((await read(id)).steps.some((step) => step.content === 'Answered: yes'));
      const events = await stream.rest();
      assert.deepEqual(events.find((event) => event.type === 'execute_js_result')?.result, {
        refunded: true,
      });
      assert.equal((await read(id)).session.status, 'completed');

      const again = await server.json('POST', `/agents/${id}/input`, {
        request_id: args?.request_id,
        value: true,
      });
      assert.deepEqual([again.status, again.body.code], [409, 'conflict']);
    });

    it('refuses answers of the wrong kind and goes on waiting', async () => {
      const id = await newSession();
      server.model.says(
        block(
          "[confirm('sure?'), choice('which?', ['a', 'b']), input('name?', { placeholder: 'Ann' })].join()",
        ),
        'Done.',
      );
      const stream = await server.stream(`/agents/${id}/run`, { message: 'ask me' });
      const answer = async (requestId: unknown, value: unknown) => {
        const { status, body } = await server.json('POST', `/agents/${id}/input`, {
          request_id: requestId,
          value,
        });
        return [status, body.message];
      };
      const confirm = (await stream.until('input_request')).args;
      assert.deepEqual(await answer(confirm?.request_id, 'yes'), [
        400,
        'The field "value" must be true or false.',
      ]);
      assert.deepEqual(await answer('nobody', true), [
        404,
        'The question "nobody" of this session was not found.',
      ]);
      assert.equal((await answer(confirm?.request_id, false))[0], 200);
      const choice = (await stream.until('input_request')).args;
      assert.deepEqual(choice?.options, ['a', 'b']);
      assert.deepEqual(await answer(choice?.request_id, 'c'), [
        400,
        'The field "value" must be one of: a, b.',
      ]);
      assert.deepEqual(await answer(choice?.request_id, true), [400, 'The field "value" must be a string.']);
      assert.equal((await answer(choice?.request_id, 'b'))[0], 200);
      const text = (await stream.until('input_request')).args;
      assert.equal(text?.input_type, 'text');
      assert.equal(text?.placeholder, 'Ann');
      assert.equal((await answer(text?.request_id, 'Bea'))[0], 200);
      const result = (await stream.rest()).find((event) => event.type === 'execute_js_result')?.result;
      assert.equal(result, 'false,b,Bea');
    });

    it('does not take the answer of another session', async () => {
      const [id, other] = [await newSession(), await newSession()];
      server.model.says(asking, 'Not refunded.');
      const stream = await server.stream(`/agents/${id}/run`, { message: 'refund A-1' });
      const requestId = (await stream.until('input_request')).args?.request_id;
      const foreign = await server.json('POST', `/agents/${other}/input`, {
        request_id: requestId,
        value: true,
      });
      assert.equal(foreign.status, 404);
      await server.json('POST', `/agents/${id}/input`, { request_id: requestId, value: false });
      assert.equal((await stream.rest()).at(-1)?.type, 'done');
    });
  });

  describe('whose client goes away and does not come back', () => {
    it('is cancelled while a skill loops for ever; its steps stay', async () => {
      const id = await newSession();
      const controller = new AbortController();
      server.model.says(block('for (;;) {}'));
      const stream = await server.stream(`/agents/${id}/run`, { message: 'loop' }, controller.signal);
      await stream.until('execute_js');
      controller.abort();
      const { steps } = await waitForStatus(id, 'cancelled');
      assert.deepEqual(
        steps.map((step) => step.step_type),
        ['message', 'execute_js'],
      );
    });

    it('is cancelled while it waits for an answer, and can be talked to again', async () => {
      const id = await newSession();
      const controller = new AbortController();
      server.model.says(block("confirm('sure?')"));
      const stream = await server.stream(`/agents/${id}/run`, { message: 'ask' }, controller.signal);
      const requestId = (await stream.until('input_request')).args?.request_id;
      controller.abort();
      await waitForStatus(id, 'cancelled');
      const late = await server.json('POST', `/agents/${id}/input`, { request_id: requestId, value: true });
      assert.equal(late.status, 409);
      server.model.says('Welcome back.');
      assert.deepEqual(types(await server.run(id, 'again')), ['response', 'done']);
      assert.equal((await read(id)).session.status, 'completed');
    });

    it('is cancelled while the model thinks', async () => {
      const id = await newSession();
      const controller = new AbortController();
      let aborted = false;
      server.model.says(
        ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              aborted = true;
              reject(signal.reason);
            });
          }),
      );
      await server.stream(`/agents/${id}/run`, { message: 'think' }, controller.signal);
      await waitForStatus(id, 'running');
      controller.abort();
      await waitForStatus(id, 'cancelled');
      assert.ok(aborted);
    });
  });

  it('is the only one of its session', async () => {
    const id = await newSession();
    server.model.says(block("confirm('sure?')"), 'Fine.');
    const stream = await server.stream(`/agents/${id}/run`, { message: 'ask' });
    const requestId = (await stream.until('input_request')).args?.request_id;
    const second = await server.json('POST', `/agents/${id}/run`, { message: 'me too' });
    assert.deepEqual([second.status, second.body.code], [409, 'conflict']);
    await server.json('POST', `/agents/${id}/input`, { request_id: requestId, value: true });
    assert.equal((await stream.rest()).at(-1)?.type, 'done');
  });

  it('ends when its session is deleted', async () => {
    const id = await newSession();
    server.model.says(block("confirm('sure?')"));
    const stream = await server.stream(`/agents/${id}/run`, { message: 'ask' });
    await stream.until('input_request');
    assert.equal((await server.request('DELETE', `/agents/${id}`)).status, 204);
    assert.deepEqual(await stream.rest(), [{ type: 'error', content: 'The run was stopped.' }]);
    assert.equal((await server.json('GET', `/agents/${id}`)).status, 404);
  });
});
