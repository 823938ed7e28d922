import assert from 'node:assert/strict';
import { hasEnded, type TavoraClient } from '../../../src/client';
import { apiFailure, connectionFailure, harness } from './harness';

const { serve, connect } = harness();
const at = '2026-01-02T03:04:05Z';

/** As the public reference has them, without what our runtime adds. */
const evalCase = { id: 'e1', name: 'Greets', set_name: '__cf__/c1', pass_threshold: 7, created_at: at };
const run = {
  id: 'r1',
  status: 'running',
  total_cases: 2,
  passed: 1,
  failed: 0,
  average_score: 8,
  judge_model: 'm',
  created_at: at,
};
const result = {
  id: 'x1',
  case_name: 'Greets',
  set_name: '__cf__/c1',
  score: 8,
  pass: true,
  reasoning: 'ok',
  response: 'Hi',
  duration_ms: 5,
};
const suite = { id: 'u1', agent_id: 'c1', name: 'Support', threshold: 7, created_at: at, updated_at: at };
const suiteVersion = { id: 'w1', suite_id: 'u1', semver: '1.0.0', created_at: at };
const schedule = {
  id: 'd1',
  agent_session_id: 's1',
  cron_expression: '0 7 * * *',
  message: 'Report.',
  created_at: at,
  updated_at: at,
};
const metrics = {
  tokens: { prompt_tokens: 3, candidate_tokens: 2, total_tokens: 5, request_count: 1 },
  agents: { total_sessions: 1, active_sessions: 0, completed_sessions: 1, error_sessions: 0, total_steps: 2 },
  evals: { total_runs: 1, completed_runs: 1, total_passed: 1, total_failed: 0, average_score: 8 },
};

describe('a run of evals that is given up while it is started', () => {
  it('is told to whoever started it, so that it can be cancelled', async () => {
    const stop = new AbortController();
    const server = await serve(async () => {
      stop.abort();
      return { kind: 'answer', status: 202, body: { run } };
    });
    assert.equal((await connect(server.url).evals.start('c1', {}, { signal: stop.signal })).id, 'r1');
  });

  it('is not started at all when it is given up before', async () => {
    const server = await serve({ kind: 'answer', status: 202, body: { run } });
    const { reason } = await connectionFailure(
      connect(server.url).evals.start('c1', {}, { signal: AbortSignal.abort() }),
    );
    assert.equal(reason, 'aborted');
    assert.deepEqual(server.requests, []);
  });
});

