import assert from 'node:assert/strict';
import type { RunEvent } from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { type EventReader, Server } from './support/server';

describe('a skill run by itself', () => {
  const server = new Server();

  before(() => server.start());
  afterEach(() => assert.deepEqual(server.logged, []));
  after(() => server.dispose());

  async function run(
    skill: string,
    args: unknown[],
    change: Record<string, string> = {},
    more: Record<string, unknown> = {},
    signal?: AbortSignal,
  ): Promise<EventReader> {
    const manifest = await manifestOf(sampleFiles(change));
    return server.stream('/skills/run', { manifest, agent: 'support', skill, args, ...more }, signal);
  }

  const skillFile = (name: string) => `agents/support/skills/${name}.js`;

  /** The one result of a run. */
  function resultOf(events: readonly RunEvent[]): RunEvent {
    const results = events.filter(({ type }) => type === 'execute_js_result');
    assert.equal(results.length, 1, JSON.stringify(events));
    assert.equal(events.at(-1)?.type, 'done');
    return results[0] as RunEvent;
  }

  it('gives the value, what it logged, and how long it took', async () => {
    const source = 'log("asked for " + args.id);\nreturn { id: args.id, list: [1, 2] };\n';
    const events = await (await run('order', [{ id: 'A-1' }], { [skillFile('order')]: source })).rest();
    const result = resultOf(events);
    assert.deepEqual(result.result, { id: 'A-1', list: [1, 2] });
    assert.equal(result.args?.ok, true);
    assert.deepEqual(result.args?.logs, ['asked for A-1']);
    assert.ok(Number(result.duration_ms) > 0);
  });

  it('runs the source that is sent, with its siblings, and keeps none of it', async () => {
    const source = "module.exports = (id) => require('order')({ id }).total + 1;\n";
    const events = await (await run('twice', ['A-1'], { [skillFile('twice')]: source })).rest();
    assert.equal(resultOf(events).result, 43);
    const kept = await server.json<{ skills: unknown[] }>('GET', '/skills');
    assert.deepEqual(kept.body.skills, []);
    const sessions = await server.json<{ sessions: unknown[] }>('GET', '/agents');
    assert.deepEqual(sessions.body.sessions, []);
  });

  it('calls one function of a skill that offers several', async () => {
    const source = 'module.exports = { add: (a, b) => a + b, sub: (a, b) => a - b };\n';
    const reader = await run('maths', [5, 3], { [skillFile('maths')]: source }, { function: 'sub' });
    assert.equal(resultOf(await reader.rest()).result, 2);
  });

  it('shows each primitive that the skill calls', async () => {
    const source = "const rows = search('returns');\nreturn { rows: rows.length, indexes: listIndexes() };\n";
    const events = await (await run('find', [], { [skillFile('find')]: source })).rest();
    assert.deepEqual(
      events.filter(({ type }) => type === 'sandbox_event').map(({ args }) => args?.call),
      ['search', 'listIndexes'],
    );
    assert.deepEqual(resultOf(events).result, { rows: 0, indexes: [] });
  });

  it('says where in the source an error is', async () => {
    const source = 'const order = null;\n\nreturn order.total;\n';
    const events = await (await run('order', [{}], { [skillFile('order')]: source })).rest();
    const error = resultOf(events).args?.error as Record<string, unknown>;
    assert.equal(error.file, skillFile('order'));
    assert.equal(error.line, 3);
    assert.equal(error.kind, 'throw');
  });

  it('says where an error in a sibling is', async () => {
    const source = "return require('order')({});\n";
    const events = await (await run('caller', [{}], { [skillFile('caller')]: source })).rest();
    const error = resultOf(events).args?.error as Record<string, unknown>;
    assert.equal(error.file, skillFile('order'));
    assert.equal(error.line, 7);
  });

  it('takes arguments as values, never as code', async () => {
    const source = 'return Object.keys(args).concat(args.text);\n';
    const body = `{"text":"\\");throw 1;(\\"\\u2028","__proto__":{"polluted":true}}`;
    const events = await (await run('echo', [JSON.parse(body)], { [skillFile('echo')]: source })).rest();
    assert.deepEqual(resultOf(events).result, ['text', '__proto__', '");throw 1;("\u2028']);
  });

  it('asks the person, and goes on with the answer', async () => {
    const reader = await run('refund', [{ id: 'A-1' }]);
    const question = await reader.until('input_request');
    assert.equal(question.content, 'Refund A-1?');
    const where = { run_id: question.args?.run_id, request_id: question.args?.request_id };
    const wrong = await server.json('POST', '/skills/run/input', { ...where, value: 'maybe' });
    assert.equal(wrong.status, 400);
    const right = await server.json('POST', '/skills/run/input', { ...where, value: true });
    assert.equal(right.status, 200);
    assert.deepEqual(resultOf(await reader.rest()).result, { refunded: true });
    const again = await server.json('POST', '/skills/run/input', { ...where, value: true });
    assert.equal(again.status, 404);
  });

  it('stops when its client goes away', async () => {
    const stop = new AbortController();
    const reader = await run(
      'forever',
      [],
      { [skillFile('forever')]: 'log("in");\nfor (;;);\n' },
      {},
      stop.signal,
    );
    await reader.until('sandbox_event');
    stop.abort();
    await assert.rejects(reader.rest());
    // The place in the pool is free again, and the runtime answers.
    const events = await (await run('order', [{ id: 'B' }])).rest();
    assert.deepEqual(resultOf(events).result, { id: 'B', total: 42 });
  });

  it('keeps to what the agent may use', async () => {
    const config = JSON.stringify({
      id: 'support',
      name: 'S',
      model: 'test/scripted',
      capabilities: [],
      skills: ['skills/*'],
    });
    const change = { 'agents/support/agent.jsonc': config, [skillFile('find')]: "return search('x');\n" };
    const error = resultOf(await (await run('find', [], change)).rest()).args?.error as Record<
      string,
      unknown
    >;
    assert.match(String(error.message), /may not use it; add "search"/);
  });

  it('refuses what it cannot run, in words', async () => {
    const manifest = await manifestOf(sampleFiles());
    const ask = (body: Record<string, unknown>) => server.json('POST', '/skills/run', body);
    const whole = { manifest, agent: 'support', skill: 'order', args: [] };
    const noSkill = await ask({ ...whole, skill: 'tone' });
    assert.equal(noSkill.status, 400);
    assert.match(String(noSkill.body.message), /no skill "tone" that is JavaScript/);
    assert.match(String((await ask({ ...whole, agent: 'other' })).body.message), /no agent "other"/);
    assert.equal((await ask({ agent: 'support', skill: 'order' })).status, 400);
    assert.equal((await ask({ ...whole, args: 'x' })).status, 400);
    const broken = {
      ...manifest,
      agents: [
        { ...manifest.agents[0], files: [{ path: '../x', hash: 'sha256:0', size: 1, content: 'eA==' }] },
      ],
    };
    assert.equal((await ask({ ...whole, manifest: broken })).status, 422);
    const unknown = await server.json('POST', '/skills/run/input', {
      run_id: 'x',
      request_id: 'y',
      value: true,
    });
    assert.equal(unknown.status, 404);
  });
});
