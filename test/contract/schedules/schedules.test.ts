import assert from 'node:assert/strict';
import type { AgentSession, ScheduledRun, SessionWithSteps, SyncResult } from '../../../src/protocol';
import { manifestOf, sampleFiles } from '../support/manifest';
import { Server } from '../support/server';
import { TestClock } from './clock';

const start = '2026-01-01T06:00:00.000Z';

/** The sample whose agent has these schedules. */
function scheduled(schedules: unknown[], env: Record<string, string> = {}) {
  return sampleFiles({
    'agents/support/agent.jsonc': JSON.stringify({
      id: 'support',
      name: 'Support',
      model: 'test/scripted',
      persona: 'persona.md',
      skills: ['skills/*'],
      schedules,
      env,
    }),
  });
}

describe('schedules over HTTP', () => {
  const server = new Server();
  let clock = new TestClock(start);
  beforeEach(() => {
    clock = new TestClock(start);
    return server.start({ clock });
  });
  afterEach(() => server.dispose());

  async function get<T>(path: string): Promise<T> {
    const { status, body } = await server.json<T>('GET', path);
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    return body;
  }
  const list = async () => (await get<{ scheduled_runs: ScheduledRun[] }>('/scheduled-runs')).scheduled_runs;
  const read = (id: string) => get<ScheduledRun>(`/scheduled-runs/${id}`);
  const session = async () => (await server.json<AgentSession>('POST', '/agents', {})).body.id;
  const messages = async (id: string) =>
    (await get<SessionWithSteps>(`/agents/${id}`)).steps
      .filter(({ step_type }) => step_type === 'message')
      .map(({ content }) => content);
  const create = async (change: Record<string, unknown> = {}) => {
    const body = {
      agent_session_id: await session(),
      cron_expression: '0 7 * * *',
      message: 'Report.',
      ...change,
    };
    const answer = await server.json<ScheduledRun>('POST', '/scheduled-runs', body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  };
  const patch = (id: string, body: unknown) =>
    server.json<ScheduledRun>('PATCH', `/scheduled-runs/${id}`, body);
  async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await look();
      if (holds(value)) return value;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  /** Turns the clock, and waits until the schedule's run has begun. */
  const turn = (id: string, to: string, runs: number) => {
    clock.turnTo(to);
    return until(
      () => read(id),
      ({ run_count }) => run_count === runs,
    );
  };
  /**
   * Turns the clock from one moment of the schedule to the next until another run has begun: one that has only
   * just ended may still count as under way, and leaves a moment out.
   */
  const turnOn = async (id: string) => {
    const { run_count: before } = await read(id);
    for (;;) {
      const { next_run_at: moment } = await read(id);
      clock.turnTo(moment ?? '');
      const now = await until(
        () => read(id),
        ({ next_run_at: next }) => next !== moment,
      );
      if (now.run_count > before) return now;
    }
  };
  const idle = (sessionId: string) =>
    until(
      () => get<SessionWithSteps>(`/agents/${sessionId}`),
      ({ session: { status } }) => !['running', 'waiting', 'idle'].includes(status),
    );

  it('are created, listed, read, changed and deleted', async () => {
    const created = await create({ name: 'Morning', timezone: 'Europe/Berlin', color: 'red' });
    assert.deepEqual(
      [created.name, created.enabled, created.run_count, created.last_run_at, created.last_error],
      ['Morning', true, 0, null, ''],
    );
    assert.equal(created.next_run_at, '2026-01-02T06:00:00.000Z', 'seven o’clock in Berlin has just passed');
    assert.deepEqual(await read(created.id), created);
    assert.deepEqual(await list(), [created]);
    const changed = await patch(created.id, { name: 'Evening', message: 'Sum up.', enabled: false });
    assert.equal(changed.status, 200);
    assert.deepEqual(
      [changed.body.name, changed.body.message, changed.body.enabled, changed.body.next_run_at],
      ['Evening', 'Sum up.', false, created.next_run_at],
    );
    assert.equal((await server.request('DELETE', `/scheduled-runs/${created.id}`)).status, 204);
    assert.deepEqual(await list(), []);
    assert.equal((await server.request('DELETE', `/scheduled-runs/${created.id}`)).status, 404);
    assert.equal((await server.json('GET', `/agents/${created.agent_session_id}`)).status, 200);
  });

  it('reckon the next moment anew for another time only', async () => {
    const { id } = await create();
    clock.turnTo('2026-01-01T06:30:00.000Z');
    assert.equal(
      (await patch(id, { cron_expression: '0 7 * * *' })).body.next_run_at,
      '2026-01-01T07:00:00.000Z',
    );
    assert.equal((await patch(id, { message: 'Other.' })).body.next_run_at, '2026-01-01T07:00:00.000Z');
    assert.equal(
      (await patch(id, { cron_expression: '15 * * * *' })).body.next_run_at,
      '2026-01-01T07:15:00.000Z',
    );
    const zone = await patch(id, { cron_expression: '0 9 * * *', timezone: 'Asia/Kathmandu' });
    assert.deepEqual(
      [zone.body.next_run_at, zone.body.timezone],
      ['2026-01-02T03:15:00.000Z', 'Asia/Kathmandu'],
    );
    const prefix = await patch(id, { cron_expression: 'CRON_TZ=Europe/Berlin 0 9 * * *' });
    assert.deepEqual(
      [prefix.body.next_run_at, prefix.body.timezone],
      ['2026-01-01T08:00:00.000Z', 'Europe/Berlin'],
    );
  });

  it('that are enabled after their moment wait for the next', async () => {
    const { id, agent_session_id: sessionId } = await create();
    await patch(id, { enabled: false });
    clock.turnTo('2026-01-03T12:00:00.000Z');
    const { body } = await patch(id, { enabled: true });
    assert.equal(body.next_run_at, '2026-01-04T07:00:00.000Z');
    assert.deepEqual(await messages(sessionId), []);
  });

  const refused: [string, Record<string, unknown>, string][] = [
    ['a minute that there is not', { cron_expression: '61 * * * *' }, 'cron_expression'],
    ['no expression', { cron_expression: '' }, 'cron_expression'],
    ['a moment that never comes', { cron_expression: '0 0 31 2 *' }, 'cron_expression'],
    ['a number for an expression', { cron_expression: 5 }, 'cron_expression'],
    ['a time zone that there is not', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['two time zones', { cron_expression: 'TZ=UTC @daily', timezone: 'Europe/Berlin' }, 'timezone'],
    ['an empty message', { message: '  ' }, 'message'],
    ['a message that is no text', { message: { a: 1 } }, 'message'],
    ['a name that is no text', { name: 7 }, 'name'],
  ];
  for (const [what, change, field] of refused) {
    it(`refuse ${what}, when created and when changed`, async () => {
      const body = {
        agent_session_id: await session(),
        cron_expression: '0 7 * * *',
        message: 'x',
        ...change,
      };
      const created = await server.json('POST', '/scheduled-runs', body);
      assert.deepEqual([created.status, created.body.field], [400, field]);
      assert.deepEqual(await list(), []);
      const good = await create();
      const changed = await server.json('PATCH', `/scheduled-runs/${good.id}`, change);
      assert.deepEqual([changed.status, changed.body.field], [400, field]);
      assert.deepEqual(await read(good.id), good);
    });
  }

  it('refuse what is missing or unknown', async () => {
    for (const field of ['agent_session_id', 'cron_expression', 'message']) {
      const body: Record<string, unknown> = {
        agent_session_id: await session(),
        cron_expression: '@daily',
        message: 'x',
      };
      delete body[field];
      const answer = await server.json('POST', '/scheduled-runs', body);
      assert.deepEqual([answer.status, answer.body.field], [400, field]);
    }
    const nobody = { agent_session_id: 'nobody', cron_expression: '@daily', message: 'x' };
    assert.equal((await server.json('POST', '/scheduled-runs', nobody)).status, 404);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const { status } = await server.json(
        method,
        '/scheduled-runs/nobody',
        method === 'PATCH' ? {} : undefined,
      );
      assert.equal(status, 404, method);
    }
    assert.equal((await patch((await create()).id, { enabled: 'yes' })).status, 400);
  });

  it('say their message to their session at their time, each time', async () => {
    server.model.says('First report.', 'Second report.');
    const { id, agent_session_id: sessionId } = await create();
    const first = await turn(id, '2026-01-01T07:00:00.000Z', 1);
    assert.deepEqual(
      [first.last_run_at, first.next_run_at],
      ['2026-01-01T07:00:00.000Z', '2026-01-02T07:00:00.000Z'],
    );
    await idle(sessionId);
    assert.equal((await turnOn(id)).run_count, 2);
    const { steps } = await until(
      () => get<SessionWithSteps>(`/agents/${sessionId}`),
      ({ steps: all }) => all.length === 4,
    );
    assert.deepEqual(
      steps.map(({ step_type, content }) => [step_type, content]),
      [
        ['message', 'Report.'],
        ['response', 'First report.'],
        ['message', 'Report.'],
        ['response', 'Second report.'],
      ],
    );
    await until(
      () => read(id),
      ({ last_error: error }) => error === '',
    );
  });

  it('make up for what was missed once, however often it was', async () => {
    server.model.says('Late report.');
    const { id, agent_session_id: sessionId } = await create({ cron_expression: '*/5 * * * *' });
    const late = await turn(id, '2026-01-09T23:58:00.000Z', 1);
    assert.equal(late.next_run_at, '2026-01-10T00:00:00.000Z');
    await idle(sessionId);
    assert.deepEqual(await messages(sessionId), ['Report.']);
  });

  it('make up for what a runtime that was away missed, once', async () => {
    const { id, agent_session_id: sessionId } = await create();
    await server.stop();
    clock = new TestClock('2026-02-01T12:00:00.000Z');
    server.model.says('Late report.');
    await server.start({ clock });
    const late = await until(
      () => read(id),
      ({ run_count }) => run_count > 0,
    );
    assert.deepEqual([late.run_count, late.next_run_at], [1, '2026-02-02T07:00:00.000Z']);
    await idle(sessionId);
    assert.deepEqual(await messages(sessionId), ['Report.']);
  });

  it('look at the clock once a minute at least, as it may have been set', async () => {
    await create();
    await until(
      async () => clock.waits,
      (waits) => waits[0] === '2026-01-01T06:01:00.000Z',
    );
  });

  it('leave one out while the run before goes on, and say so', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.model.says(async () => {
      await gate;
      return 'Long report.';
    });
    const { id, agent_session_id: sessionId } = await create();
    await turn(id, '2026-01-01T07:00:00.000Z', 1);
    clock.turnTo('2026-01-02T07:00:00.000Z');
    const skipped = await until(
      () => read(id),
      ({ next_run_at: next }) => next === '2026-01-03T07:00:00.000Z',
    );
    assert.deepEqual([skipped.run_count, skipped.last_run_at], [1, '2026-01-01T07:00:00.000Z']);
    assert.match(skipped.last_error ?? '', /The run before had not ended/);
    release();
    await idle(sessionId);
    assert.deepEqual(await messages(sessionId), ['Report.']);
  });

  it('keep the last error until a run goes well', async () => {
    server.model.says(async () => {
      throw new Error('The model is gone.');
    }, 'Good report.');
    const { id } = await create();
    await turn(id, '2026-01-01T07:00:00.000Z', 1);
    const failed = await until(
      () => read(id),
      ({ last_error: error }) => error !== '',
    );
    assert.equal(failed.last_error, 'The model is gone.');
    assert.equal((await turnOn(id)).run_count, 2);
    await until(
      () => read(id),
      ({ last_error: error }) => error === '',
    );
  });

  it('say what their run waits for, and stop one that nobody answers', async () => {
    server.model.says("```js\nconfirm('Send it?')\n```");
    const { id, agent_session_id: sessionId } = await create();
    await turn(id, '2026-01-01T07:00:00.000Z', 1);
    const waiting = await until(
      () => read(id),
      ({ last_error: error }) => error !== '',
    );
    assert.equal(waiting.last_error, 'The run waits for an answer to “Send it?”.');
    clock.turnTo('2026-01-01T07:30:00.000Z');
    await idle(sessionId);
    const stopped = await until(
      () => read(id),
      ({ last_error: error }) => error !== waiting.last_error,
    );
    assert.equal(stopped.last_error, 'The run was stopped after 30 minutes.');
  });

  it('do nothing when disabled or deleted, and go with their session', async () => {
    const off = await create();
    await patch(off.id, { enabled: false });
    const gone = await create();
    await server.request('DELETE', `/scheduled-runs/${gone.id}`);
    const orphan = await create();
    await server.request('DELETE', `/agents/${orphan.agent_session_id}`);
    const kept = await create();
    server.model.says('Report.');
    await turn(kept.id, '2026-01-01T07:00:00.000Z', 1);
    await idle(kept.agent_session_id);
    assert.deepEqual(await messages(off.agent_session_id), []);
    assert.deepEqual(await messages(gone.agent_session_id), []);
    assert.deepEqual((await list()).map(({ id }) => id).sort(), [off.id, kept.id].sort());
  });

  describe('of an agent’s source', () => {
    const morning = { name: 'Morning', cron: '0 7 * * 1-5', input: 'Write the report.' };
    const sync = async (schedules: unknown[], env?: Record<string, string>) =>
      server.json<SyncResult & { issues?: unknown[] }>(
        'PUT',
        '/source-sync',
        await manifestOf(scheduled(schedules, env)),
      );
    const only = async () => {
      const [row, ...others] = await list();
      assert.ok(row);
      assert.deepEqual(others, []);
      return row;
    };

    it('have a session of their own, on what is live', async () => {
      const { body } = await sync([morning, { cron: '@daily', input: 'Sum up.', timezone: 'Europe/Berlin' }]);
      const [first, second] = await list();
      assert.deepEqual(
        [first?.name, first?.cron_expression, first?.message, first?.next_run_at],
        ['Morning', '0 7 * * 1-5', 'Write the report.', '2026-01-01T07:00:00.000Z'],
      );
      assert.deepEqual([second?.name, second?.timezone], ['', 'Europe/Berlin']);
      assert.notEqual(first?.agent_session_id, second?.agent_session_id);
      const { session: own } = await get<SessionWithSteps>(`/agents/${first?.agent_session_id}`);
      assert.equal(own.title, 'Morning');
      assert.deepEqual(own.metadata, {
        agent_id: body.agents[0]?.agentId,
        local_id: 'support',
        target: 'live',
        schedule: 'Morning',
      });
    });

    it('stay the same over syncs, take what changes, and go when they are gone', async () => {
      await sync([morning]);
      const before = await only();
      await patch(before.id, { enabled: false });
      await sync([morning]);
      assert.deepEqual((await only()).id, before.id);
      await sync([{ ...morning, input: 'Write less.' }]);
      const reworded = await only();
      assert.deepEqual(
        [reworded.id, reworded.message, reworded.next_run_at, reworded.enabled],
        [before.id, 'Write less.', before.next_run_at, false],
      );
      await sync([{ ...morning, cron: '30 8 * * *' }]);
      const moved = await only();
      assert.deepEqual([moved.id, moved.agent_session_id], [before.id, before.agent_session_id]);
      assert.match(moved.next_run_at ?? '', /T08:30:00/);
      await sync([{ ...morning, name: 'Evening' }]);
      assert.notEqual((await only()).id, before.id);
      await sync([]);
      assert.deepEqual(await list(), []);
      assert.equal((await server.json('GET', `/agents/${before.agent_session_id}`)).status, 200);
    });

    it('take variables from the env of their agent, and from nowhere else', async () => {
      process.env.TAVORA_TEST_VARIABLE = 'secret';
      try {
        await sync(
          [{ cron: '$' + '{AT} * * *', input: 'For $' + '{WHO}, not $' + '{TAVORA_TEST_VARIABLE}.' }],
          {
            AT: '15 9',
            WHO: 'Ada',
          },
        );
        const { cron_expression: cron, message } = await only();
        assert.deepEqual([cron, message], ['15 9 * * *', 'For Ada, not $' + '{TAVORA_TEST_VARIABLE}.']);
      } finally {
        delete process.env.TAVORA_TEST_VARIABLE;
      }
    });

    it('that cannot be read refuse the sync, with the place', async () => {
      for (const bad of [
        { cron: '61 * * * *' },
        { timezone: 'Mars/Olympus' },
        { cron: '$' + '{NONE} * * *' },
      ]) {
        const { status, body } = await sync([{ ...morning, ...bad }]);
        assert.equal(status, 422, JSON.stringify(bad));
        const issues = body.issues as { code: string; severity: string; file: string; line: number }[];
        const fatal = issues.find(({ severity }) => severity === 'fatal');
        assert.match(fatal?.code ?? '', /^schedule-invalid-(cron|timezone)$/);
        assert.deepEqual([fatal?.file, fatal?.line], ['agents/support/agent.jsonc', 1]);
      }
      assert.deepEqual(await list(), []);
    });

    it('go with their agent', async () => {
      const { body } = await sync([morning]);
      await server.request('DELETE', `/agent-configs/${body.agents[0]?.agentId}`);
      assert.deepEqual(await list(), []);
    });

    it('run the live version, and say that there is none before the first deployment', async () => {
      await sync([{ ...morning, cron: '*/30 * * * *' }]);
      const { id, agent_session_id: sessionId } = await only();
      await turn(id, '2026-01-01T06:30:00.000Z', 1);
      const early = await until(
        () => read(id),
        ({ last_error: error }) => error !== '',
      );
      assert.match(early.last_error ?? '', /no live version; deploy it first/);
      await server.json('POST', '/source-deploy', { project: 'shop' });
      server.model.says('Report.');
      await turnOn(id);
      await idle(sessionId);
      assert.deepEqual(await messages(sessionId), ['Write the report.']);
    });
  });
});