describe('the calls of the client for evals, schedules and metrics', () => {
  type Row = [string, (client: TavoraClient) => Promise<unknown>, string, unknown, unknown, unknown?];
  const rows: Row[] = [
    [
      'evals.cases',
      (c) => c.evals.cases({ limit: 5, offset: 10 }),
      'GET /evals?limit=5&offset=10',
      { cases: [evalCase] },
      1,
    ],
    ['evals.case', (c) => c.evals.case('e 1'), 'GET /evals/e%201', evalCase, 'e1'],
    ['evals.suites', (c) => c.evals.suites(), 'GET /eval-suites', [suite], 1],
    ['evals.suite', (c) => c.evals.suite('u1'), 'GET /eval-suites/u1', suite, 'u1'],
    [
      'evals.suiteVersions',
      (c) => c.evals.suiteVersions('u1'),
      'GET /eval-suites/u1/versions',
      [suiteVersion],
      1,
    ],
    ['evals.pinnedSuite', (c) => c.evals.pinnedSuite('c1'), 'GET /agent-configs/c1/eval-suite', suite, 'u1'],
    ['evals.start', (c) => c.evals.start('c1'), 'POST /agent-configs/c1/eval-runs', { run }, 'r1'],
    [
      'evals.start of a draft',
      (c) => c.evals.start('c1', { target: 'draft', case_names: ['Greets'], repeat: 3 }),
      'POST /agent-configs/c1/eval-runs?target=draft',
      { run },
      'r1',
      { case_names: ['Greets'], repeat: 3 },
    ],
    [
      'evals.ofAgent',
      (c) => c.evals.ofAgent('c1', { limit: 50 }),
      'GET /agent-configs/c1/eval-runs?limit=50',
      [run],
      1,
    ],
    ['evals.runs', (c) => c.evals.runs({ limit: 2 }), 'GET /eval-runs?limit=2', { runs: [run, run] }, 2],
    ['evals.cancel', (c) => c.evals.cancel('r1'), 'POST /eval-runs/r1/cancel', { run }, 'r1'],
    ['schedules.list', (c) => c.schedules.list(), 'GET /scheduled-runs', { scheduled_runs: [schedule] }, 1],
    ['schedules.get', (c) => c.schedules.get('d1'), 'GET /scheduled-runs/d1', schedule, 'd1'],
    [
      'schedules.create',
      (c) => c.schedules.create({ agent_session_id: 's1', cron_expression: '@daily', message: 'Report.' }),
      'POST /scheduled-runs',
      schedule,
      'd1',
      { agent_session_id: 's1', cron_expression: '@daily', message: 'Report.' },
    ],
    [
      'schedules.change',
      (c) => c.schedules.change('d1', { enabled: false }),
      'PATCH /scheduled-runs/d1',
      { ...schedule, enabled: false },
      'd1',
      { enabled: false },
    ],
    ['schedules.delete', (c) => c.schedules.delete('d1'), 'DELETE /scheduled-runs/d1', '', undefined],
    ['metrics', async (c) => (await c.metrics()).tokens.total_tokens, 'GET /metrics', metrics, 5],
  ];
  for (const [name, call, line, answer, expected, body] of rows) {
    it(`${name} is ${line}`, async () => {
      const server = await serve({ kind: 'answer', body: answer });
      const given = await call(connect(server.url));
      const shown = Array.isArray(given)
        ? given.length
        : ((given as { id?: string } | undefined)?.id ?? given);
      assert.equal(shown, expected);
      const request = await server.request(1);
      assert.equal(`${request.method} ${request.path.replace('/api/sdk', '')}`, line);
      assert.deepEqual(request.body ? JSON.parse(request.body) : undefined, body);
    });
  }

  it('read a run that starts in an envelope or bare', async () => {
    for (const answer of [{ run }, run]) {
      const server = await serve({ kind: 'answer', body: answer });
      assert.equal((await connect(server.url).evals.start('c1')).id, 'r1');
    }
  });

  it('read a run of a server that says nothing of what is left, or of scores that there are not', async () => {
    const unjudged = { ...result, score: null, pass: false, error: 'The judge is out.' };
    const server = await serve({ kind: 'answer', body: { run, results: [result, unjudged] } });
    const detail = await connect(server.url).evals.run('r1');
    assert.deepEqual(detail.pending, []);
    assert.deepEqual(
      detail.results.map(({ score, error, session_id }) => [score, error, session_id]),
      [
        [8, undefined, undefined],
        [0, 'The judge is out.', undefined],
      ],
    );
  });

  it('read no results as none', async () => {
    for (const results of [null, undefined, []]) {
      const server = await serve({ kind: 'answer', body: { run, results } });
      assert.deepEqual((await connect(server.url).evals.run('r1')).results, []);
    }
  });

  it('keep what a server adds', async () => {
    const server = await serve({ kind: 'answer', body: { run: { ...run, colour: 'red' }, results: [] } });
    assert.equal((await connect(server.url).evals.run('r1')).run.colour, 'red');
  });

  it('call no pinned suite undefined, and another refusal an error', async () => {
    const none = await serve({ kind: 'answer', status: 404, body: { code: 'NOT_FOUND' } });
    assert.equal(await connect(none.url).evals.pinnedSuite('c1'), undefined);
    const denied = await serve({ kind: 'answer', status: 401, body: {} });
    assert.equal((await apiFailure(connect(denied.url).evals.pinnedSuite('c1'))).status, 401);
  });

  for (const status of [404, 405, 501]) {
    it(`do without cancelling where it answers ${status}`, async () => {
      const server = await serve({ kind: 'answer', status, body: { code: 'x' } });
      assert.equal(await connect(server.url).evals.cancel('r1'), undefined);
    });
  }

  it('give the results of a deployment that evals forbid', async () => {
    const body = { code: 'evals_failed', message: 'Nothing was deployed.', run_id: 'r1', results: [result] };
    const server = await serve({ kind: 'answer', status: 422, body });
    const error = await apiFailure(connect(server.url).source.deploy({ project: 'p' }));
    assert.equal(error.code, 'evals_failed');
    assert.deepEqual([error.details.run_id, error.details.results], ['r1', [result]]);
  });

  it('ask for the source of an environment', async () => {
    const server = await serve({ kind: 'answer', body: { project: 'p', agents: [] } });
    await connect(server.url).source.export('p', { environment: 'staging' });
    assert.match((await server.request(1)).path, /\?project=p&environment=staging$/);
  });

  for (const body of [
    { runs: [{ id: 7 }] },
    { results: [] },
    { run: { ...run, status: 5 }, results: [] },
    'x',
  ]) {
    it(`refuse ${JSON.stringify(body).slice(0, 40)} for a run`, async () => {
      const server = await serve({ kind: 'answer', body });
      assert.equal((await connectionFailure(connect(server.url).evals.run('r1'))).reason, 'garbage');
    });
  }

  it('know when a run has ended', () => {
    for (const status of ['completed', 'failed', 'cancelled']) assert.equal(hasEnded({ status }), true);
    for (const status of ['pending', 'running', 'queued', '']) assert.equal(hasEnded({ status }), false);
  });
});
