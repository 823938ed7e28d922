import assert from 'node:assert/strict';
import { ApiError, TavoraClient } from '../../../../src/client';
import type { EvalRunDetail } from '../../../../src/protocol';
import { deployThroughGate } from '../../../../src/workbench/delivery/preview/through-gate';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../../fixtures/servers';

const deployed = {
  version: 'v1',
  deployedAt: '2026-01-01T00:00:00Z',
  agents: [{ localId: 'support', agentId: 'a1', versionId: 'v', semver: '1.0.0' }],
};
const run = (status: string, id = 'r2') => ({
  id,
  status,
  total_cases: 3,
  passed: 0,
  failed: 0,
  created_at: '2026-01-01T00:00:00Z',
});
const result = (n: number) => ({ id: `e${n}`, case_name: `Case ${n}`, score: 9, pass: true });

describe('a deployment through the gate of its evals', () => {
  let server: FaultServer;
  let client: TavoraClient;
  let answers: (request: Received) => unknown;

  beforeEach(async () => {
    server = await startFaultServer(async (request): Promise<Fault> => {
      const answer = await answers(request);
      if (answer === undefined)
        return { kind: 'answer', status: 404, body: { message: 'no', code: 'NOT_FOUND' } };
      return typeof answer === 'object' && answer !== null && 'kind' in answer
        ? (answer as Fault)
        : { kind: 'answer', body: answer };
    });
    client = new TavoraClient({ baseUrl: server.url, apiKey: 'tvr_x' });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const gated = [{ localId: 'support', serverId: 'a1', sourceHash: 'sha256:s' }];
  const way = (signal = new AbortController().signal) => {
    const steps: string[] = [];
    const taken: string[] = [];
    const assertStaged = async () => {};
    const take = async (
      { localId }: { localId: string },
      { run: { id, status }, results }: EvalRunDetail,
    ) => {
      taken.push(`${localId} ${id} ${status} ${results.length}`);
    };
    const step = (text: string) => steps.push(text);
    return { signal, step, take, everyMs: 5, assertStaged, steps, taken };
  };
  const asked = (part: string) => server.requests.filter(({ path }) => path.includes(part));

  it('tells how far the evals are while the server decides', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    answers = async ({ path }) => {
      if (path.includes('source-deploy')) {
        await held;
        return deployed;
      }
      if (path.includes('/eval-runs/r2')) return { run: run('running'), results: [result(1), result(2)] };
      return asked('source-deploy').length > 0
        ? [run('running'), run('completed', 'r1')]
        : [run('completed', 'r1')];
    };
    const on = way();
    const step = (text: string) => {
      on.step(text);
      release();
    };
    const answer = await deployThroughGate(client, { project: 'shop' }, gated, { ...on, step });
    assert.equal(answer.version, 'v1');
    assert.equal(on.steps[0], 'evals, 2 of 3 cases');
    assert.equal(on.taken[0], 'support r2 running 2');
  });

  it('waits for the end of a run that the server does not wait for, and deploys then', async () => {
    let looks = 0;
    answers = ({ path }) => {
      if (path.includes('source-deploy')) {
        return asked('source-deploy').length > 1
          ? deployed
          : {
              kind: 'answer',
              status: 409,
              body: { message: 'running', code: 'evals_running', run_id: 'r2', runs: [{ id: 'r2' }] },
            };
      }
      if (path.includes('/eval-runs/r2')) {
        looks += 1;
        return { run: run(looks < 3 ? 'running' : 'completed'), results: [result(looks)] };
      }
      return [];
    };
    const on = way();
    assert.equal((await deployThroughGate(client, { project: 'shop' }, gated, on)).version, 'v1');
    assert.ok(looks >= 3);
    assert.equal(asked('source-deploy').length, 2);
    assert.ok(on.steps.includes('evals, 1 of 3 cases'));
  });

  it('finds the run under way itself when the refusal does not name it', async () => {
    let looks = 0;
    answers = ({ path }) => {
      if (path.includes('source-deploy')) {
        const refused = { message: 'running', code: 'evals_running' };
        return asked('source-deploy').length > 1 ? deployed : { kind: 'answer', status: 409, body: refused };
      }
      if (path.includes('/eval-runs/r2')) {
        looks += 1;
        return { run: run(looks < 3 ? 'running' : 'completed'), results: [] };
      }
      return asked('source-deploy').length > 0 ? [run(looks < 3 ? 'running' : 'completed')] : [];
    };
    assert.equal((await deployThroughGate(client, { project: 'shop' }, gated, way())).version, 'v1');
    assert.ok(looks >= 3);
    assert.equal(asked('source-deploy').length, 2);
  });

  it('asks again when the run has ended meanwhile', async () => {
    answers = ({ path }) => {
      if (!path.includes('source-deploy')) return [];
      const refused = { message: 'running', code: 'evals_running' };
      return asked('source-deploy').length > 2 ? deployed : { kind: 'answer', status: 409, body: refused };
    };
    assert.equal((await deployThroughGate(client, { project: 'shop' }, gated, way())).version, 'v1');
    assert.equal(asked('source-deploy').length, 3);
  });

  it('takes the cases of a run that nobody saw going on', async () => {
    for (const refused of [false, true]) {
      server.requests.length = 0;
      answers = ({ path }) => {
        if (path.includes('source-deploy')) {
          const body = { message: 'failed', code: 'evals_failed', results: [] };
          return refused ? { kind: 'answer', status: 422, body } : deployed;
        }
        if (path.includes('/eval-runs/r2')) return { run: run('completed'), results: [result(1), result(2)] };
        return asked('source-deploy').length > 0 ? [run('completed')] : [run('completed', 'r1')];
      };
      const on = way();
      const deploying = deployThroughGate(client, { project: 'shop' }, gated, on);
      await (refused ? assert.rejects(deploying, ApiError) : deploying);
      assert.deepEqual(on.taken, ['support r2 completed 2']);
    }
  });

  it('takes no run of some cases only, of other files, or of before', async () => {
    const others = [
      { ...run('completed'), complete_suite: false },
      { ...run('completed'), source_hash: 'sha256:other' },
      run('completed', 'r1'),
    ];
    for (const other of others) {
      server.requests.length = 0;
      answers = ({ path }) => {
        if (path.includes('source-deploy')) return deployed;
        if (/\/eval-runs\/r\d/.test(path)) return { run: other, results: [result(1)] };
        return asked('source-deploy').length > 0 ? [other] : [run('completed', 'r1')];
      };
      const on = way();
      await deployThroughGate(client, { project: 'shop' }, gated, on);
      assert.deepEqual(on.taken, []);
    }
  });

  it('does not ask again once something else is staged', async () => {
    answers = ({ path }) => {
      const refused = { message: 'running', code: 'evals_running' };
      return path.includes('source-deploy') ? { kind: 'answer', status: 409, body: refused } : [];
    };
    const assertStaged = async () => {
      if (asked('source-deploy').length > 0) throw new Error('another draft');
    };
    await assert.rejects(
      deployThroughGate(client, { project: 'shop' }, gated, { ...way(), assertStaged }),
      /another draft/,
    );
    assert.equal(asked('source-deploy').length, 1);
  });

  it('stops the run that it began when it is given up, and no other', async () => {
    const controller = new AbortController();
    const cancelled: string[] = [];
    answers = ({ path, method }) => {
      if (path.includes('source-deploy')) return { kind: 'no-answer' };
      if (path.endsWith('/cancel') && method === 'POST') {
        cancelled.push(path);
        return { run: run('cancelled') };
      }
      if (path.includes('/eval-runs/r2')) return { run: run('running'), results: [] };
      return asked('source-deploy').length > 0
        ? [run('running'), run('running', 'r1')]
        : [run('running', 'r1')];
    };
    const on = way(controller.signal);
    const step = () => controller.abort();
    await assert.rejects(deployThroughGate(client, { project: 'shop' }, gated, { ...on, step }));
    assert.equal(cancelled.length, 1);
    assert.match(cancelled[0] ?? '', /\/eval-runs\/r2\/cancel$/);
  });

  it('lets a run go on that others began before it, when it is given up while it waits for that one', async () => {
    const controller = new AbortController();
    const cancelled: string[] = [];
    answers = ({ path, method }) => {
      if (path.includes('source-deploy')) {
        const body = { message: 'running', code: 'evals_running', run_id: 'r1' };
        return { kind: 'answer', status: 409, body };
      }
      if (path.endsWith('/cancel') && method === 'POST') {
        cancelled.push(path);
        return { run: run('cancelled', 'r1') };
      }
      if (path.includes('/eval-runs/r1')) return { run: run('running', 'r1'), results: [] };
      return [run('running', 'r1')];
    };
    const on = way(controller.signal);
    const step = () => {
      if (asked('source-deploy').length > 0) controller.abort();
    };
    await assert.rejects(deployThroughGate(client, { project: 'shop' }, gated, { ...on, step }));
    assert.deepEqual(cancelled, []);
  });

  it('pauses before it asks again, where the run that it is told to wait for has ended already', async () => {
    answers = ({ path }) => {
      if (path.includes('source-deploy')) {
        const body = { message: 'running', code: 'evals_running', run_id: 'r2' };
        return asked('source-deploy').length > 2 ? deployed : { kind: 'answer', status: 409, body };
      }
      if (path.includes('/eval-runs/r2')) return { run: run('completed'), results: [] };
      return [run('completed')];
    };
    const everyMs = 300;
    const began = performance.now();
    await deployThroughGate(client, { project: 'shop' }, gated, { ...way(), everyMs });
    // A clock may be a little ahead of a timer.
    assert.ok(performance.now() - began >= 1.9 * everyMs, 'it asked without a pause');
  });

  it('passes every other refusal on', async () => {
    answers = ({ path }) =>
      path.includes('source-deploy')
        ? { kind: 'answer', status: 422, body: { message: 'failed', code: 'evals_failed', results: [] } }
        : [];
    await assert.rejects(
      deployThroughGate(client, { project: 'shop' }, gated, way()),
      (error) => error instanceof ApiError && error.code === 'evals_failed',
    );
    assert.equal(asked('source-deploy').length, 1);
  });

  it('deploys to a server that tells nothing of evals', async () => {
    answers = ({ path }) => (path.includes('source-deploy') ? deployed : undefined);
    assert.equal((await deployThroughGate(client, { project: 'shop' }, gated, way())).version, 'v1');
  });
});
