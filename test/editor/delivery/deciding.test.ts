import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployResult } from '../../../src/protocol';
import { until, write } from '../support/api';
import { desk } from '../support/desk';
import { presses } from '../support/messages';
import { syncElsewhere } from '../support/second-client';
import { TestRuns } from '../support/test-runs';

const config = 'agents/greeter/agent.jsonc';
const folder = 'agents/greeter/evals';

describe('The evals that decide, in the preview of a deployment', function () {
  // Each preview opens a multi-diff and a page.
  this.timeout(180_000);

  // Who puts the message away has the page and the buttons in the editor's title.
  const here = desk('deciding', { each: true });
  let runs: TestRuns;
  beforeEach(async () => {
    runs = new TestRuns(here.api.evals);
    const text = await here.made.read(config);
    await here.made.write(config, text.replace(/\{/, '{ "deploy": { "runEvals": true },'));
    for (const { path } of here.made.now.agent('greeter')?.evals ?? []) await here.made.delete(path);
  });
  afterEach(async () => {
    runs.restore();
    await vscode.commands.executeCommand('tavora.cancelDeploy');
    await here.api.connection.choose('embedded');
    for (const setting of ['evals.maxTokens', 'servers']) {
      await vscode.workspace
        .getConfiguration('tavora')
        .update(setting, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  /** Writes cases, each with a word that the answer must hold; "Ada" is one that it does. */
  const evals = async (wanted: Record<string, string>) => {
    await Promise.all(
      Object.entries(wanted).map(([name, value]) => {
        const file = { name, input: 'Greet Ada', expectations: [{ kind: 'contains', value }] };
        return write(here.made.uri(`${folder}/${name}.json`), JSON.stringify(file, undefined, 2));
      }),
    );
    await here.api.workspaces.reload();
    const { tree } = here.api.evals;
    await until('the cases are listed', () =>
      Object.keys(wanted).every((name) => tree.find(here.made.now, 'greeter', `${folder}/${name}.json`)),
    );
  };
  /** Writes the persona behind the editor, which may be about to close it with the preview. */
  const rewrite = async (text: string) => {
    await write(here.made.uri('agents/greeter/persona.md'), text);
    await here.api.workspaces.reload();
    await until('it is read', () => here.made.now.project.text('agents/greeter/persona.md') === text);
  };
  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', { folder: here.made.folder });
  /** Opens the preview, and waits until its evals are read. */
  const preview = async () => {
    const deployed = deploy();
    const page = await until('the evals are shown', async () => await here.api.delivery.deciding(), 60_000);
    await until('they are read', () => !page.state.reading, 60_000);
    return { page, deployed };
  };
  const cancel = async (deployed: PromiseLike<unknown>) => {
    await vscode.commands.executeCommand('tavora.cancelDeploy');
    assert.equal(await deployed, undefined);
  };
  type Page = Awaited<ReturnType<typeof preview>>['page'];
  const agent = ({ state }: Page) => {
    const [only] = state.agents;
    assert.ok(only);
    return only;
  };
  const kinds = (page: Page) => Object.fromEntries(agent(page).cases.map(({ name, kind }) => [name, kind]));
  const questions = () => here.messages.shown.filter(({ buttons }) => buttons.includes('Cancel'));
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
  const newest = async () => (await here.api.delivery.entries()).find(({ project }) => project === here.name);

  it('are shown beside the changes, run as the Test Explorer runs them, and asked about anew', async () => {
    await evals({ good: 'Ada', bad: 'a word that nobody says' });
    const { page, deployed } = await preview();
    await until('the page is open', () => tabs().includes('Evals That Decide'));
    assert.deepEqual(kinds(page), { good: 'none', bad: 'none' });
    assert.match(questions()[0]?.message ?? '', /have not been run on these files/);
    assert.deepEqual(questions()[0]?.buttons, ['Deploy', 'Details', 'Evals', 'Cancel']);
    await page.handle({ type: 'run', which: 'open' });
    assert.equal(runs.records.length, 1);
    assert.deepEqual(runs.last.verdicts, { good: 'passed', bad: 'failed' });
    assert.equal(page.state.running, undefined);
    assert.equal(page.state.problem, '');
    assert.equal(agent(page).kind, 'failed');
    assert.deepEqual(
      agent(page).cases.map(({ name, kind, score, threshold }) => [name, kind, score, threshold]),
      [
        ['bad', 'failed', 0, 7],
        ['good', 'passed', 10, 7],
      ],
    );
    assert.match(agent(page).cases[0]?.reasoning ?? '', /a word that nobody says/);
    const anew = await until('it is asked anew', () => questions()[1]);
    assert.equal(anew.kind, 'showWarningMessage');
    assert.match(anew.message, /failed on these files: 1 of 2, so that the server will refuse them/);

    await page.handle({ type: 'open', agent: 'greeter', path: `${folder}/bad.json` });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.path, here.made.uri(`${folder}/bad.json`).path);
    assert.equal(editor.document.getText(editor.selection).replaceAll('"', ''), 'bad');
    const { sessionId } = agent(page).cases[0] ?? {};
    assert.ok(sessionId);
    await page.handle({ type: 'trace', sessionId });
    await until('the trace is open', () => tabs().some((label) => label.startsWith('Trace')));

    await cancel(deployed);
    await until('the page is closed', () => !tabs().includes('Evals That Decide'));
    assert.equal(await here.api.delivery.deciding(), undefined);
  });

  it('say nothing of an older draft, and are not run over a newer one', async () => {
    await evals({ good: 'Ada' });
    await vscode.commands.executeCommand('tavora.evaluate', { folder: here.made.folder });
    const first = await preview();
    assert.deepEqual(kinds(first.page), { good: 'passed' });
    await cancel(first.deployed);
    await rewrite('You greet people warmly.\n');
    const { page, deployed } = await preview();
    assert.deepEqual(kinds(page), { good: 'none' });
    await rewrite('You greet people coldly.\n');
    await page.handle({ type: 'run', which: 'all' });
    assert.match(page.state.problem, /^Files of greeter have changed since this preview was opened/);
    assert.deepEqual(kinds(page), { good: 'none' });
    await cancel(deployed);
  });

  it('are neither run nor read on another server that was chosen since, nor shown of it', async () => {
    await evals({ good: 'Ada' });
    const { connection } = here.api;
    await connection.profiles.save({ id: 'stg', label: 'Staging', url: 'embedded', environment: 'stg' });
    await until('the setting is in force', () => connection.profiles.list().length === 1);
    const { page, deployed } = await preview();
    await connection.choose('stg');
    await page.handle({ type: 'run', which: 'all' });
    const { problem } = page.state;
    assert.equal(problem, 'Staging was chosen in the place of Embedded runtime, so nothing was run.');
    assert.deepEqual(runs.records, []);
    await page.handle({ type: 'refresh' });
    assert.match(page.state.problem, /^Staging was chosen .* so nothing was read\.$/);
    await vscode.commands.executeCommand('tavora.evaluate', { folder: here.made.folder });
    assert.deepEqual(runs.last.verdicts, { good: 'passed' });
    assert.deepEqual(kinds(page), { good: 'none' });
    await connection.choose('embedded');
    await page.handle({ type: 'refresh' });
    assert.equal(page.state.problem, '');
    assert.deepEqual(kinds(page), { good: 'none' });
    await cancel(deployed);
  });

  it('are asked about as they were planned, whatever the files have become', async () => {
    await evals({ good: 'Ada' });
    const { page, deployed } = await preview();
    const skill = 'agents/greeter/skills/greet.js';
    await here.made.delete(`${folder}/good.json`);
    await write(here.made.uri(skill), 'export default {');
    await here.api.workspaces.reload();
    await until('they are read', () => here.made.now.project.text(skill) === 'export default {');
    assert.equal(here.made.now.agent('greeter')?.evals.length, 0);
    await page.handle({ type: 'refresh' });
    assert.equal(page.state.problem, '');
    assert.match(agent(page).sentence, /have not been run on these files/);
    assert.deepEqual(kinds(page), { good: 'none' });
    await cancel(deployed);
  });

  it('are followed when the Test Explorer runs them, and asked about anew', async () => {
    await evals({ one: 'Ada', two: 'Ada' });
    const { page, deployed } = await preview();
    const notes = new Set<string>();
    const told = here.api.evals.gate.onDidChange(() => notes.add(agent(page).note));
    await vscode.commands.executeCommand('tavora.evaluate', { folder: here.made.folder });
    await until('it is asked anew', () =>
      /passed on these files: 2 of 2/.test(questions().at(-1)?.message ?? ''),
    );
    await until('the page has it', () => agent(page).kind === 'passed' && !page.state.reading);
    told.dispose();
    assert.deepEqual(kinds(page), { one: 'passed', two: 'passed' });
    assert.deepEqual([...notes], [''], 'one run of all is no run of some');
    await cancel(deployed);
  });

  it('are brought back from the title of the changes, also where the message has no room for them', async () => {
    await evals({ good: 'Ada' });
    await syncElsewhere(here.api, here.made, { 'agents/greeter/persona.md': 'Somebody’s.\n' });
    const { deployed } = await preview();
    assert.deepEqual(questions()[0]?.buttons, ['Compare', 'Pull…', 'Deploy Anyway', 'Details', 'Cancel']);
    const tab = await until('the page is open', () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .find(({ label }) => label === 'Evals That Decide'),
    );
    await vscode.window.tabGroups.close(tab);
    assert.ok(!tabs().includes('Evals That Decide'));
    await vscode.commands.executeCommand('tavora.showDecidingEvals');
    await until('the page is open again', () => tabs().includes('Evals That Decide'));
    await cancel(deployed);
  });

  it('may be run only where they are missing, and decide when all have passed in one run', async () => {
    await evals({ one: 'Ada', two: 'Ada' });
    const item = here.api.evals.tree.find(here.made.now, 'greeter', `${folder}/one.json`);
    assert.ok(item);
    const { draft } = here.api.evals;
    const { token } = new vscode.CancellationTokenSource();
    await draft.runHandler(new vscode.TestRunRequest([item], undefined, draft), token);
    const { page, deployed } = await preview();
    assert.deepEqual(kinds(page), { one: 'passed', two: 'none' });
    assert.match(agent(page).sentence, /have not all been run on these files in one run/);
    await page.handle({ type: 'run', which: 'open' });
    assert.deepEqual(runs.last.verdicts, { two: 'passed' });
    assert.deepEqual(kinds(page), { one: 'passed', two: 'passed' });
    assert.match(agent(page).note, /not all in one run, and only a run of all cases decides/);
    await page.handle({ type: 'run', which: 'all' });
    assert.equal(agent(page).kind, 'passed');
    assert.equal(agent(page).note, '');
    await until('it is asked anew', () =>
      /passed on these files: 2 of 2/.test(questions().at(-1)?.message ?? ''),
    );
    assert.equal(runs.records.length, 3);
    await vscode.commands.executeCommand('tavora.acceptDeploy');
    assert.equal((await deployed)?.agents[0]?.semver, '1.0.0');
    assert.equal((await newest())?.gate, '2 of 2 passed');
    assert.equal(runs.records.length, 3, 'the server takes their verdict');
  });

  it('say which were stopped', async () => {
    // So many that they go on when the first is heard of, however late that is.
    await evals(Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`case-${index}`, 'Ada'])));
    const { page, deployed } = await preview();
    let stopping: Promise<void> | undefined;
    runs.onTold = (state) => {
      if (state === 'started') stopping ??= page.handle({ type: 'stop' });
    };
    await page.handle({ type: 'run', which: 'all' });
    await stopping;
    const now = Object.values(kinds(page));
    assert.ok(now.includes('stopped'), now.join());
    assert.ok(
      now.every((kind) => kind === 'stopped' || kind === 'passed'),
      now.join(),
    );
    assert.match(agent(page).sentence, /came to no verdict on these files/);
    await cancel(deployed);
  });

  it('ask before they replace a draft that somebody else has synced, and are not run without a yes', async () => {
    await evals({ good: 'Ada' });
    await here.api.drafts.sync(here.made.now, AbortSignal.timeout(60_000));
    const draft = async () => {
      const there = await here.api.drafts.onServer(here.made.now, AbortSignal.timeout(30_000));
      return there.find(({ localId }) => localId === 'greeter')?.draft;
    };
    const { page, deployed } = await preview();
    await syncElsewhere(here.api, here.made, { 'agents/greeter/persona.md': 'Somebody’s.\n' });
    const theirs = await draft();
    const own = here.made.now.agent('greeter')?.sourceHash;
    assert.notEqual(theirs, own);
    await page.handle({ type: 'run', which: 'all' });
    const question = here.messages.find(/^Run the evals of greeter over the files of this workspace\?$/);
    assert.deepEqual(question?.buttons, ['Run Anyway']);
    assert.equal(
      question.detail,
      'The draft of greeter on Embedded runtime was not synced from this folder; the run replaces it.',
    );
    assert.deepEqual(runs.records, []);
    assert.equal(page.state.problem, '');
    assert.equal(await draft(), theirs);
    here.person(presses('Run Anyway'));
    await page.handle({ type: 'run', which: 'all' });
    assert.deepEqual(runs.last.verdicts, { good: 'passed' });
    assert.equal(await draft(), own);
    const { messages } = here.person(presses());
    await page.handle({ type: 'run', which: 'all' });
    assert.equal(messages.find(/^Run the evals/), undefined);
    await cancel(deployed);
  });

  it('are asked about where there is a limit, and not run without a yes', async () => {
    await evals({ good: 'Ada' });
    await vscode.workspace
      .getConfiguration('tavora')
      .update('evals.maxTokens', 1, vscode.ConfigurationTarget.Global);
    const { page, deployed } = await preview();
    await page.handle({ type: 'run', which: 'all' });
    assert.ok(here.messages.find(/^Run one eval\?$/));
    assert.deepEqual(runs.records, []);
    assert.deepEqual(kinds(page), { good: 'none' });
    await cancel(deployed);
  });
});
