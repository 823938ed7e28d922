import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployResult } from '../../../src/protocol';
import type { ServerInfo } from '../../../src/workbench/connection';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { agree, presses } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';
import { TestRuns } from '../support/test-runs';

const config = 'agents/greeter/agent.jsonc';
const at = '2026-01-01T00:00:00Z';
const known = {
  id: 'a1',
  name: 'Greeter',
  created_at: at,
  updated_at: at,
  code_first_project: 'gated-afar',
  code_first_local_id: 'greeter',
};

describe('A deployment that the evals of another server decide on', function () {
  // Each shows a multi-diff.
  this.timeout(60_000);

  const here = desk('gated-afar', { press: agree });
  const settings = () => vscode.workspace.getConfiguration('tavora');
  let server: FaultServer;
  let runs: TestRuns;
  /** Answers by the last part of the path. */
  let answers: Record<string, (request: Received) => Fault | Promise<Fault>>;

  before(async () => {
    const text = await here.made.read(config);
    await here.made.write(config, text.replace(/\{/, '{ "deploy": { "runEvals": true },'));
    for (const { path } of here.made.now.agent('greeter')?.evals ?? []) await here.made.delete(path);
    for (const name of ['one', 'two']) {
      const file = { name, input: 'Greet Ada', expectations: [{ kind: 'contains', value: 'Ada' }] };
      await here.made.write(`agents/greeter/evals/${name}.json`, JSON.stringify(file));
    }
  });
  beforeEach(async () => {
    runs = new TestRuns(here.api.evals);
    const agents = () => [{ localId: 'greeter', agentId: 'a1', sourceHash: hash() }];
    answers = {
      project: () => answer({ id: 'p', name: 'P', created_at: at, updated_at: at }),
      'agent-configs': () => answer([]),
      'source-validate': () => answer({ issues: [] }),
      'source-sync': () => answer({ draftHash: 'h', syncedAt: at, agents: agents() }),
      'source-deploy': () => answer({ message: 'running', code: 'evals_running' }, 409),
      'eval-runs': () => answer([]),
    };
    server = await startFaultServer((request): Fault | Promise<Fault> => {
      const given = answers[request.path.split('?')[0]?.split('/').at(-1) ?? ''];
      return given ? given(request) : answer({ message: 'no such path', code: 'NOT_FOUND' }, 404);
    });
    await workOn(here.api, 'Afar', server);
  });
  afterEach(async () => {
    runs.restore();
    await forgetServers(here.api, server);
    await server.close();
  });

  const answer = (body: unknown, status = 200): Fault => ({ kind: 'answer', status, body });
  const hash = () => here.made.now.agent('greeter')?.sourceHash;
  const run = (status: string, more = {}) => ({ id: 'r1', status, total_cases: 2, created_at: at, ...more });
  const result = (name: string, more = {}) => ({
    id: name,
    case_name: name,
    score: 9,
    pass: true,
    duration_ms: 5,
    ...more,
  });
  const asked = (name: string) => server.requests.filter(({ path }) => path.split('?')[0]?.endsWith(name));
  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', {
      folder: here.made.folder,
      agentId: 'greeter',
    });
  const newest = async () =>
    (await here.api.delivery.entries()).find(({ project }) => project === 'gated-afar');

  it('is given up when its evals are stopped in the Test Explorer, which stops them on the server', async () => {
    let status = 'running';
    answers['eval-runs'] = () => answer(asked('source-deploy').length > 0 ? [run(status)] : []);
    answers.r1 = () => answer({ run: run(status), results: [result('one')] });
    answers.cancel = () => {
      status = 'cancelled';
      return answer({ run: run(status) });
    };
    const deploying = deploy();
    await until('the first case has passed', () => runs.records.at(-1)?.verdicts.one === 'passed', 40_000);
    assert.equal(runs.last.name, 'Deployment of greeter');
    runs.last.stop.cancel();
    assert.equal(await deploying, undefined);
    assert.equal(asked('cancel').length, 1);
    assert.deepEqual(runs.last.verdicts, { one: 'passed', two: 'skipped' });
    assert.equal(runs.last.ended, true);
    assert.equal((await newest())?.outcome, 'cancelled');
  });

  it('is asked about where its evals would pass a limit, and not made when the person does not agree', async () => {
    await settings().update('evals.maxTokens', 1000, vscode.ConfigurationTarget.Global);
    try {
      answers['source-deploy'] = () => {
        const agents = [{ localId: 'greeter', agentId: 'a1', versionId: 'v1', semver: '1.0.0' }];
        return answer({ version: 'v1', deployedAt: at, agents });
      };
      assert.equal(await deploy(), undefined);
      const question = here.messages.find(/^Run 2 evals before the deployment of greeter\?$/);
      assert.equal(question?.detail, 'Nothing is known of the tokens of 2 of the evals.');
      assert.equal(asked('source-deploy').length, 0);
      here.person(presses('Deploy', 'Deploy Anyway', 'Run Anyway'));
      assert.ok(await deploy());
      assert.ok(here.messages.find(/^Run 2 evals/));
    } finally {
      await settings().update('evals.maxTokens', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is not asked about a limit where its evals have passed', async () => {
    await settings().update('evals.maxTokens', 1000, vscode.ConfigurationTarget.Global);
    try {
      answers['agent-configs'] = () => answer([known]);
      answers['eval-runs'] = () =>
        answer([run('completed', { passed: 2, source_hash: hash(), complete_suite: true })]);
      answers['source-deploy'] = () => answer({ message: 'Not today.', code: 'conflict' }, 409);
      assert.equal(await deploy(), undefined);
      assert.equal(asked('source-deploy').length, 1);
      assert.equal(here.messages.find(/^Run 2 evals/), undefined);
      assert.equal((await newest())?.outcome, 'failed', 'the evals said yes');
    } finally {
      await settings().update('evals.maxTokens', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is asked about by what is known of the server that it goes to, whichever is chosen', async () => {
    await settings().update('evals.maxTokens', 1000, vscode.ConfigurationTarget.Global);
    try {
      const tokens = { prompt_tokens: 40, completion_tokens: 10 };
      const done = run('completed', { complete_suite: true });
      answers['agent-configs'] = () => answer([known]);
      answers['eval-runs'] = () => answer([done]);
      answers.r1 = () => answer({ run: done, results: [result('one', tokens), result('two', tokens)] });
      await here.api.connection.client();
      const { gate } = here.api.evals;
      const may = (to: ServerInfo) =>
        gate.mayRun(here.made.now, to, 'promotion of greeter', async () => ['greeter']);
      assert.equal(await may(here.api.connection.state.server), true);
      assert.deepEqual(here.messages.shown, []);
      const [embedded] = here.api.connection.servers;
      assert.ok(embedded);
      assert.equal(await may(embedded), false);
      const question = here.messages.find(/^Run 2 evals before the promotion of greeter\?$/);
      assert.equal(question?.detail, 'Nothing is known of the tokens of 2 of the evals.');
    } finally {
      await settings().update('evals.maxTokens', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('shows what the run came to that has decided, not one before it', async () => {
    const first = run('completed', { source_hash: hash(), complete_suite: true });
    const second = { ...first, id: 'r2', created_at: '2026-01-01T00:01:00Z' };
    const failure = { score: 1, pass: false, reasoning: 'Rude.' };
    let deploys = 0;
    answers['source-deploy'] = () => {
      deploys += 1;
      if (deploys === 1) return answer({ message: 'running', code: 'evals_running', run_id: 'r1' }, 409);
      const agents = [{ localId: 'greeter', agentId: 'a1', versionId: 'v1', semver: '1.0.0' }];
      return answer({ version: 'v1', deployedAt: at, agents });
    };
    answers['eval-runs'] = () => answer([[], [first], [second, first]][deploys] ?? []);
    answers.r1 = () => answer({ run: first, results: [result('one', failure), result('two')] });
    answers.r2 = () => answer({ run: second, results: [result('one'), result('two', failure)] });
    assert.ok(await deploy());
    assert.equal(runs.records.length, 1);
    assert.deepEqual(runs.last.verdicts, { one: 'passed', two: 'failed' });
    assert.equal(runs.last.of('one').states.includes('failed'), false);
    assert.equal(runs.last.of('two').messages.length, 2, 'of one failure, with its diff');
    const owner = here.api.evalHistory.owner(here.made.now, 'greeter');
    const kept = new Set((await here.api.evalHistory.of(owner)).map(({ runId }) => runId));
    assert.deepEqual([kept.has('r1'), kept.has('r2')], [true, true]);
  });

  it('shows them though the entry of its server leads elsewhere meanwhile', async () => {
    const done = run('completed', { source_hash: hash(), complete_suite: true });
    const other = await startFaultServer(answer({ message: 'no such path', code: 'NOT_FOUND' }, 404));
    const { connection } = here.api;
    try {
      answers['source-deploy'] = async () => {
        if (asked('source-deploy').length === 1) {
          await connection.profiles.save({ id: 'afar', label: 'Afar', url: other.url });
          await until('the address is taken up', () => connection.state.server.origin === other.url);
          return answer({ message: 'running', code: 'evals_running', run_id: 'r1' }, 409);
        }
        const agents = [{ localId: 'greeter', agentId: 'a1', versionId: 'v1', semver: '1.0.0' }];
        return answer({ version: 'v1', deployedAt: at, agents });
      };
      answers['eval-runs'] = () => answer(asked('source-deploy').length > 0 ? [done] : []);
      answers.r1 = () => answer({ run: done, results: [result('one'), result('two')] });
      assert.ok(await deploy());
      assert.deepEqual(runs.last.verdicts, { one: 'passed', two: 'passed' });
    } finally {
      await other.close();
    }
  });

  it('says at each case why a run of them broke', async () => {
    const broken = run('failed', { error: 'The judge is out of reach.' });
    answers['source-deploy'] = () => answer({ message: 'No verdict.', code: 'evals_failed' }, 422);
    answers['eval-runs'] = () => answer(asked('source-deploy').length > 0 ? [broken] : []);
    answers.r1 = () => answer({ run: broken, results: [result('one')] });
    assert.equal(await deploy(), undefined);
    assert.deepEqual(runs.last.verdicts, { one: 'passed', two: 'errored' });
    assert.equal(String(runs.last.of('two').messages[0]?.message), 'The judge is out of reach.');
    const entry = await newest();
    assert.deepEqual([entry?.outcome, entry?.gate], ['refused', 'no verdict']);
  });
});
