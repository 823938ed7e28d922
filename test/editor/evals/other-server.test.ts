import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hashBytes } from '../../../src/project';
import { type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { evalsAfar, names } from '../support/evals-afar';
import { flat } from '../support/tree';

const at = '2026-01-01T00:00:00Z';

describe('Runs of evals on other servers', () => {
  const here = evalsAfar();
  const { cases, item, use, run } = here;

  describe('that answer as they like', () => {
    let server: FaultServer;
    /** What the run is at the next look. */
    let detail: unknown;
    let cancels: number;
    let cancelStatus: number;
    let detailStatus: number;
    /** Over what the server runs evals, where it says so. */
    let otherSource: string | undefined;
    /** Whether the server has the agent from before, with a run of its evals. */
    let isKnown: boolean;
    /** What its run of before has come to. */
    let listed: string;
    /** What happens when a run is to be started, before the server starts it. */
    let beforeStart: () => Promise<void>;
    /** The agents that it says to have taken. */
    let agents: string[];
    /** With what it answers to the question for the agent's here.runs. */
    let runsStatus: number;

    /** What its runs exercised, where it records that. */
    let covered: unknown[] | undefined;

    const evalRun = (status: string) => ({
      id: 'r1',
      status,
      total_cases: 2,
      created_at: at,
      complete_suite: true,
      ...(otherSource ? { source_hash: otherSource } : {}),
    });
    const agentConfig = () => ({
      id: 'a1',
      name: 'Greeter',
      code_first_project: 'afar',
      code_first_local_id: 'greeter',
      draft_source_hash: here.made.now.agent('greeter')?.sourceHash,
      created_at: at,
      updated_at: at,
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
      [detail, cancels, cancelStatus, detailStatus, otherSource] = [undefined, 0, 200, 200, undefined];
      [isKnown, runsStatus, listed, agents] = [false, 200, 'completed', ['greeter']];
      covered = undefined;
      beforeStart = async () => undefined;
      server = await startFaultServer(async ({ path, method }: Received) => {
        const name = path.split('?')[0]?.split('/').at(-1) ?? '';
        const answers: Record<string, unknown> = {
          project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
          'agent-configs': isKnown ? [agentConfig()] : [],
          'source-sync': {
            draftHash: here.made.now.project.sourceHash,
            syncedAt: at,
            agents: agents.map((localId, index) => ({
              localId,
              agentId: `a${index + 1}`,
              sourceHash: here.made.now.agent(localId)?.sourceHash,
            })),
          },
        };
        if (name === 'eval-runs' && method === 'POST') await beforeStart();
        if (name === 'eval-runs')
          return method === 'POST'
            ? { kind: 'answer', body: { run: evalRun('running') } }
            : { kind: 'answer', status: runsStatus, body: isKnown ? [evalRun(listed)] : [] };
        if (name === 'coverage' && covered) return { kind: 'answer', body: { coverage: covered } };
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
        await until('the first case has passed', () => here.runs.last.verdicts.first === 'passed');
        here.runs.last.stop.cancel();
        await running;
        assert.equal(cancels, 1);
        assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'skipped' });
        const said = /Afar cannot stop a run: it goes on there/.test(here.runs.last.output);
        assert.equal(said, status === 404);
        assert.equal(here.runs.last.ended, true);
      });
    }

    it('say of a case that was stopped before its repetitions were done what is known, and no verdict', async () => {
      const some = (status: string) => {
        const pending = [{ id: 'p2', case_name: 'first', status: 'running' }];
        detail = { run: { ...evalRun(status), repeat: 5 }, results: [result('first')], pending };
      };
      some('running');
      const running = run([item('first')], here.api.evals.repeated);
      await until('the case is under way', () => here.runs.last.of('first').states.includes('started'));
      some('cancelled');
      here.runs.last.stop.cancel();
      await running;
      assert.deepEqual(here.runs.last.verdicts, { first: 'errored' });
      assert.match(
        String(here.runs.last.of('first').messages[0]?.message),
        /^Stopped after 1 of 5 repetitions; until then: 1 of 1 passed \(100 %\), scores 9\.0 to 9\.0/,
      );
      assert.match(here.runs.last.output, /^! first: Stopped after 1 of 5 repetitions/m);
      const row = flat(here.api.explorer.rows).find(({ label }) => label === 'first');
      assert.match(String(row?.description), /^9\.0 of 10, 1 of 1 passed, stopped after 1 of 5 repetitions/);
      assert.equal(row?.icon, 'warning');
    });

    it('are kept with the files that they were over, whatever is saved and sent meanwhile', async () => {
      half();
      const before = here.made.now.agent('greeter')?.sourceHash;
      const running = run(cases());
      await until('the first case has passed', () => here.runs.last.verdicts.first === 'passed');
      await here.made.write('agents/greeter/persona.md', 'You greet in one short sentence.\n');
      await until('the files have changed', () => here.made.now.agent('greeter')?.sourceHash !== before);
      await vscode.commands.executeCommand('tavora.sync', { folder: here.made.folder });
      const sent = here.api.drafts.record(here.made.now, 'greeter')?.synced?.hash;
      assert.notEqual(sent, before);
      whole();
      await running;
      const kept = await here.api.evalHistory.of(here.api.evalHistory.owner(here.made.now, 'greeter'));
      const ofRun = kept.filter(({ runId }) => runId === 'r1');
      assert.deepEqual([...new Set(ofRun.map(({ sourceHash }) => sourceHash))], [before]);
    });

    it('are followed to their end when another server is chosen, where none of them is shown', async () => {
      half();
      const running = run(cases());
      await until('the first case has passed', () => here.runs.last.verdicts.first === 'passed');
      await here.api.connection.choose('embedded');
      whole();
      await running;
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'passed' });
      await here.api.connection.client();
      const rows = here.api.explorer.rows.filter(
        ({ project }) => project.folder.path === here.made.folder.path,
      );
      assert.doesNotMatch(
        rows
          .flatMap((row) => flat([row]))
          .map(({ description }) => description)
          .join('\n'),
        /9\.0 of 10/,
      );
    });

    it('show what they exercised, though their entry leads elsewhere meanwhile', async () => {
      const part = { start_line: 1, start_column: 1, end_line: 1, end_column: 3, count: 1 };
      const path = 'agents/greeter/skills/greet.js';
      const hash = hashBytes(Buffer.from(await here.made.read(path)));
      covered = [{ path, hash, cases: ['first'], statements: [part], functions: [], branches: [] }];
      const { profiles, state } = here.api.connection;
      const entry = { id: state.server.id, label: state.server.label };
      const other = await startFaultServer({ kind: 'answer', status: 404, body: {} });
      const lead = async (url: string) => {
        await profiles.save({ ...entry, url });
        await until('the address is taken up', () => here.api.connection.state.server.origin === url);
      };
      const ofFirst = async () => {
        const [file] = here.runs.last.coverage;
        assert.ok(file);
        const { token } = new vscode.CancellationTokenSource();
        const { loadDetailedCoverageForTest: load } = here.api.evals.covered;
        // Only passed on; the handler knows the file by itself.
        return await load?.({} as vscode.TestRun, file, item('first'), token);
      };
      try {
        half();
        const running = run(cases(), here.api.evals.covered);
        await until('the first case has passed', () => here.runs.last.verdicts.first === 'passed');
        await lead(other.url);
        const results = names.map((name) => ({ ...result(name), case_id: name }));
        detail = { run: evalRun('completed'), results };
        await running;
        assert.deepEqual(
          here.runs.last.coverage.map(({ statementCoverage: { covered: count } }) => count),
          [1],
          here.runs.last.output,
        );
        await assert.rejects(
          ofFirst(),
          /What a single test exercised is known to Afar .* is not among the servers of tavora\.servers any more\. Run the evals again with coverage\.$/,
        );
        await lead(server.url);
        assert.equal((await ofFirst())?.length, 1);
        assert.deepEqual(
          other.requests.filter(({ path: asked }) => /coverage/.test(asked)),
          [],
        );
      } finally {
        await other.close();
      }
    });

    it('of many agents go to the server that they began on, though its entry leads elsewhere meanwhile', async () => {
      const others = ['second', 'third', 'fourth'];
      for (const id of others) {
        await here.made.write(
          `agents/${id}/agent.jsonc`,
          `{ "id": "${id}", "name": "${id}", "model": "m", "evals": ["evals/*.json"] }`,
        );
        await here.made.write(
          `agents/${id}/evals/of-${id}.json`,
          `{ "name": "of-${id}", "input": "Hi", "criteria": "Greets." }`,
        );
      }
      const other = await startFaultServer({ kind: 'answer', status: 404, body: {} });
      try {
        await until('their cases are listed', () => cases().length === 2 + others.length);
        agents = ['greeter', ...others];
        half();
        const begun = () =>
          server.requests.filter(({ path }) => /\/a\d\/eval-runs\?target=/.test(path)).length;
        const running = run(cases());
        await until('three of them are under way', () => begun() === 3);
        await here.api.connection.profiles.save({ id: 'afar', label: 'Afar', url: other.url });
        await until('the address is taken up', () => here.api.connection.state.server.origin === other.url);
        whole();
        await running;
        assert.equal(begun(), 4);
        assert.deepEqual(
          other.requests.filter(({ path }) => /eval-runs/.test(path)),
          [],
        );
      } finally {
        await other.close();
        for (const id of others) await here.made.delete(`agents/${id}`);
        await until('their cases are gone', () => cases().length === 2);
      }
    });

    it('are asked about before the key that they run with is removed, and stop with what was judged', async () => {
      half();
      const running = run(cases());
      await until('the first case has passed', () => here.runs.last.verdicts.first === 'passed');
      await vscode.commands.executeCommand('tavora.signOut');
      const question = here.messages.find(/^Remove the key of Afar and break off what goes on here\?$/);
      assert.equal(
        question?.detail,
        'Evals of afar are running on Afar. They are stopped; what was judged until then is kept.',
      );
      assert.equal(await here.api.connection.keys.get(server.url), 'tvr_afar');
      assert.equal(cancels, 0);
      here.press = 'Remove Now';
      await vscode.commands.executeCommand('tavora.signOut');
      await running;
      assert.equal(cancels, 1);
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'skipped' });
      assert.equal(await here.api.connection.keys.get(server.url), undefined);
    });

    it('go on over what was saved and sent while they waited for their turn', async () => {
      let before: string | undefined;
      beforeStart = async () => {
        before = here.made.now.agent('greeter')?.sourceHash;
        await here.made.write('agents/greeter/persona.md', 'You greet while others wait.\n');
        await until('the files have changed', () => here.made.now.agent('greeter')?.sourceHash !== before);
        await vscode.commands.executeCommand('tavora.sync', { folder: here.made.folder });
        otherSource = here.made.now.agent('greeter')?.sourceHash;
        whole();
      };
      await run(cases());
      assert.equal(cancels, 0);
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'passed' });
      assert.match(here.runs.last.output, /Files of "greeter" were saved and sent before its evals began/);
      const rows = flat(here.api.explorer.rows).filter(({ description }) => /^9\.0 of 10/.test(description));
      assert.match(String(rows[0]?.description), /, this draft · /);
    });

    it('have what failed asked of their own server, though another is chosen, for the log of runs', async () => {
      const failed = { pass: false, score: 1, session_id: 's-failed' };
      const passed = { session_id: 's-passed' };
      detail = { run: evalRun('running'), results: [result('first', failed)], pending: [] };
      const running = run(cases());
      await until('the first case has failed', () => here.runs.last.verdicts.first === 'failed');
      await here.api.connection.choose('embedded');
      detail = { run: evalRun('completed'), results: [result('first', failed), result('second', passed)] };
      await running;
      await here.api.runLogs.settled();
      const asked = server.requests.flatMap(({ path }) => path.match(/s-(failed|passed)/)?.[0] ?? []);
      assert.deepEqual([...new Set(asked)], ['s-failed']);
    });

    it('are not judged over a draft that another has sent in between', async () => {
      otherSource = 'sha256:of-another';
      whole();
      await run(cases());
      assert.equal(cancels, 1);
      assert.deepEqual(here.runs.last.verdicts, { first: 'errored', second: 'errored' });
      assert.match(
        String(here.runs.last.of('first').messages[0]?.message),
        /^The draft of "greeter" on Afar was replaced by another one .* Run them again/,
      );
    });

    it('keep what was judged when the server turns away in the middle', async () => {
      half();
      const running = run(cases());
      await until('the first case has passed', () => here.runs.last.verdicts.first === 'passed');
      detailStatus = 401;
      detail = { message: 'The key is gone.', code: 'unauthorized' };
      await running;
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'errored' });
      assert.match(String(here.runs.last.of('second').messages[0]?.message), /The key is gone|key/);
    });

    it('say of a run that broke why it did', async () => {
      detail = { run: { ...evalRun('failed'), error: 'The runtime stopped.' }, results: [result('first')] };
      await run(cases());
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'errored' });
      assert.equal(String(here.runs.last.of('second').messages[0]?.message), 'The runtime stopped.');
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
      assert.equal(here.runs.records.length, 0);
      assert.deepEqual(here.messages.find(/^Run 2 evals\?$/)?.buttons, ['Run Anyway']);
      here.press = 'Run Anyway';
      await run(cases());
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'passed' });
      // One of them is below the limit by what is known now, both are over it.
      here.messages.shown.length = 0;
      here.press = undefined;
      await run([item('first')]);
      assert.deepEqual(here.messages.shown, []);
      assert.equal(here.runs.records.length, 2);
      await run(cases());
      assert.equal(here.messages.shown.length, 1);
      assert.equal(here.runs.records.length, 2);
    });

    it('ask before a run that would cost more than the limit, by what the server says', async () => {
      isKnown = true;
      whole({ cost: 0.02 });
      await vscode.workspace
        .getConfiguration('tavora')
        .update('evals.maxCost', 0.03, vscode.ConfigurationTarget.Global);
      await run([item('first')]);
      assert.deepEqual(here.messages.shown, []);
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed' });
      await run(cases());
      assert.equal(
        here.messages.find(/^Run 2 evals\?$/)?.detail,
        'About $0.0400 are expected; the setting tavora.evals.maxCost allows $0.03.',
      );
      assert.equal(here.runs.records.length, 1);
    });

    it('ask in no dialog where a save begins a run, and run nothing without a yes', async () => {
      await vscode.workspace
        .getConfiguration('tavora')
        .update('evals.maxTokens', 1, vscode.ConfigurationTarget.Global);
      const stop = new vscode.CancellationTokenSource();
      const { draft } = here.api.evals;
      await draft.runHandler(new vscode.TestRunRequest(cases(), undefined, draft, true), stop.token);
      try {
        const path = 'agents/greeter/evals/first.json';
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(here.made.uri(path)));
        await here.made.write(path, `${await here.made.read(path)}\n`);
        const question = await until('it asks', () => here.messages.find(/^Run one eval\? Nothing is known/));
        assert.deepEqual([question.buttons, question.detail], [['Run Anyway'], '']);
        assert.deepEqual(here.runs.records, []);
      } finally {
        stop.cancel();
      }
    });

    it('ask the server once what it has, of however many agents nothing is known', async () => {
      await here.made.write(
        'agents/other/agent.jsonc',
        '{ "id": "other", "name": "Other", "model": "m", "evals": ["evals/*.json"] }',
      );
      await here.made.write(
        'agents/other/evals/third.json',
        '{ "name": "third", "input": "Hi", "criteria": "Greets." }',
      );
      try {
        await until('its case is listed', () => cases().length === 3);
        await vscode.workspace
          .getConfiguration('tavora')
          .update('evals.maxTokens', 1, vscode.ConfigurationTarget.Global);
        await here.api.connection.client();
        const lists = () => server.requests.filter(({ path }) => /\/agent-configs(\?.*)?$/.test(path)).length;
        // After what the new connection has begun.
        await here.api.drafts.refresh();
        const before = lists();
        await here.api.drafts.refresh();
        const once = lists() - before;
        await run(cases());
        assert.ok(here.messages.find(/^Run 3 evals\?$/));
        assert.equal(lists() - before - once, once);
      } finally {
        await here.made.delete('agents/other');
        await until('its case is gone', () => cases().length === 2);
      }
    });

    it('do not ask where the server knows what the cases use', async () => {
      isKnown = true;
      whole({ prompt_tokens: 40, completion_tokens: 10 });
      await vscode.workspace
        .getConfiguration('tavora')
        .update('evals.maxTokens', 1000, vscode.ConfigurationTarget.Global);
      await run(cases());
      assert.deepEqual(here.messages.shown, []);
      assert.deepEqual(here.runs.last.verdicts, { first: 'passed', second: 'passed' });
    });

    it('show their scores also where the server could not tell them at first', async () => {
      [isKnown, runsStatus] = [true, 403];
      whole();
      const scores = () =>
        flat(here.api.explorer.rows).filter(({ description }) => /^9\.0 of 10/.test(description)).length;
      const asked = () => server.requests.filter(({ path }) => /\/eval-runs/.test(path)).length;
      await here.api.connection.client();
      await until('the server has been asked', () => scores() === 0 && asked() > 0);
      runsStatus = 200;
      await here.made.write('agents/greeter/persona.md', 'You greet, and wait.\n');
      await until('they are shown', () => scores() === 2);
    });

    it('are followed to their end where they go on, as after a reload of the window', async () => {
      [isKnown, runsStatus, listed] = [true, 200, 'running'];
      half();
      await here.api.connection.client();
      const scores = () =>
        flat(here.api.explorer.rows).flatMap(({ label, description }) =>
          names.includes(String(label)) && /^9\.0 of 10/.test(String(description)) ? [label] : [],
        );
      await until('what was judged so far is shown', () => scores().length === 1);
      assert.deepEqual(scores(), ['first']);
      whole();
      await until('what was judged since is shown', () => scores().length === 2);
      const begun = server.requests.filter(
        ({ method, path }) => method === 'POST' && /\/eval-runs/.test(path),
      );
      assert.deepEqual(begun, [], 'nothing is run anew');
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
      assert.deepEqual(here.runs.last.verdicts, { first: 'errored' });
      assert.match(
        String(here.runs.last.of('first').messages[0]?.message),
        /^Afar runs no evals of "greeter": /,
      );
    });
  });
});
