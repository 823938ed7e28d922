import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployResult } from '../../../src/protocol';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { agree, presses } from '../support/messages';
import { TestRuns } from '../support/test-runs';

const config = 'agents/greeter/agent.jsonc';
const evalPath = 'agents/greeter/evals/hello.json';

describe('A deployment that evals decide on', () => {
  const here = desk('gated', { press: agree });
  let runs: TestRuns;
  beforeEach(() => {
    runs = new TestRuns(here.api.evals);
  });
  afterEach(() => runs.restore());

  before(async () => {
    const text = await here.made.read(config);
    assert.match(text, /"evals"/);
    await here.made.write(config, text.replace(/\{/, '{ "deploy": { "runEvals": true },'));
  });

  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: here.made.folder });
  const newest = async () => (await here.api.delivery.entries()).find(({ project }) => project === 'gated');
  const evaluates = async (expectation: { kind: string; value: string }) => {
    for (const one of here.made.now.agent('greeter')?.evals ?? []) {
      if (one.path !== evalPath) await here.made.delete(one.path);
    }
    const file = { name: 'Says hello', input: 'Greet Ada', expectations: [expectation] };
    await here.made.write(evalPath, JSON.stringify(file));
    assert.equal(here.made.now.agent('greeter')?.evals.length, 1);
  };

  /** Waits until the line above the case says so. */
  const shows = async (score: string) => {
    const uri = here.made.uri(evalPath);
    await vscode.workspace.openTextDocument(uri);
    await until(`the case shows ${score}`, async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        10,
      );
      return lenses.some(({ command }) => command?.title.includes(score));
    });
  };

  it('is refused with the failed cases and their scores, which lead to their traces', async () => {
    await evaluates({ kind: 'contains', value: 'a word that nobody says' });
    assert.equal(await deploy(), undefined);
    const [question, refusal] = here.messages.shown;
    assert.match(question?.message ?? '', /have not been run on these files; the deployment runs them first/);
    assert.equal(refusal?.kind, 'showErrorMessage');
    assert.match(
      refusal.message,
      /^gated was not deployed: 1 eval failed\. “Says hello” scored 0, needs 7\.$/,
    );
    assert.deepEqual(refusal.buttons.slice(0, 2), ['Open Trace', 'Show in Test Explorer']);
    const client = await here.api.connection.client();
    const mine = (await client.configs.list()).find((one) => one.code_first_project === 'gated');
    assert.ok(mine, 'the draft is there');
    assert.equal(mine.active_version_id ?? null, null);
    const entry = await newest();
    assert.equal(entry?.outcome, 'refused');
    assert.equal(entry.gate, '1 of 1 failed');
    await shows('0.0 of 10');
    assert.equal(runs.records.length, 1);
    assert.equal(runs.last.name, 'Deployment of gated');
    assert.deepEqual(runs.last.verdicts, { 'Says hello': 'failed' });
    assert.match(String(runs.last.of('Says hello').messages[0]?.message), /^Score 0\.0 of 10, 7 needed\./);
    assert.match(runs.last.output, /✘ Says hello: 0\.0 of 10/);
    assert.equal(runs.last.ended, true);
  });

  it('shows no run where the server takes a verdict of before', async () => {
    assert.equal(await deploy(), undefined);
    assert.match(here.messages.shown.at(-1)?.message ?? '', /was not deployed: 1 eval failed/);
    assert.deepEqual(runs.records, []);
  });

  it('says before that the evals have failed on these files', async () => {
    here.person(presses('Cancel'));
    assert.equal(await deploy(), undefined);
    const [question] = here.messages.shown;
    assert.equal(question?.kind, 'showWarningMessage');
    assert.match(question.message, /failed on these files: 1 of 1, so that the server will refuse them/);
    assert.ok(question.buttons.includes('Show in Test Explorer'));
  });

  it('goes live when they pass', async () => {
    await evaluates({ kind: 'contains', value: 'Ada' });
    assert.equal((await deploy())?.agents[0]?.semver, '1.0.0');
    const entry = await newest();
    assert.equal(entry?.outcome, 'deployed');
    assert.equal(entry.gate, '1 of 1 passed');
    await shows('10.0 of 10');
    assert.deepEqual(runs.last.verdicts, { 'Says hello': 'passed' });
    const kept = await here.api.evalHistory.of(here.api.evalHistory.owner(here.made.now, 'greeter'));
    assert.deepEqual(
      kept.map(({ score, target }) => [score, target]),
      [
        [0, 'draft'],
        [10, 'draft'],
      ],
    );
  });
});
