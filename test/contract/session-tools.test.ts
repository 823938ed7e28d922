import assert from 'node:assert/strict';
import type { AgentSession, RunEvent, SyncResult, Trace } from '../../src/protocol';
import { McpBench } from './mcp/harness';
import { SmallServer } from './mcp/small-server';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const always = ['log', 'data', 'require', 'confirm', 'choice', 'input'];

describe('the tools of a session', () => {
  const server = new Server();
  let agentId = '';

  before(async () => {
    await server.start();
    const { body } = await server.json<SyncResult>('PUT', '/source-sync', await manifestOf(sampleFiles()));
    agentId = body.agents[0]?.agentId ?? '';
  });
  after(() => server.dispose());

  const create = (tools: unknown, body: object = { agent_id: agentId, target: 'draft' }) =>
    server.json<AgentSession & Record<string, unknown>>('POST', '/agents', { ...body, tools });

  async function session(tools: unknown, body?: object): Promise<string> {
    const created = await create(tools, body);
    assert.equal(created.status, 201, JSON.stringify(created.body));
    return created.body.id;
  }

  const trace = async (id: string) => (await server.json<Trace>('GET', `/studio/${id}`)).body;
  const toolsOf = async (id: string) => [...((await trace(id)).tools as string[])].sort();

  /** Runs one block and gives its result, or the message of its error. */
  async function value(id: string, source: string): Promise<unknown> {
    server.model.says(block(source), 'Done.');
    const events: RunEvent[] = await server.run(id, 'go');
    const result = events.find((event) => event.type === 'execute_js_result');
    const error = result?.args?.error as { message?: string } | undefined;
    return error?.message ?? result?.result;
  }

  for (const [what, tools, left] of [
    ['are everything that the agent has when they are left out', undefined, undefined],
    ['are everything when they are null', null, undefined],
    ['are everything when they are an object, whose meaning nobody knows', { any: 1 }, undefined],
    ['are what a list names', ['fetch', 'order'], ['fetch', 'order']],
    ['are none when the list is empty', [], []],
    ['may be named by capability', ['indexes'], ['listIndexes', 'getDocument']],
    ['may be named by the hosted name of a capability', ['gemini'], ['ai']],
    ['may be objects with a name', [{ name: 'ai' }], ['ai']],
    ['may be functions as OpenAI has them', [{ type: 'function', function: { name: 'refund' } }], ['refund']],
    ['add nothing that the agent does not have', ['order', 'nothing'], ['order']],
  ] as const) {
    it(what, async () => {
      const { body } = await create(tools);
      assert.deepEqual(body.tools_config, tools ?? null);
      const all = await toolsOf(await session(undefined));
      assert.deepEqual(await toolsOf(body.id), left ? [...left, ...always, 'tone'].sort() : all);
    });
  }

  for (const [what, tools, field] of [
    ['text', 'search', 'tools'],
    ['a number', 1, 'tools'],
    ['an entry without a name', ['search', { type: 'x' }], 'tools.1'],
    ['an empty name', [' '], 'tools.0'],
    ['an entry that is nothing', [null], 'tools.0'],
  ] as const) {
    it(`refuse ${what}`, async () => {
      const { status, body } = await create(tools);
      assert.deepEqual([status, body.code, body.field], [400, 'bad_request', field]);
    });
  }

  it('are what the model is told of', async () => {
    const id = await session(['order']);
    server.model.says('Hello.');
    await server.run(id, 'hello');
    const prompt = server.model.requests.at(-1)?.system ?? '';
    assert.match(prompt, /### order/);
    assert.match(prompt, /Be kind and short/);
    assert.doesNotMatch(prompt, /### refund|`search\(|`fetch\(/);
  });

  it('can be called, and nothing else', async () => {
    const id = await session(['order', 'search']);
    assert.deepEqual(await value(id, "require('order')({ id: 'A-1' }).total"), 42);
    assert.deepEqual(await value(id, "search('returns').length"), 0);
    assert.equal(
      await value(id, "ai('mood?')"),
      'ai: this session may not use it. Its tools are: order, search.',
    );
    assert.match(
      String(await value(id, "require('refund')({ id: 'A-1' })")),
      /no skill or MCP server "refund"/,
    );
  });

  it('limit a session without an agent too', async () => {
    const id = await session([], { model: 'test/scripted' });
    assert.deepEqual(await toolsOf(id), [...always].sort());
    assert.match(String(await value(id, "search('x')")), /Its tools are: none/);
    assert.doesNotMatch((await trace(id)).system_prompt, /`search\(/);
  });

  it('say first what the session lacks, then what the agent does', async () => {
    const files = sampleFiles({
      'agents/bare/agent.jsonc': JSON.stringify({
        id: 'bare',
        name: 'Bare',
        model: 'test/scripted',
        capabilities: ['search'],
      }),
    });
    const { body } = await server.json<SyncResult>('PUT', '/source-sync', await manifestOf(files));
    const bare = body.agents.find(({ localId }) => localId === 'bare')?.agentId;
    const id = await session(['ai'], { agent_id: bare, target: 'draft' });
    assert.match(String(await value(id, "search('x')")), /this session may not use it/);
    assert.match(String(await value(id, "ai('x')")), /the agent "bare" may not use it; add "ai"/);
  });

  it('are kept by a replay', async () => {
    const id = await session(['order']);
    server.model.says('Hello.');
    await server.run(id, 'hello');
    server.model.says(block("ai('mood?')"), 'Done.');
    const events = await (
      await server.stream(`/studio/${id}/replay`, { from_step: 1, message: 'and now?' })
    ).rest();
    const [first] = events;
    assert.deepEqual(await toolsOf(String(first?.content)), await toolsOf(id));
    const result = events.find((event) => event.type === 'execute_js_result');
    assert.match(JSON.stringify(result), /this session may not use it/);
  });

  describe('of MCP servers', () => {
    const bench = new McpBench();
    const small = new SmallServer();

    before(async () => {
      await Promise.all([small.start(), bench.start()]);
      await bench.sync([
        { name: 'desk', url: small.url },
        { name: 'away', url: 'http://127.0.0.1:9/mcp' },
      ]);
    });
    after(async () => {
      await bench.server.dispose();
      await small.stop();
    });

    /** Runs one block in a session with these tools. @returns its result, or the message of its error. */
    async function call(tools: string[], source: string): Promise<unknown> {
      const body = { agent_id: bench.agentId, target: 'draft', tools };
      const created = await bench.server.json<AgentSession>('POST', '/agents', body);
      bench.server.model.says(block(source), 'Done.');
      const events = await bench.server.run(created.body.id, 'go');
      const result = events.find((event) => event.type === 'execute_js_result');
      const error = result?.args?.error as { message?: string } | undefined;
      return error?.message ?? result?.result;
    }

    it('may be a whole server, or one tool of it', async () => {
      const use = "require('desk').look({ id: 1 })";
      assert.deepEqual(await call(['desk'], use), { id: 1 });
      assert.deepEqual(await call(['desk.look'], use), { id: 1 });
      assert.match(String(await call(['desk.other'], use)), /MCP server "desk" has no tool "look"/);
    });

    it('leave a server out that is not named', async () => {
      const told = await call(['desk'], "require('away').find({})");
      assert.match(String(told), /no skill or MCP server "away"/);
    });

    it('hold for a server whose tools are not known', async () => {
      const told = await call(['away.find'], "require('away').delete({})");
      assert.equal(told, 'away.delete: this session may not use it. Its tools are: away.find.');
    });
  });
});
