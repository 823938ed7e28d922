import assert from 'node:assert/strict';
import { type NewEvalResult, openStore, type Store } from '../../../../src/runtime/store';

const agentPlace = { sourceProject: 'shop', environment: '', localId: 'support' };
const result: NewEvalResult = {
  case_id: 'c',
  case_name: 'Greets',
  set_name: 's',
  repetition: 1,
  pass_threshold: 7,
};

describe('stored runs of evals', () => {
  let store: Store;
  let projectId = '';
  beforeEach(async () => {
    store = await openStore(':memory:');
    projectId = (await store.projects.ensure('local', 'Local', '')).id;
  });
  afterEach(() => store.close());

  const newAgent = async (localId: string) =>
    (await store.agents.put({ ...agentPlace, projectId, localId }, { name: localId, description: '' })).id;

  const newRun = (agentId: string, results: NewEvalResult[] = [result]) =>
    store.evalRuns.create(
      {
        project_id: projectId,
        agent_id: agentId,
        suite_id: 'u',
        suite_version: '1.0.0',
        target: 'draft',
        version_id: null,
        source_hash: 'sha256:00',
        model: 'm',
        judge_model: 'j',
        repeat: 1,
        coverage: 0,
        complete_suite: 1,
      },
      results,
    );

  it('are failed with a reason when they were left behind, and only those', async () => {
    const agentId = await newAgent('a');
    const [left, done] = [
      await newRun(agentId, [result, { ...result, repetition: 2 }]),
      await newRun(agentId),
    ];
    await store.evalRuns.start(left);
    await store.evalRuns.finish(done, 'completed', null);
    assert.equal(await store.evalRuns.failInterrupted('It stopped.'), 1);
    const run = await store.evalRuns.get(projectId, left);
    assert.deepEqual([run?.status, run?.error, run?.failed], ['failed', 'It stopped.', 2]);
    const { results, pending } = await store.evalRuns.results(left);
    assert.deepEqual(
      results.map(({ pass, score, error }) => [pass, score, error]),
      [
        [false, null, 'It stopped.'],
        [false, null, 'It stopped.'],
      ],
    );
    assert.deepEqual(pending, []);
    assert.equal((await store.evalRuns.get(projectId, done))?.status, 'completed');
    assert.equal(await store.evalRuns.failInterrupted('Again.'), 0);
  });

  it('are deleted when old, but for the newest of each agent and those that go on', async () => {
    const [one, two] = [await newAgent('one'), await newAgent('two')];
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) {
      ids.push(await newRun(one));
      // Two runs of one millisecond have no order in time.
      const made = Date.now();
      while (Date.now() === made) await new Promise((resolve) => setImmediate(resolve));
    }
    const other = await newRun(two);
    for (const id of [...ids.slice(0, 3), other]) await store.evalRuns.finish(id, 'completed', null);
    assert.equal(await store.evalRuns.deleteOld('2000-01-01T00:00:00.000Z', 1), 0, 'none is that old');
    assert.equal(await store.evalRuns.deleteOld('9999-01-01T00:00:00.000Z', 2), 2);
    const kept = await store.evalRuns.list(projectId, { limit: 50, offset: 0 });
    assert.deepEqual(new Set(kept.map(({ id }) => id)), new Set([ids[2], ids[3], other]));
    assert.deepEqual((await store.evalRuns.results(ids[0] ?? '')).results, []);
  });

  it('go with their agent', async () => {
    const agentId = await newAgent('a');
    const id = await newRun(agentId);
    await store.agents.delete(agentId);
    assert.equal(await store.evalRuns.get(projectId, id), undefined);
    assert.deepEqual(await store.evalRuns.results(id), { results: [], pending: [] });
  });

  it('are found by source, suite and models, newest first', async () => {
    const agentId = await newAgent('a');
    await newRun(agentId);
    const over = {
      sourceHash: 'sha256:00',
      suiteId: 'u',
      suiteVersion: '1.0.0',
      judgeModel: 'j',
      model: 'm',
    };
    const find = (change: Partial<typeof over> = {}) =>
      store.evalRuns.newestOver(agentId, { ...over, ...change }, ['pending']);
    assert.ok(await find());
    for (const change of [
      { sourceHash: 'x' },
      { suiteId: 'x' },
      { suiteVersion: 'x' },
      { judgeModel: 'x' },
      { model: 'x' },
    ]) {
      assert.equal(await find(change), undefined, JSON.stringify(change));
    }
    assert.equal(await store.evalRuns.newestOver(agentId, over, ['completed']), undefined);
  });
});
