import assert from 'node:assert/strict';
import type { AgentVersion, DeployResult, EvalResult, EvalRun } from '../../../src/protocol';
import { Server } from '../support/server';
import { EvalBench, evalFile, type Files, isJudge, judged, projectWith } from './bench';

interface Refusal {
  code: string;
  message: string;
  run_id: string;
  runs: (EvalRun & { local_id: string })[];
  results: (EvalResult & { local_id: string })[];
}

const greeting = evalFile('a', { name: 'Greets', input: 'Hello', criteria: 'Greets back.' });
const gated = { deploy: { runEvals: true } };

describe('deployments that evals decide on, over HTTP', () => {
  const server = new Server();
  const bench = new EvalBench(server);
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  const deploy = (body: Record<string, unknown> = {}) =>
    server.json<DeployResult & Refusal>('POST', '/source-deploy', { project: 'shop', ...body });
  const runs = async (id: string) => bench.get<EvalRun[]>(`/agent-configs/${id}/eval-runs`);
  const versions = async (id: string) => bench.get<AgentVersion[]>(`/agent-configs/${id}/versions`);
  const asks = () => server.model.requests.filter((request) => !isJudge(request)).length;
  const sync = (files: Files = greeting, config: Record<string, unknown> = gated) =>
    bench.sync(projectWith(files, config));

  it('go out when the evals pass', async () => {
    bench.answer(() => 'Hello!', judged(9));
    const id = await sync();
    const { status, body } = await deploy();
    assert.equal(status, 200);
    assert.equal(body.version, 'v1');
    assert.deepEqual(
      (body.serverIssues ?? []).filter(({ code }) => code.includes('eval')),
      [],
    );
    const [run] = await runs(id);
    assert.deepEqual([run?.target, run?.passed, run?.status], ['draft', 1, 'completed']);
    assert.equal((await bench.config(id)).active_semver, '1.0.0');
  });

  it('are refused with the results when they fail, and nothing goes live', async () => {
    bench.answer(() => 'Go away.', judged(2, 'It is rude.'));
    const id = await sync();
    const { status, body } = await deploy();
    assert.deepEqual([status, body.code], [422, 'evals_failed']);
    assert.match(body.message, /Nothing was deployed, because evals failed: 1 of 1 of "support"/);
    const [run] = await runs(id);
    assert.equal(body.run_id, run?.id);
    assert.deepEqual(
      body.runs.map(({ local_id, failed }) => [local_id, failed]),
      [['support', 1]],
    );
    assert.deepEqual(
      body.results.map(({ local_id, case_name, score, reasoning }) => [
        local_id,
        case_name,
        score,
        reasoning,
      ]),
      [['support', 'Greets', 2, 'It is rude.']],
    );
    assert.deepEqual(await versions(id), []);
    assert.equal((await bench.config(id)).active_version_id, null);
  });

  it('take the verdict of a run that there is over the same source', async () => {
    bench.answer(() => 'Hello!', judged(9));
    const id = await sync();
    await bench.run(id);
    const before = asks();
    assert.equal((await deploy()).status, 200);
    assert.equal(asks(), before, 'nothing was run again');
  });

  it('take a failed verdict too, until the draft changes or its evals are run again', async () => {
    bench.answer(() => 'Go away.', judged(2));
    const id = await sync();
    assert.equal((await deploy()).status, 422);
    const before = asks();
    assert.equal((await deploy()).status, 422);
    assert.equal(asks(), before, 'nothing was run again');
    bench.answer(() => 'Hello!', judged(9));
    await bench.run(id);
    assert.equal((await deploy()).status, 200);
  });

  it('take the verdict that a repeated case has: it passes when more than half of its repetitions do', async () => {
    const id = await sync();
    const repeated = async (good: number, repeat: number) => {
      let answers = 0;
      server.model.always(async (request) =>
        isJudge(request) ? judged(answers++ < good ? 9 : 2) : 'Hello!',
      );
      return (await bench.run(id, { repeat })).run;
    };
    const passed = await repeated(2, 3);
    assert.deepEqual([passed.passed, passed.failed], [2, 1]);
    assert.equal((await deploy()).status, 200);
    await repeated(1, 3);
    const refused = await deploy();
    assert.deepEqual([refused.status, refused.body.results.length], [422, 2]);
    assert.match(refused.body.message, /evals failed: 1 of 1 of "support"/);
    assert.equal((await runs(id)).length, 2, 'nothing was run again');
  });

  it('do not take the verdict of another source, or of a part of the suite', async () => {
    bench.answer(() => 'Hello!', judged(9));
    const two = { ...greeting, ...evalFile('b', { input: 'Hi', criteria: 'Greets.' }) };
    const id = await sync(two);
    await bench.run(id, { case_names: ['Greets'] });
    assert.equal((await deploy()).status, 200);
    assert.deepEqual(
      (await runs(id)).map(({ total_cases }) => total_cases),
      [2, 1],
    );
    await bench.sync(projectWith(two, gated, { 'agents/support/persona.md': 'You are kind.' }));
    assert.equal((await deploy()).status, 200);
    assert.equal((await runs(id)).length, 3);
  });

  it('run evals again that could not be judged', async () => {
    bench.answer(() => 'Hello!', 'no score');
    await sync();
    const refused = await deploy();
    assert.deepEqual([refused.status, refused.body.results[0]?.score], [422, null]);
    bench.answer(() => 'Hello!', judged(9));
    assert.equal((await deploy()).status, 200);
  });

  it('are told to wait by evals that take long, and take their verdict afterwards', async () => {
    await server.stop();
    await server.start({ gateWaitMs: 30 });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.answer(async () => {
      await gate;
      return 'Hello!';
    }, judged(9));
    const id = await sync();
    const first = await deploy();
    assert.deepEqual([first.status, first.body.code], [409, 'evals_running']);
    assert.match(first.body.message, /evals of "support" are still running/);
    const second = await deploy();
    assert.equal(second.body.run_id, first.body.run_id, 'the run that is under way is joined');
    release();
    await bench.ended(first.body.run_id);
    assert.equal((await deploy()).status, 200);
    assert.equal((await runs(id)).length, 1);
  });

  it('are not held up by an agent that does not ask for it, or when told not to be', async () => {
    bench.answer(() => 'Go away.', judged(2));
    const id = await sync(greeting, {});
    assert.equal((await deploy()).status, 200);
    assert.deepEqual(await runs(id), []);
    await sync();
    assert.equal((await deploy({ runEvals: true })).status, 422);
    assert.equal((await deploy({ runEvals: false })).status, 200);
  });

  it('say so when there are no evals to decide', async () => {
    await sync({});
    const { status, body } = await deploy();
    assert.equal(status, 200);
    const [issue] = (body.serverIssues ?? []).filter(({ code }) => code === 'no-evals');
    assert.deepEqual(
      [issue?.severity, issue?.message],
      ['warn', 'Evals are to decide on agent "support", but it has none.'],
    );
  });

  it('do not take a draft that was changed while its evals ran', async () => {
    const persona = { 'agents/support/persona.md': 'You are kind.' };
    bench.answer(async () => {
      await bench.sync(projectWith(greeting, gated, persona));
      return 'Hello!';
    }, judged(9));
    const id = await sync();
    const { status, body } = await deploy();
    assert.deepEqual([status, body.code], [409, 'conflict']);
    assert.match(body.message, /changed during the deployment/);
    assert.deepEqual(await versions(id), []);
  });

  it('answer 502 when the judge cannot be called', async () => {
    await server.stop();
    await server.start({ judgeModel: 'nobody/knows' });
    await sync();
    const { status } = await deploy();
    assert.ok(status >= 500, String(status));
  });
});
