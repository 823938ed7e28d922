import assert from 'node:assert/strict';
import type { AgentConfig, AgentVersion, EvalCase, EvalSuite, EvalSuiteVersion } from '../../../src/protocol';
import { Server } from '../support/server';
import { EvalBench, evalFile, type Files, judged, projectWith } from './bench';

const hello = { name: 'Greets', input: 'Hello', criteria: 'Greets back.' };
const bye = { name: 'Parts', input: 'Bye', expectations: [{ kind: 'contains', value: 'bye' }] };

describe('eval cases and suites over HTTP', () => {
  const server = new Server();
  const bench = new EvalBench(server);
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  const cases = async () => (await bench.get<{ cases: EvalCase[] }>('/evals')).cases;
  const sync = (evals: Files, config = {}) => bench.sync(projectWith(evals, config));
  const suite = async () => {
    const [only] = await bench.get<EvalSuite[]>('/eval-suites');
    assert.ok(only, 'there is a suite');
    return only;
  };
  const semvers = async () => {
    const versions = await bench.get<EvalSuiteVersion[]>(`/eval-suites/${(await suite()).id}/versions`);
    return versions.map(({ semver }) => semver);
  };
  const settings = (id: string, body: unknown) =>
    server.json<AgentConfig>('PATCH', `/agent-configs/${id}/settings`, body);

  it('are what the files say', async () => {
    const agentId = await sync({
      ...evalFile('b', { ...hello, pass_threshold: 4.5, description: 'Manners.' }),
      ...evalFile('c', { input: 'Ask', criteria: 'Asks.', answers: [true, 'red'] }),
      ...evalFile('a', bye),
    });
    const listed = await cases();
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['Parts', 'Greets', 'c'],
    );
    const [parts, greets, ask] = listed;
    assert.deepEqual(
      [
        greets?.set_name,
        greets?.type,
        greets?.prompt,
        greets?.criteria,
        greets?.pass_threshold,
        greets?.description,
      ],
      [`__cf__/${agentId}`, 'agent', 'Hello', 'Greets back.', 4.5, 'Manners.'],
    );
    assert.equal(parts?.pass_threshold, 7, 'the threshold of the suite');
    assert.deepEqual(parts?.config, {
      agent_id: agentId,
      path: 'agents/support/evals/a.json',
      expectations: [{ kind: 'contains', value: 'bye' }],
      answers: [],
    });
    assert.deepEqual((ask?.config as { answers?: unknown } | undefined)?.answers, [true, 'red']);
    assert.deepEqual(await bench.get(`/evals/${greets?.id}`), greets);
    assert.equal((await server.json('GET', '/evals/nobody')).status, 404);
    const page = await bench.get<{ cases: EvalCase[] }>('/evals?limit=1&offset=1');
    assert.deepEqual(page.cases, [greets]);
    assert.equal((await server.json('GET', '/evals?limit=no')).status, 400);
  });

  it('keep their ids while their files stay, and go with them', async () => {
    await sync({ ...evalFile('a', hello), ...evalFile('b', bye) });
    const before = await cases();
    await sync({ ...evalFile('a', { ...hello, name: 'Says hello', input: 'Hi' }), ...evalFile('c', bye) });
    const after = await cases();
    assert.deepEqual(
      after.map(({ name, prompt }) => [name, prompt]),
      [
        ['Says hello', 'Hi'],
        ['Parts', 'Bye'],
      ],
    );
    assert.equal(after[0]?.id, before[0]?.id, 'a renamed case is the same');
    assert.notEqual(after[1]?.id, before[1]?.id, 'another file is another case');
    await sync({});
    assert.deepEqual(await cases(), []);
  });

  it('of an agent that has none are none', async () => {
    const agentId = await sync({});
    assert.deepEqual(await bench.get('/eval-suites'), []);
    assert.equal((await server.json('GET', `/agent-configs/${agentId}/eval-suite`)).status, 404);
  });

  it('make the suite of their agent, pinned, with a version a content', async () => {
    const agentId = await sync(evalFile('a', hello));
    const first = await suite();
    assert.deepEqual([first.agent_id, first.name, first.threshold], [agentId, 'Support', 7]);
    assert.equal((await bench.config(agentId)).eval_suite_id, first.id);
    assert.deepEqual(await bench.get(`/agent-configs/${agentId}/eval-suite`), first);
    assert.deepEqual(await bench.get(`/eval-suites/${first.id}`), first);
    assert.deepEqual(await semvers(), ['1.0.0']);
    await sync(evalFile('a', hello));
    assert.deepEqual(await suite(), first, 'the same evals are the same version');
    await sync(evalFile('a', { ...hello, criteria: 'Greets kindly.' }));
    assert.deepEqual(await semvers(), ['1.0.1', '1.0.0']);
    await sync({ ...evalFile('a', { ...hello, criteria: 'Greets kindly.' }), ...evalFile('b', bye) });
    assert.deepEqual(await semvers(), ['1.1.0', '1.0.1', '1.0.0']);
    await sync(evalFile('a', hello));
    const back = await suite();
    assert.equal(
      back.active_version_id,
      first.active_version_id,
      'evals as they were are the version they were',
    );
    assert.deepEqual(await semvers(), ['1.1.0', '1.0.1', '1.0.0']);
    await sync(evalFile('a', { ...hello, description: 'Only words about it.' }));
    assert.equal((await suite()).active_version_id, first.active_version_id);
  });

  it('are named in the versions of their agent', async () => {
    const agentId = await sync(evalFile('a', hello));
    await server.json('POST', '/source-deploy', { project: 'shop' });
    await sync(evalFile('a', { ...hello, criteria: 'Greets kindly.' }));
    await server.json('POST', '/source-deploy', { project: 'shop' });
    const versions = await bench.get<AgentVersion[]>(`/agent-configs/${agentId}/versions`);
    const { id } = await suite();
    assert.deepEqual(
      versions.map(({ eval_suite_id, eval_suite_version }) => [eval_suite_id, eval_suite_version]),
      [
        [id, '1.0.1'],
        [id, '1.0.0'],
      ],
    );
  });

  it('are unpinned and pinned by the settings, which a sync keeps', async () => {
    const agentId = await sync(evalFile('a', hello));
    const { id } = await suite();
    const cleared = await settings(agentId, { eval_suite_id: '' });
    assert.deepEqual([cleared.status, cleared.body.eval_suite_id], [200, null]);
    assert.equal((await server.json('GET', `/agent-configs/${agentId}/eval-suite`)).status, 404);
    await sync(evalFile('a', { ...hello, input: 'Hi' }));
    assert.equal((await bench.config(agentId)).eval_suite_id, null);
    const untouched = await settings(agentId, { color: 'red' });
    assert.deepEqual([untouched.status, untouched.body.eval_suite_id], [200, null]);
    const pinned = await settings(agentId, { eval_suite_id: id });
    assert.deepEqual([pinned.status, pinned.body.eval_suite_id], [200, id]);
    for (const body of [{ eval_suite_id: 'nobody' }, { eval_suite_id: 7 }]) {
      const { status, body: refusal } = await server.json(
        'PATCH',
        `/agent-configs/${agentId}/settings`,
        body,
      );
      assert.deepEqual([status, refusal.field], [400, 'eval_suite_id']);
    }
    assert.equal((await settings('nobody', { eval_suite_id: '' })).status, 404);
    assert.equal((await bench.config(agentId)).eval_suite_id, id);
  });

  it('of another agent can be pinned, and go with it', async () => {
    bench.answer(() => 'Hello!', judged(9));
    const theirs = await bench.sync(projectWith(evalFile('a', hello)), { environment: 'staging' });
    const mine = await sync({});
    const { id } = await suite();
    assert.equal((await settings(mine, { eval_suite_id: id })).body.eval_suite_id, id);
    const { results } = await bench.run(mine);
    assert.deepEqual(
      results.map(({ set_name, pass }) => [set_name, pass]),
      [[`__cf__/${theirs}`, true]],
    );
    await server.request('DELETE', `/agent-configs/${theirs}`);
    assert.equal((await bench.config(mine)).eval_suite_id, null);
    assert.deepEqual([await cases(), await bench.get('/eval-suites')], [[], []]);
  });

  it('that are unknown are 404', async () => {
    assert.equal((await server.json('GET', '/eval-suites/nobody')).status, 404);
    assert.equal((await server.json('GET', '/eval-suites/nobody/versions')).status, 404);
    assert.equal((await server.json('GET', '/agent-configs/nobody/eval-suite')).status, 404);
  });

  it('of a sync that is refused are not kept', async () => {
    const files = projectWith(evalFile('a', hello), { schedules: [{ cron: '61 * * * *', input: 'x' }] });
    await assert.rejects(() => bench.sync(files), /422/);
    assert.deepEqual(await cases(), []);
  });
});
