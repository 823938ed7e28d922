import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { TestRuns } from '../support/test-runs';

const names = ['first', 'second'];
const at = '2026-01-01T00:00:00Z';

describe('Runs of evals on other servers', () => {
  let api: TestApi;
  let made: TestProject;
  let runs: TestRuns;
  let messages: Messages;
  let press: string | undefined;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'afar');
    await made.delete('agents/greeter/evals/greets-by-name.json');
    for (const name of names) {
      const file = { name, input: 'Please greet Ada.', expectations: [{ kind: 'contains', value: 'Ada' }] };
      await made.write(`agents/greeter/evals/${name}.json`, JSON.stringify(file));
    }
    await until('the cases are listed', () => cases().length === 2);
  });
  after(() => made.remove());
  beforeEach(() => {
    runs = new TestRuns(api.evals);
    press = undefined;
    messages = new Messages(() => press);
  });
  afterEach(async () => {
    runs.restore();
    messages.restore();
    await closeEditors();
    await api.connection.choose('embedded');
    const settings = vscode.workspace.getConfiguration('tavora');
    for (const name of ['servers', 'evals.maxTokens', 'evals.repeat']) {
      await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  const cases = () => {
    const root = api.evals.controller.items.get(made.folder.toString());
    return api.evals.tree.casesOf(root ? [root] : []).map(({ item }) => item);
  };
  const item = (name: string) => {
    const found = cases().find(({ label }) => label === name);
    assert.ok(found);
    return found;
  };
  const use = async (url: string, key: string) => {
    await api.connection.profiles.save({ id: 'afar', label: 'Afar', url });
    await api.connection.keys.set(url, key);
    await api.connection.choose('afar');
  };
  const run = async (include: vscode.TestItem[], profile = api.evals.draft) => {
    const { token } = new vscode.CancellationTokenSource();
    await profile.runHandler(new vscode.TestRunRequest(include, undefined, profile), token);
  };

  describe('with the public endpoints only', () => {
    let server: ReducedServer;

    before(async () => {
      server = await startReduced({
        file: vscode.Uri.joinPath(api.context.extensionUri, 'dist', 'runtime.js').fsPath,
      });
    });
    after(() => server.close());
    beforeEach(() => use(server.url, server.apiKey));

    it('runs the whole suite, shows what was asked for, and says so', async () => {
      await run([item('first')]);
      assert.deepEqual(runs.last.verdicts, { first: 'passed' });
      assert.match(
        runs.last.output,
        /Afar runs whole suites only; of this one only what was asked for is shown here\./,
      );
    });

    it('repeats by running the suite as often', async () => {
      await vscode.workspace
        .getConfiguration('tavora')
        .update('evals.repeat', 2, vscode.ConfigurationTarget.Global);
      await run([item('first'), item('second')], api.evals.repeated);
      assert.match(runs.last.output, /Afar does not repeat cases by itself; the suite is run 2 times\./);
      assert.match(runs.last.output, /✔ first: 2 of 2 passed/);
      assert.equal(runs.last.output.match(/whole suites only/), null);
    });

    it('says that there is no trace to open', async () => {
      await run([item('first')]);
      await vscode.commands.executeCommand('tavora.openEvalTrace', item('first'));
      assert.ok(messages.find(/^There is no trace/));
    });
  });

  describe('that answer as they like', () => {
    let server: FaultServer;
    /** What the run is at the next look. */
    let detail: unknown;
    let cancels: number;
    let cancelStatus: number;
    let detailStatus: number;

    const evalRun = (status: string) => ({
      id: 'r1',
      status,
      total_cases: 2,
      created_at: at,
      complete_suite: true,
    });
    const result = (name: string, tokens = {}) => ({
      id: name,
      case_name: name,
      score: 9,
      pass: true,
      duration_ms: 5,
      ...tokens,
    });

    beforeEach(async () => {
      [detail, cancels, cancelStatus, detailStatus] = [undefined, 0, 200, 200];
      server = await startFaultServer(({ path, method }: Received) => {
        const name = path.split('?')[0]?.split('/').at(-1) ?? '';
        const answers: Record<string, unknown> = {
          project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
          'agent-configs': [],
          'source-sync': {
            draftHash: made.now.project.sourceHash,
            syncedAt: at,
            agents: [
              { localId: 'greeter', agentId: 'a1', sourceHash: made.now.agent('greeter')?.sourceHash },
            ],
          },
        };
        if (name === 'eval-runs')
          return { kind: 'answer', body: method === 'POST' ? { run: evalRun('running') } : [] };
        if (name === 'r1') return { kind: 'answer', status: detailStatus, body: detail };
        if (name === 'cancel') {
          cancels++;
          return { kind: 'answer', status: cancelStatus, body: { run: evalRun('cancelled') } };
        }
        return Object.hasOwn(answers, name)
          ? { kind: 'answer', body: answers[name] }
          : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
      });
      await use(server.url, 'tvr_afar');
    });
    afterEach(() => server.close());

    const half = () => {
      const pending = [{ id: 'p2', case_name: 'second', status: 'running' }];
      detail = { run: evalRun('running'), results: [result('first')], pending };
    };
    const whole = (tokens?: object) => {
      detail = { run: evalRun('completed'), results: names.map((name) => result(name, tokens)) };
    };

    for (const status of [200, 404]) {
      it(`stop a run where cancelling answers ${status}, and keep what was judged`, async () => {
        half();
        cancelStatus = status;
        const running = run(cases());
        await until('the first case has passed', () => runs.last.verdicts.first === 'passed');
        runs.last.stop.cancel();
        await running;
        assert.equal(cancels, 1);
        assert.deepEqual(runs.last.verdicts, { first: 'passed', second: 'skipped' });
        const said = /Afar cannot stop a run: it goes on there/.test(runs.last.output);
        assert.equal(said, status === 404);
        assert.equal(runs.last.ended, true);
      });
    }

    it('keep what was judged when the server turns away in the middle', async () => {
      half();
      const running = run(cases());
      await until('the first case has passed', () => runs.last.verdicts.first === 'passed');
      detailStatus = 401;
      detail = { message: 'The key is gone.', code: 'unauthorized' };
      await running;
      assert.deepEqual(runs.last.verdicts, { first: 'passed', second: 'errored' });
      assert.match(String(runs.last.of('second').messages[0]?.message), /The key is gone|key/);
    });

    it('say of a run that broke why it did', async () => {
      detail = { run: { ...evalRun('failed'), error: 'The runtime stopped.' }, results: [result('first')] };
      await run(cases());
      assert.deepEqual(runs.last.verdicts, { first: 'passed', second: 'errored' });
      assert.equal(String(runs.last.of('second').messages[0]?.message), 'The runtime stopped.');
    });

    it('ask before a run of which nothing is known, and before one that passes the limit', async () => {
      whole({
        prompt_tokens: 400,
        completion_tokens: 100,
        judge_prompt_tokens: 200,
        judge_completion_tokens: 50,
      });
      await vscode.workspace
        .getConfiguration('tavora')
        .update('evals.maxTokens', 1000, vscode.ConfigurationTarget.Global);
      await run(cases());
      assert.equal(runs.records.length, 0);
      assert.deepEqual(messages.find(/^Run 2 evals\?$/)?.buttons, ['Run Anyway']);
      press = 'Run Anyway';
      await run(cases());
      assert.deepEqual(runs.last.verdicts, { first: 'passed', second: 'passed' });
      // One of them is below the limit by what is known now, both are over it.
      messages.shown.length = 0;
      press = undefined;
      await run([item('first')]);
      assert.deepEqual(messages.shown, []);
      assert.equal(runs.records.length, 2);
      await run(cases());
      assert.equal(messages.shown.length, 1);
      assert.equal(runs.records.length, 2);
    });

    it('say that there are no evals', async () => {
      server.become(({ path }) => {
        const name = path.split('?')[0]?.split('/').at(-1);
        if (name === 'project')
          return { kind: 'answer', body: { id: 'p', name: 'P', created_at: '', updated_at: '' } };
        if (name === 'source-sync') {
          const agents = [{ localId: 'greeter', agentId: 'a1', sourceHash: '' }];
          return { kind: 'answer', body: { draftHash: 'x', syncedAt: at, agents } };
        }
        return { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
      });
      await run([item('first')]);
      assert.deepEqual(runs.last.verdicts, { first: 'errored' });
      assert.match(String(runs.last.of('first').messages[0]?.message), /^Afar runs no evals of "greeter": /);
    });
  });
});
