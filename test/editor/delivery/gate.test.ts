import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { DeployResult } from '../../../src/protocol';
import { activated, closeEditors } from '../support/api';
import { agree, Messages } from '../support/messages';
import { TestProject } from '../support/project';

const config = 'agents/greeter/agent.jsonc';
const evalPath = 'agents/greeter/evals/hello.json';

describe('A deployment that evals decide on', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'gated');
    const text = await made.read(config);
    assert.match(text, /"evals"/);
    await made.write(config, text.replace(/\{/, '{ "deploy": { "runEvals": true },'));
  });
  after(() => made.remove());
  beforeEach(() => {
    messages = new Messages(agree);
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: made.folder });
  const newest = async () => (await api.delivery.entries()).find(({ project }) => project === 'gated');
  const evaluates = async (expectation: { kind: string; value: string }) => {
    for (const one of made.now.agent('greeter')?.evals ?? []) {
      if (one.path !== evalPath) await made.delete(one.path);
    }
    const file = { name: 'Says hello', input: 'Greet Ada', expectations: [expectation] };
    await made.write(evalPath, JSON.stringify(file));
    assert.equal(made.now.agent('greeter')?.evals.length, 1);
  };

  it('is refused with the failed cases and their scores, which lead to their traces', async () => {
    await evaluates({ kind: 'contains', value: 'a word that nobody says' });
    assert.equal(await deploy(), undefined);
    const [question, refusal] = messages.shown;
    assert.match(question?.message ?? '', /have not been run on these files; the deployment runs them first/);
    assert.equal(refusal?.kind, 'showErrorMessage');
    assert.match(
      refusal.message,
      /^gated was not deployed: 1 eval failed\. “Says hello” scored 0, needs 7\.$/,
    );
    assert.deepEqual(refusal.buttons.slice(0, 2), ['Open Trace', 'Show in Test Explorer']);
    const client = await api.connection.client();
    const mine = (await client.configs.list()).find((one) => one.code_first_project === 'gated');
    assert.ok(mine, 'the draft is there');
    assert.equal(mine.active_version_id ?? null, null);
    const entry = await newest();
    assert.equal(entry?.outcome, 'refused');
    assert.equal(entry.gate, '1 of 1 failed');
  });

  it('says before that the evals have failed on these files', async () => {
    messages.restore();
    messages = new Messages(({ buttons }) => (buttons.includes('Cancel') ? 'Cancel' : undefined));
    assert.equal(await deploy(), undefined);
    const [question] = messages.shown;
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
  });
});
