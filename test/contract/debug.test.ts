import assert from 'node:assert/strict';
import type {
  AgentSession,
  DebugAnswer,
  DebugRecording,
  DebugStopped,
  RunEvent,
  SyncResult,
} from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { type EventReader, Server } from './support/server';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const order = 'agents/support/skills/order.js';

describe('the debugger over HTTP', () => {
  const server = new Server();
  let id = '';
  const leaving: AbortController[] = [];

  before(() => server.start());
  after(() => server.dispose());

  beforeEach(async () => {
    id = await session();
  });

  afterEach(() => {
    for (const one of leaving.splice(0)) one.abort();
    assert.equal(server.model.left, 0);
  });

  async function session(change: Record<string, string> = {}): Promise<string> {
    const synced = await server.json<SyncResult>(
      'PUT',
      '/source-sync',
      await manifestOf(sampleFiles(change)),
    );
    const agentId = synced.body.agents[0]?.agentId;
    const made = await server.json<AgentSession>('POST', '/agents', { agent_id: agentId, target: 'draft' });
    return made.body.id;
  }

  async function attach(body: Record<string, unknown> = {}, to = id): Promise<EventReader> {
    const leave = new AbortController();
    leaving.push(leave);
    return await server.stream(`/debug/${to}/attach`, body, leave.signal);
  }

  const line = (at: number, more: Record<string, unknown> = {}) => ({
    breakpoints: { lines: [{ id: 1, file: order, line: at, ...more }], functions: [], filters: [] },
  });
  const command = async (name: string, of = id) =>
    (await server.request('POST', `/debug/${of}/command`, { command: name })).status;
  const evaluate = async (body: Record<string, unknown>, of = id) =>
    (await server.json<DebugAnswer>('POST', `/debug/${of}/evaluate`, body)).body;
  const recording = async (of = id) => (await server.json<DebugRecording>('GET', `/debug/${of}`)).body;

  async function stopped(events: EventReader): Promise<DebugStopped> {
    return (await events.until('debug_stopped')).args as DebugStopped;
  }

  /** Runs a message whose one block calls the order skill. */
  function ask(): Promise<RunEvent[]> {
    server.model.says(block("const found = require('order')({ id: 'A-1' });\nfound.total"), 'It is 42.');
    return server.run(id, 'What is the total of A-1?');
  }

  it('really stops the script at a line, evaluates there and goes on', async () => {
    const events = await attach(line(8));
    const run = ask();
    const stop = await stopped(events);
    assert.equal(stop.reason, 'breakpoint');
    assert.deepEqual(stop.breakpoints, [1]);
    const there = { step: stop.step, point: stop.point };
    assert.deepEqual(await evaluate({ ...there, expression: 'args.id + "!"' }), {
      ok: true,
      value: 'A-1!',
      text: 'A-1!',
    });
    assert.equal((await evaluate({ ...there, expression: 'typeof args', depth: 1 })).value, 'undefined');
    const refused = await evaluate({ ...there, expression: 'confirm("Sure?")' });
    assert.equal(refused.ok, false);
    assert.match(refused.text, /confirm\(\) is not called while the debugger evaluates/);
    assert.equal(await command('continue'), 204);
    assert.equal((await run).at(-1)?.type, 'done');
    assert.equal((await events.until('debug_run')).args?.state, 'completed');
  });

  it('changes what the run does when an expression assigns', async () => {
    const events = await attach(line(8));
    const run = ask();
    const { step, point } = await stopped(events);
    await evaluate({ step, point, expression: 'args.id = "B-9"' });
    await command('continue');
    const result = (await run).find(({ type }) => type === 'execute_js_result');
    assert.equal(result?.content, '42');
  });

  it('steps into, over and out of a skill, and from step to step', async () => {
    const events = await attach({ stop: true });
    const run = ask();
    const places: string[] = [];
    const at = async (): Promise<void> => {
      const { point, step } = await stopped(events);
      const found = (await recording()).points.find(({ n }) => n === point);
      places.push(found ? `${found.name}:${found.line}` : `step ${step}`);
    };
    await at();
    for (const move of ['over', 'in', 'in', 'in', 'in', 'in', 'out', 'over', 'continue']) {
      assert.equal(await command(move), 204);
      if (move !== 'continue') await at();
    }
    await run;
    assert.deepEqual(
      places,
      [
        'step 1',
        'step 2',
        'block:1',
        'order (loading):6',
        'order:7',
        'order:8',
        'block:2',
        'step 3',
        'step 4',
      ].slice(0, places.length),
    );
    assert.equal(places.length, 9);
  });
});
