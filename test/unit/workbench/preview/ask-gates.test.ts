import assert from 'node:assert/strict';
import { TavoraClient } from '../../../../src/client';
import { askGates, askRuns, type KnownOfAgents } from '../../../../src/workbench/delivery/preview/ask-gates';
import type { AgentPlan } from '../../../../src/workbench/delivery/preview/plan';
import { type FaultServer, startFaultServer } from '../../../fixtures/servers';

const at = '2026-01-01T00:00:00Z';

describe('What a server is asked of the evals that decide', () => {
  let server: FaultServer;
  let client: TavoraClient;
  /** Answers by the path; anything else is 404. */
  let answers: Record<string, unknown>;

  beforeEach(async () => {
    answers = {};
    server = await startFaultServer(({ path }) => {
      const body = answers[path.split('?')[0]?.replace(/^.*?\/(?=agent-configs|eval)/, '') ?? ''];
      return body === undefined
        ? { kind: 'answer', status: 404, body: { message: 'no', code: 'NOT_FOUND' } }
        : { kind: 'answer', body };
    });
    client = new TavoraClient({ baseUrl: server.url, apiKey: 'tvr_x' });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const run = (more = {}) => ({
    id: 'r1',
    status: 'completed',
    total_cases: 2,
    passed: 1,
    failed: 1,
    created_at: at,
    source_hash: 'now',
    complete_suite: true,
    ...more,
  });
  const pinned = (owner: string) => ({
    id: 's',
    name: 'Suite',
    agent_id: owner,
    active_version_id: 'v2',
    created_at: at,
    updated_at: at,
  });
  const versions = [
    { id: 'v2', suite_id: 's', semver: '1.1.0', created_at: at },
    { id: 'v1', suite_id: 's', semver: '1.0.0', created_at: at },
  ];
  const none: KnownOfAgents = { hasEvals: () => true, sources: async () => new Map() };
  const kind = async (known: Partial<KnownOfAgents> = {}, serverId: string | undefined = 'a1') => {
    const agent = { id: 'support', gated: true, serverId, sourceHash: 'now' } as AgentPlan;
    const asked = await askGates(
      client,
      { agents: [agent] },
      { ...none, ...known },
      new AbortController().signal,
    );
    return asked.get('support')?.kind;
  };

  it('gives the results over exactly these files, back to the newest run of all cases', async () => {
    const runs = [
      run({ id: 'part', complete_suite: false }),
      run({ id: 'then', source_hash: 'then' }),
      run({ id: 'stopped', status: 'cancelled' }),
      run({ id: 'whole' }),
      run({ id: 'older' }),
    ];
    answers['agent-configs/a1/eval-runs'] = runs;
    for (const one of runs) answers[`eval-runs/${one.id}`] = { run: one, results: [] };
    const ids = async (known: Pick<KnownOfAgents, 'sources'> = none) => {
      const owner = { configPath: 'agents/support/agent.jsonc', evals: [] };
      const agent = { id: 'support', serverId: 'a1', sourceHash: 'now' };
      const { details } = await askRuns(client, agent, owner, known, AbortSignal.timeout(5_000));
      return details.map((detail) => detail.run.id);
    };
    assert.deepEqual(await ids(), ['part', 'stopped', 'whole']);
    answers['agent-configs/a1/eval-runs'] = runs.map((one) => ({ ...one, source_hash: null }));
    assert.deepEqual(await ids(), []);
    assert.deepEqual(await ids({ sources: async () => new Map([['older', 'now']]) }), ['older']);
    const parts = Array.from({ length: 9 }, (_, at) => run({ id: `part-${at}`, complete_suite: false }));
    const many = [...parts, run({ id: 'whole' })];
    answers['agent-configs/a1/eval-runs'] = many;
    for (const one of many) answers[`eval-runs/${one.id}`] = { run: one, results: [] };
    const newest = parts.map(({ id }) => id);
    assert.deepEqual(await ids(), [...newest.slice(0, 7), 'whole'], 'the one that decides is among them');
    answers['agent-configs/a1/eval-runs'] = parts;
    assert.deepEqual(await ids(), newest.slice(0, 8));
  });

  it('is failed only when every case was judged, as others are run again', async () => {
    answers['agent-configs/a1/eval-runs'] = [run()];
    const result = (more = {}) => ({ id: 'e', case_name: 'One', score: 0, pass: false, ...more });
    answers['eval-runs/r1'] = { run: run(), results: [result()] };
    assert.equal(await kind(), 'failed');
    answers['eval-runs/r1'] = { run: run(), results: [result({ error: 'The judge is out of reach.' })] };
    assert.equal(await kind(), 'unjudged');
  });

  it('is by cases, of which a repeated one passes when more than half of its repetitions do', async () => {
    const result = (id: string, more = {}) => ({
      id,
      case_id: 'c',
      case_name: 'One',
      score: 9,
      pass: true,
      ...more,
    });
    const failed = { score: 1, pass: false };
    const repeated = run({ repeat: 3, total_cases: 3, passed: 2 });
    answers['agent-configs/a1/eval-runs'] = [repeated];
    answers['eval-runs/r1'] = { run: repeated, results: [result('1'), result('2', failed), result('3')] };
    assert.equal(await kind(), 'passed');
    answers['eval-runs/r1'] = {
      run: repeated,
      results: [result('1'), result('2', failed), result('3', failed)],
    };
    assert.equal(await kind(), 'failed');
    const other = { ...failed, case_id: 'd', error: 'The judge is out of reach.' };
    answers['eval-runs/r1'] = { run: repeated, results: [result('1'), result('2'), result('3', other)] };
    assert.equal(await kind(), 'unjudged');
  });

  it('is that of the suite that is pinned, though it is another agent’s', async () => {
    answers['agent-configs/a1/eval-suite'] = pinned('a2');
    answers['eval-suites/s/versions'] = versions;
    const passed = { failed: 0, passed: 2, suite_id: 's' };
    answers['agent-configs/a1/eval-runs'] = [run({ ...passed, suite_version: '1.1.0' })];
    assert.equal(await kind({ hasEvals: () => false }), 'passed');
    answers['agent-configs/a1/eval-runs'] = [run({ ...passed, suite_version: '1.0.0' })];
    assert.equal(await kind({ hasEvals: () => false }), 'none');
    assert.equal(await kind(), 'none');
  });

  it('is that there are none, of an agent without evals whose suite is its own', async () => {
    answers['agent-configs/a1/eval-suite'] = pinned('a1');
    answers['agent-configs/a1/eval-runs'] = [run()];
    assert.equal(await kind({ hasEvals: () => false }), 'no-evals');
  });

  it('takes what was noted here of runs whose files the server does not name', async () => {
    answers['agent-configs/a1/eval-runs'] = [run({ source_hash: null, failed: 0, passed: 2 })];
    assert.equal(await kind(), 'unknown');
    assert.equal(await kind({ sources: async () => new Map([['r1', 'now']]) }), 'passed');
    assert.equal(await kind({ sources: async () => new Map([['r1', 'then']]) }), 'none');
  });

  it('is not known from a server without evals, and none of an agent that no server has', async () => {
    assert.equal(await kind(), 'unknown');
    assert.equal(await kind({}, ''), 'none');
  });
});
