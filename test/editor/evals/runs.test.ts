import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { TestRuns } from '../support/test-runs';

const config = () => vscode.workspace.getConfiguration('tavora');
const cases = {
  'holds.json': {
    name: 'holds',
    input: 'Please greet Ada.',
    expectations: [{ kind: 'contains', value: 'Ada' }],
  },
  'misses.json': {
    name: 'misses',
    input: 'Please greet Ada.',
    expectations: [{ kind: 'contains', value: 'Grace' }],
  },
  'unjudged.json': { name: 'unjudged', input: 'Please greet Ada.', criteria: 'Never greets.' },
};

describe('Runs of evals from the Test Explorer', () => {
  let api: TestApi;
  let made: TestProject;
  let runs: TestRuns;
  let messages: Messages;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'judged');
    await made.delete('agents/greeter/evals/greets-by-name.json');
    for (const [name, value] of Object.entries(cases)) {
      await made.write(`agents/greeter/evals/${name}`, JSON.stringify(value));
    }
    await until('the cases are listed', () => all().length === 3);
  });
  after(() => made.remove());
  beforeEach(() => {
    runs = new TestRuns(api.evals);
    messages = new Messages();
  });
  afterEach(async () => {
    runs.restore();
    messages.restore();
    await config().update('evals.repeat', undefined, vscode.ConfigurationTarget.Global);
    await closeEditors();
  });

  const root = () => {
    const item = api.evals.controller.items.get(made.folder.toString());
    assert.ok(item);
    return item;
  };
  const all = () => api.evals.tree.casesOf([root()]);
  const item = (name: string) => {
    const found = all().find(({ file }) => file.name === name)?.item;
    assert.ok(found, `There is no case "${name}".`);
    return found;
  };
  const run = async (
    profile: vscode.TestRunProfile,
    include: vscode.TestItem[],
    exclude: vscode.TestItem[] = [],
  ) => {
    const { token } = new vscode.CancellationTokenSource();
    await profile.runHandler(new vscode.TestRunRequest(include, exclude, profile), token);
    return runs.records.at(-1);
  };

  it('pass, fail and say what could not be judged', async () => {
    const record = await run(api.evals.draft, [root()]);
    assert.deepEqual(record?.verdicts, { holds: 'passed', misses: 'failed', unjudged: 'errored' });
    assert.deepEqual(record.of('holds').states, ['enqueued', 'started', 'passed']);
    assert.equal(record.ended, true);
    const [failure, diff] = record.of('misses').messages;
    assert.match(
      String(failure?.message),
      /^Score 0\.0 of 10, 7 needed\.[\s\S]*lacks “Grace”[\s\S]*Answer:\n.*Ada/,
    );
    assert.equal(failure?.location?.uri.path, made.uri('agents/greeter/evals/misses.json').path);
    assert.equal(diff?.expectedOutput, 'Must hold: Grace');
    assert.match(diff.actualOutput ?? '', /Ada/);
    assert.match(
      String(record.of('unjudged').messages[0]?.message),
      /^Not judged: The offline judge cannot tell/,
    );
    assert.match(record.output, /✔ holds: 10\.0 of 10\r\n/);
    // A line a case, and nothing else.
    assert.deepEqual(
      record.output
        .split('\r\n')
        .map((line) => line.split(':')[0])
        .sort(),
      ['', '! unjudged', '✔ holds', '✘ misses'],
    );
  });

  it('show their results at the line and in the view Agents', async () => {
    await vscode.workspace.openTextDocument(made.uri('agents/greeter/evals/misses.json'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      made.uri('agents/greeter/evals/misses.json'),
    );
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['$(error) 0.0 of 10'],
    );
    const rows = JSON.stringify(
      api.explorer.rows.find(({ project }) => project.folder.path === made.folder.path)?.children,
      (key, value) => (key === 'project' ? undefined : value),
    );
    assert.match(rows, /"icon":"pass","label":"holds","description":"10\.0 of 10 · Please greet Ada\."/);
  });

  it('open the trace of a failure', async () => {
    await vscode.commands.executeCommand('tavora.openEvalTrace', item('misses'));
    assert.deepEqual(messages.shown, []);
    const session = api.evals.runner.sessionOf(item('misses'));
    assert.ok(session);
    await until('the trace is read', () =>
      api.studio.panel(session)?.lastTrace?.session.title?.includes('misses'),
    );
  });

  it('run one case, and some without others', async () => {
    assert.deepEqual((await run(api.evals.draft, [item('holds')]))?.verdicts, { holds: 'passed' });
    const some = await run(api.evals.draft, [root()], [item('misses'), item('unjudged')]);
    assert.deepEqual(some?.verdicts, { holds: 'passed' });
  });

  it('repeat, with pass rate and spread in message and output', async () => {
    await config().update('evals.repeat', 3, vscode.ConfigurationTarget.Global);
    const record = await run(api.evals.repeated, [item('holds'), item('misses')]);
    assert.match(
      record?.output ?? '',
      /✔ holds: 3 of 3 passed \(100 %\), scores 10\.0 to 10\.0, mean 10\.0, spread 0\.0/,
    );
    assert.match(
      String(record?.of('misses').messages[0]?.message),
      /^0 of 3 passed \(0 %\), scores 0\.0 to 0\.0, mean 0\.0, spread 0\.0$/,
    );
  });

  it('say why nothing ran live, before a first deployment', async () => {
    const record = await run(api.evals.live, [item('holds')]);
    assert.deepEqual(record?.verdicts, { holds: 'errored' });
    assert.match(String(record?.of('holds').messages[0]?.message), /has not been deployed/);
  });

  it('say at every case why the draft could not be sent', async () => {
    await made.write('agents/greeter/evals/empty.json', '{ "name": "empty" }');
    await until('it is listed', () => all().length === 4);
    const record = await run(api.evals.draft, [root()]);
    assert.deepEqual([...new Set(Object.values(record?.verdicts ?? {}))], ['errored']);
    assert.match(String(record?.of('holds').messages[0]?.message), /empty\.json/);
    await made.delete('agents/greeter/evals/empty.json');
    await until('it is gone', () => all().length === 3);
  });

  it('run again on save while it is wanted, and only what the file is about', async () => {
    const stop = new vscode.CancellationTokenSource();
    const request = new vscode.TestRunRequest([root()], [item('unjudged')], api.evals.draft, true);
    await api.evals.draft.runHandler(request, stop.token);
    assert.equal(runs.records.length, 0);
    const text = JSON.stringify(cases['holds.json'], undefined, 2);
    const document = await vscode.workspace.openTextDocument(made.uri('agents/greeter/evals/holds.json'));
    await vscode.window.showTextDocument(document);
    await made.write('agents/greeter/evals/holds.json', text);
    await until('the case has run', () => runs.last.ended, 30_000);
    assert.deepEqual(runs.last.verdicts, { holds: 'passed' });
    stop.cancel();
    await made.write('agents/greeter/evals/holds.json', `${text}\n`);
    await api.workspaces.settled();
    assert.equal(runs.records.length, 1);
  });
});
