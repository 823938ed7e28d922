import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TavoraClient } from '../../../src/client';
import type { TestApi } from '../../../src/extension';
import type { Manifest } from '../../../src/protocol';
import { SessionActivity } from '../../../src/workbench/shared/session-activity';
import { FixCheck } from '../../../src/workbench/studio/fix-check';
import { Replay } from '../../../src/workbench/studio/replay';
import type { ScratchAgents } from '../../../src/workbench/studio/scratch-agents';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { activated, until } from '../support/api';
import { madeStep } from '../support/made-step';
import { TestProject } from '../support/project';

const key = 'tavora.scratchAgents';
const manifest = (project: string): Manifest => ({
  project,
  sourceHash: 'sha256:0',
  generatedAt: '2026-01-01T00:00:00Z',
  agents: [{ id: 'greeter', sourceHash: 'sha256:0', files: [] }],
});
const session = { id: 's1', title: '', status: 'completed', created_at: '2026-01-01T00:00:00Z' };

describe('Agents that stand on the server while a suggestion is tried', () => {
  let api: TestApi;
  let made: TestProject;
  let server: FaultServer;
  let scratch: ScratchAgents;
  let client: TavoraClient;
  /** How the server answers, by a request's method and path; what is not here it does well. */
  let faults: [pattern: RegExp, fault: Fault][];
  /** Projects that stand on the server. */
  let standing: Set<string>;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'scratching');
  });
  after(() => made.remove());
  beforeEach(async () => {
    faults = [];
    standing = new Set();
    server = await startFaultServer(answer);
    await api.connection.profiles.save({ id: 'scratching', label: 'Scratching', url: server.url });
    await api.connection.keys.set(server.url, 'tvr_scratching');
    await api.connection.choose('scratching');
    client = await api.connection.client();
    ({ scratch } = api.studio.parts);
  });
  afterEach(async () => {
    await api.connection.choose('embedded');
    await api.context.workspaceState.update(key, undefined);
    await api.connection.keys.remove(server.url);
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  const answer = ({ method, path, body }: Received): Fault => {
    const asked = `${method} ${path}`;
    const [, fault] = faults.find(([pattern]) => pattern.test(`${asked} ${body}`)) ?? [];
    if (fault) {
      return fault;
    }
    const given = body.startsWith('{') ? JSON.parse(body) : {};
    if (asked.includes('/source-sync')) {
      standing.add(given.project);
      const agents = [{ localId: 'greeter', agentId: `of ${given.project}`, sourceHash: '' }];
      return ok({ draftHash: '', syncedAt: '2026-01-01T00:00:00Z', agents });
    }
    if (asked.includes('/source-delete')) {
      return standing.delete(given.project) ? ok({ agentId: 'x', localId: 'greeter', deleted: true }) : gone;
    }
    if (/POST .*eval-runs\/[^/]+\/cancel/.test(asked)) {
      return ok({ run: run('cancelled') });
    }
    if (/POST .*eval-runs/.test(asked)) {
      return ok({ run: run('running') });
    }
    if (/GET .*eval-runs\//.test(asked)) {
      return ok({ run: run('running'), results: [] });
    }
    if (asked.includes('/studio/s1')) {
      const steps = [madeStep(0, 'message', 'Greet Ada'), madeStep(1, 'response', 'Hello, Ada!')];
      return ok({ session, steps, system_prompt: '', tools: [] });
    }
    return path.endsWith('/project')
      ? ok({ id: 'p', name: 'P', created_at: '', updated_at: '' })
      : path.endsWith('/agent-configs')
        ? ok([])
        : gone;
  };
  const ok = (body: unknown): Fault => ({ kind: 'answer', body });
  const gone: Fault = { kind: 'answer', status: 404, body: { message: 'no such thing', code: 'NOT_FOUND' } };
  const broken: Fault = { kind: 'answer', status: 500, body: { message: 'The disk is full.' } };
  const run = (status: string) => ({
    id: 'r1',
    status,
    total_cases: 2,
    passed: 0,
    failed: 0,
    created_at: '',
  });
  const remembered = () => api.context.workspaceState.get<{ project: string }[]>(key, []);
  const never = new AbortController().signal;
  const asked = (pattern: RegExp) =>
    server.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)).length;

  it('are deleted when the use of them fails, which is what is said', async () => {
    const use = async () => {
      assert.deepEqual([...standing], ['one']);
      throw new Error('The use went wrong.');
    };
    await assert.rejects(scratch.with(client, manifest('one'), use, never), /^Error: The use went wrong\.$/);
    assert.deepEqual([[...standing], remembered()], [[], []]);
  });

  it('are forgotten when the server has refused to make them', async () => {
    faults.push([/source-sync/, { kind: 'answer', status: 422, body: { message: 'No.', issues: [] } }]);
    await assert.rejects(
      scratch.with(client, manifest('one'), async () => undefined, never),
      /422 validation_failed/,
    );
    assert.deepEqual(remembered(), []);
  });

  it('are deleted when the use of them is cancelled', async () => {
    const controller = new AbortController();
    const use = async () => {
      controller.abort();
      await client.sessions.list({}, { signal: controller.signal });
    };
    await assert.rejects(scratch.with(client, manifest('one'), use, controller.signal));
    assert.deepEqual([[...standing], remembered()], [[], []]);
  });

  it('are deleted once the server is connected again, when they could not be before', async () => {
    faults.push([/source-delete/, broken]);
    await scratch.with(client, manifest('one'), async () => undefined, never);
    assert.deepEqual(
      remembered().map(({ project }) => project),
      ['one'],
    );
    faults = [];
    await api.connection.choose('embedded');
    await api.connection.choose('scratching');
    await api.connection.client();
    await until('it is deleted', () => !standing.has('one') && remembered().length === 0);
  });

  it('are deleted after the window was closed while they were in use, those of other servers not', async () => {
    standing.add('one');
    const other = { server: 'https://other.example', project: 'two', localId: 'greeter' };
    await api.connection.choose('embedded');
    await api.context.workspaceState.update(key, [
      { server: server.url, project: 'one', localId: 'greeter' },
      other,
    ]);
    await api.connection.choose('scratching');
    await api.connection.client();
    await until('it is deleted', () => !standing.has('one'));
    await until('it is forgotten', () => remembered().length === 1);
    assert.deepEqual(remembered(), [other]);
  });

  it('are left alone while they are in use, whatever is tidied', async () => {
    const use = async () => {
      await scratch.tidy(client);
      assert.deepEqual([...standing], ['one']);
    };
    await scratch.with(client, manifest('one'), use, never);
    assert.deepEqual([...standing], []);
  });

  describe('in a check', () => {
    const activity = new SessionActivity();
    const check = () => {
      const owner = { project: made.now, agentId: 'greeter' };
      const context = { services: api, activity, parentId: 's0', owner, onQuestion: () => undefined };
      const replay = Replay.show(context, 's1', () => undefined);
      const evalCase = { name: 'says goodbye', prompt: 'Greet Ada', criteria: 'Says goodbye.' };
      const was = { answer: 'Hello, Ada!', failed: 0 };
      const of = { persona: true, skills: [], evalCase: true };
      const asked = { owner, changes: 'Say goodbye.', skills: [], evalCase, of, was, replay };
      return new FixCheck(api, scratch, asked, () => undefined);
    };

    it('are both gone when one of the two cannot be run, and the run of the other is ended', async () => {
      faults.push([/POST .*of%20.*after\).*eval-runs/, broken]);
      const one = check();
      await one.done;
      const { view } = one;
      assert.equal(view.phase, 'ended');
      assert.match(view.problems.join(), /^The evals were not run: .*disk is full/);
      assert.equal(view.verdict?.kind, 'unknown');
      assert.deepEqual([[...standing], remembered()], [[], []]);
      assert.equal(asked(/GET .*eval-runs/) > 0, asked(/cancel/) > 0);
    });

    it('are remembered when the server loses everything in the middle', async () => {
      faults.push([/GET .*eval-runs/, gone], [/source-delete|cancel/, broken]);
      const one = check();
      await one.done;
      assert.match(one.view.problems.join(), /^The evals were not run: .*no such thing/);
      assert.equal(remembered().length, 2);
      faults = [];
      await scratch.tidy(client);
      assert.deepEqual([[...standing], remembered()], [[], []]);
    });

    it('are gone when it is stopped, and what was known stays', async () => {
      const one = check();
      await until('the evals are followed', () => asked(/GET .*eval-runs/) >= 2);
      one.stop();
      await one.done;
      assert.deepEqual([one.view.phase, one.view.problems, one.view.verdict], ['stopped', [], undefined]);
      assert.equal(one.view.cases.length, 2);
      assert.equal(asked(/cancel/), 2);
      assert.deepEqual([[...standing], remembered()], [[], []]);
    });

    it('are not made when the agent is gone meanwhile', async () => {
      const config = await made.read('agents/greeter/agent.jsonc');
      await made.write('agents/greeter/agent.jsonc', config.replace('"greeter"', '"welcomer"'));
      const one = check();
      await one.done;
      await made.write('agents/greeter/agent.jsonc', config);
      assert.match(one.view.problems.join(), /has no agent "greeter" any more/);
      assert.equal(asked(/source-sync/), 0);
    });
  });
});
