import assert from 'node:assert/strict';
import {
  type AgentSession,
  type DebugAnswer,
  type DebugRecording,
  DebugStepArgs,
  type DebugStopped,
  inputRequestOf,
  type RunEvent,
  type SyncResult,
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

  it('stops where a condition holds, at the hit that is asked for, and says what a logpoint says', async () => {
    const lines = [
      { id: 1, file: order, line: 8, condition: 'args.id === "B"' },
      { id: 2, file: order, line: 7, hit: '>=3' },
      { id: 3, file: order, line: 8, log: 'order {args.id} of {typeof args}' },
    ];
    const events = await attach({ breakpoints: { lines, functions: [], filters: [] } });
    server.model.says(block("['A', 'B', 'C'].map((id) => require('order')({ id }).id)"), 'Done.');
    const run = server.run(id, 'Three orders');
    const hits: number[][] = [];
    for (const _stop of ['B', 'C']) {
      hits.push((await stopped(events)).breakpoints);
      await command('continue');
    }
    await run;
    assert.deepEqual(hits, [[1], [2]]);
  });

  it('tells what logpoints say without stopping', async () => {
    const events = await attach(line(8, { log: 'order {args.id} of {typeof args}, {missing}' }));
    await ask();
    const said = await events.until('debug_output');
    assert.deepEqual(said.args, {
      text: 'order A-1 of object, ReferenceError: missing is not defined',
      file: order,
      line: 8,
    });
  });

  it('stops before primitives, skills and questions by name, and before errors', async () => {
    const events = await attach({
      breakpoints: {
        lines: [],
        functions: [
          { id: 5, name: 'listIndexes' },
          { id: 6, name: 'refund' },
        ],
        filters: ['thrown', 'failed', 'input'],
      },
    });
    server.model.says(
      block("listIndexes(); require('refund')({ id: 'A' }); require('order')({})"),
      'It failed.',
    );
    const run = server.run(id, 'Everything');
    const seen: string[] = [];
    for (let at = 0; at < 5; at++) {
      const { reason, text = '', call, breakpoints } = await stopped(events);
      seen.push([reason, breakpoints.join(), call?.name ?? '', text.split('\n')[0]].join('|'));
      await command('continue');
      if (reason === 'input') {
        const question = await events.until('debug_step');
        const { tool_args: asked } = DebugStepArgs.parse(question.args).step;
        const request_id = inputRequestOf(asked)?.request_id;
        await server.json('POST', `/agents/${id}/input`, { request_id, value: false });
      }
    }
    await run;
    assert.deepEqual(seen, [
      'function breakpoint|5|listIndexes|',
      'function breakpoint|6||',
      'input||confirm|',
      'exception|||Error: An order needs an id.',
      'exception|||Error: An order needs an id.',
    ]);
  });

  it('pauses a script that never ends by itself, and a pause does not count as its time', async () => {
    const events = await attach();
    server.model.says(block('let n = 0; while (n < 1e9) { n++; if (data.enough) break; } n > 0'), 'Done.');
    const run = server.run(id, 'Loop');
    await events.until('debug_points');
    assert.equal(await command('pause'), 204);
    const { reason, step, point } = await stopped(events);
    assert.equal(reason, 'pause');
    assert.equal((await evaluate({ step, point, expression: 'data.enough = true' })).ok, true);
    await command('continue');
    const result = (await run).find(({ type }) => type === 'execute_js_result');
    assert.equal(result?.content, 'true');
  });

  it('lets the run go on by itself when the debugger leaves', async () => {
    const events = await attach(line(8));
    const run = ask();
    await stopped(events);
    for (const one of leaving.splice(0)) one.abort();
    assert.equal((await run).at(-1)?.type, 'done');
    assert.equal((await recording()).attached, false);
  });

  it('ends a run that stands still when it is stopped', async () => {
    const events = await attach(line(8));
    server.model.says(block("require('order')({ id: 'A-1' })"));
    const run = server.run(id, 'Go');
    await stopped(events);
    await server.json('POST', `/agents/${id}/stop`);
    assert.equal((await run).at(-1)?.type, 'error');
    assert.equal((await events.until('debug_run')).args?.state, 'cancelled');
  });

  it('evaluates as of a recorded moment, where calls give what they gave', async () => {
    const events = await attach();
    server.model.says(
      block(
        "const seen = listIndexes();\ndata.count = seen.length;\nconst found = require('order')({ id: 'A-1' });\nfound.total",
      ),
      'It is 42.',
    );
    await server.run(id, 'What is the total of A-1?');
    await events.until('debug_run');
    for (const one of leaving.splice(0)) one.abort();
    const { points, sources } = await recording();
    assert.deepEqual(sources.map(({ path }) => path).sort(), [order, 'agents/support/skills/refund.js']);
    const inside = points.find(({ file, line: at }) => file === order && at === 8);
    assert.ok(inside);
    const there = { step: inside.step, point: inside.n };
    const values: [string, unknown, Record<string, unknown>?][] = [
      ['args.id', 'A-1'],
      ['data.count', 0],
      ['listIndexes().length', 0],
      ['seen.length', 0, { depth: 1 }],
      ['typeof found', 'undefined', { depth: 1 }],
      ['const twice = 2 * 21; twice', 42],
    ];
    for (const [expression, value, more] of values) {
      assert.deepEqual(
        await evaluate({ ...there, expression, ...more }),
        { ok: true, value, text: String(value) },
        expression,
      );
    }
    const refused = await evaluate({ ...there, expression: 'fetch("https://example.com")' });
    assert.match(refused.text, /fetch\(\) was not called with these arguments in the recorded run/);
    const endless = await evaluate({ ...there, expression: 'for (;;);' });
    assert.match(endless.text, /more than 2 s/);
    assert.equal((await evaluate({ ...there, expression: 'nothing.x' })).ok, false);
    // Nothing of it has touched the session.
    assert.equal((await recording()).points.length, points.length);
  });

  it('takes the debugger over to a replay, with what the taken over steps recorded', async () => {
    const events = await attach(line(8));
    const run = ask();
    await stopped(events);
    await command('continue');
    await run;
    server.model.says('It is still 42.');
    const replay = await server.stream(`/studio/${id}/replay`, { from_step: 2, debug: true });
    const replayId = String((await replay.next())?.content);
    assert.equal((await events.until('debug_attached')).args?.session_id, replayId);
    const stop = await stopped(events);
    assert.equal(stop.reason, 'entry');
    assert.equal(await command('continue', replayId), 204);
    const { point, step } = await stopped(events);
    assert.equal((await evaluate({ point, step, expression: 'args.id' }, replayId)).value, 'A-1');
    assert.equal(await command('continue'), 409);
    assert.equal(await command('continue', replayId), 204);
    assert.equal((await replay.rest()).at(-1)?.type, 'done');
  });

  it('stops recording when there is too much, and still stops at breakpoints', async () => {
    const events = await attach({
      breakpoints: { lines: [{ id: 1, file: 'block:1', line: 2 }], functions: [], filters: [] },
    });
    server.model.says(block('let n = 0; while (n < 30000) n++;\nn'), 'Done.');
    const run = server.run(id, 'Much');
    const { point = 0, step } = await stopped(events);
    assert.equal((await evaluate({ point, step, expression: 'n' })).value, 30_000);
    await command('continue');
    await run;
    const { points, truncated } = await recording();
    assert.equal(truncated, true);
    assert.ok(points.length < 21_000, String(points.length));
  });

  describe('refuses', () => {
    it('a second debugger', async () => {
      await (await attach()).until('debug_attached');
      const { status } = await server.json('POST', `/debug/${id}/attach`, {});
      assert.equal(status, 409);
    });

    it('commands to a session without a debugger, and to a run that does not stand still', async () => {
      assert.equal(await command('continue'), 409);
      await (await attach()).until('debug_attached');
      assert.equal(await command('in'), 409);
      const { status } = await server.json('PUT', `/debug/${id}/breakpoints`, { lines: [] });
      assert.equal(status, 204);
    });

    const bad: [string, string, string, unknown, number][] = [
      ['an unknown session', 'GET', '/debug/nobody', undefined, 404],
      ['to attach to an unknown session', 'POST', '/debug/nobody/attach', {}, 404],
      ['an unknown command', 'POST', '/debug/ID/command', { command: 'jump' }, 400],
      ['a command without its name', 'POST', '/debug/ID/command', {}, 400],
      ['breakpoints that are no list', 'PUT', '/debug/ID/breakpoints', { lines: 'all' }, 400],
      [
        'a breakpoint without a line',
        'POST',
        '/debug/ID/attach',
        { breakpoints: { lines: [{ id: 1 }] } },
        400,
      ],
      ['an expression without its moment', 'POST', '/debug/ID/evaluate', { expression: '1' }, 400],
      [
        'a point that is not there',
        'POST',
        '/debug/ID/evaluate',
        { expression: '1', step: 0, point: 7 },
        400,
      ],
      [
        'a replay without a debugger',
        'POST',
        '/studio/ID/replay',
        { from_step: 0, message: 'x', debug: true },
        409,
      ],
    ];
    for (const [what, method, path, body, status] of bad) {
      it(what, async () => {
        assert.equal((await server.request(method, path.replace('ID', id), body)).status, status);
      });
    }

    it('everything without the key', async () => {
      for (const path of ['attach', 'command', 'evaluate']) {
        const response = await server.request(
          'POST',
          `/debug/${id}/${path}`,
          {},
          { headers: { 'X-API-Key': 'no' } },
        );
        assert.equal(response.status, 401);
      }
    });
  });
});
