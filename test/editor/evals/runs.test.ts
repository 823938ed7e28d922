import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';
import { syncElsewhere } from '../support/second-client';
import { TestRuns } from '../support/test-runs';
import { flat } from '../support/tree';

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

  it('go on where they began when another server is chosen', async () => {
    await api.connection.profiles.save({ id: 'away', label: 'Away', url: 'http://127.0.0.1:9' });
    let choosing: Promise<void> | undefined;
    runs.onTold = (state) => {
      if (state === 'started') choosing ??= api.connection.choose('away');
    };
    try {
      const record = await run(api.evals.draft, [root()]);
      assert.deepEqual(record?.verdicts, { holds: 'passed', misses: 'failed', unjudged: 'errored' });
      assert.match(String(record.of('unjudged').messages[0]?.message), /^Not judged: The offline judge/);
      await choosing;
      assert.equal(api.connection.state.server.id, 'away');
    } finally {
      await choosing;
      await api.connection.choose('embedded');
      await config().update('servers', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('are in the log of runs where they failed', async () => {
    await run(api.evals.draft, [item('holds'), item('misses')]);
    const session = api.evals.runner.sessionOf(item('misses'));
    const passed = api.evals.runner.sessionOf(item('holds'));
    await api.runLogs.settled();
    const logs = await vscode.workspace.fs.readDirectory(made.uri('.runs'));
    const [log] = logs.find(([name]) => name.endsWith(`-greeter-${session}.md`)) ?? [];
    assert.ok(log, JSON.stringify(logs));
    const text = await vscode.workspace.fs.readFile(made.uri(`.runs/${log}`));
    assert.match(new TextDecoder().decode(text), /Please greet Ada\./);
    assert.equal(
      logs.some(([name]) => name.endsWith(`${passed}.md`)),
      false,
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
      ['$(error) 0.0 of 10, this draft'],
    );
    const rows = JSON.stringify(
      api.explorer.rows.find(({ project }) => project.folder.path === made.folder.path)?.children,
      (key, value) => (key === 'project' ? undefined : value),
    );
    assert.match(
      rows,
      /"icon":"pass","label":"holds","description":"10\.0 of 10, this draft · Please greet Ada\."/,
    );
    assert.match(rows, /"label":"Evals","description":"1 of 3 passed, 5\.0 of 10, this draft"/);
  });

  it('show the result of each agent that binds a case at its line, and lead to the case of that agent', async () => {
    const path = 'agents/greeter/evals/holds.json';
    const usher = 'agents/usher/agent.jsonc';
    await made.write(
      usher,
      '{ "id": "usher", "name": "Usher", "model": "local/rehearsal", "evals": ["../greeter/evals/holds.json"] }',
    );
    const own = (agentId: string) => api.evals.tree.find(made.now, agentId, path);
    await until('both agents have it', () => own('usher') !== undefined);
    const lenses = async () => {
      await vscode.workspace.openTextDocument(made.uri(path));
      return await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        made.uri(path),
      );
    };
    const titles = async () => (await lenses()).map(({ command }) => command?.title);
    const evaluate = async (agentId: string) => {
      const item = own(agentId);
      assert.ok(item);
      await run(api.evals.draft, [item]);
    };
    await evaluate('greeter');
    assert.deepEqual(await titles(), ['$(pass) Greeter: 10.0 of 10, this draft']);
    await evaluate('usher');
    const [first, second, ...more] = await titles();
    assert.equal(first, '$(pass) Greeter: 10.0 of 10, this draft');
    assert.match(second ?? '', /^\$\((pass|error|warning)\) Usher: .*, this draft$/);
    assert.deepEqual(more, []);
    const { command } = (await lenses())[1] ?? {};
    assert.ok(command);
    const revealed: vscode.TestItem[] = [];
    const { executeCommand } = vscode.commands;
    Object.assign(vscode.commands, {
      executeCommand: (name: string, ...given: unknown[]) => {
        if (name === 'vscode.revealTestInExplorer') revealed.push(given[0] as vscode.TestItem);
        return executeCommand(name, ...given);
      },
    });
    try {
      await executeCommand(command.command, ...(command.arguments ?? []));
    } finally {
      Object.assign(vscode.commands, { executeCommand });
    }
    assert.deepEqual(
      revealed.map(({ id }) => id),
      [own('usher')?.id],
    );
    await made.delete('agents/usher');
  });

  it('say in the view Agents that they are of an older draft once a file has changed, and open the case', async () => {
    await made.write('agents/greeter/persona.md', 'You are Greeter. Be brief.\n');
    const row = await until('it is outdated', () =>
      flat(api.explorer.rows).find(({ description }) => /^10\.0 of 10, an older draft/.test(description)),
    );
    const { command } = api.explorer.getTreeItem(row);
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
    const editor = await until('the case is open', () => vscode.window.activeTextEditor);
    assert.equal(editor.document.uri.path, made.uri('agents/greeter/evals/holds.json').path);
    assert.equal(editor.document.getText(editor.selection), '"holds"');
  });

  it('keep cases of one name apart, in results, in the view Agents and when only one is run', async () => {
    const twin = (value: string) => ({ ...cases['holds.json'], expectations: [{ kind: 'contains', value }] });
    await made.write('agents/greeter/evals/twin.json', JSON.stringify(twin('Grace')));
    await until('both are listed', () => all().length === 4);
    const fresh = flat(api.explorer.rows).find(({ label }) => label === 'holds (evals/twin.json)');
    assert.equal(fresh?.description, 'Please greet Ada.', 'It has the result of its namesake.');
    const record = await run(api.evals.draft, [root()]);
    assert.deepEqual(record?.verdicts, {
      'holds (evals/holds.json)': 'passed',
      'holds (evals/twin.json)': 'failed',
      misses: 'failed',
      unjudged: 'errored',
    });
    assert.deepEqual(record.of('holds (evals/twin.json)').states, ['enqueued', 'started', 'failed']);
    const rows = flat(api.explorer.rows).filter(({ label }) => label.startsWith('holds ('));
    assert.deepEqual(
      rows.map(({ icon, description }) => `${icon} ${description}`),
      ['pass 10.0 of 10, this draft · Please greet Ada.', 'error 0.0 of 10, this draft · Please greet Ada.'],
    );
    const [one] = api.evals.tree.casesOf([root()]).filter(({ file }) => file.path.endsWith('twin.json'));
    assert.ok(one);
    assert.deepEqual((await run(api.evals.draft, [one.item]))?.verdicts, {
      'holds (evals/twin.json)': 'failed',
    });
    const kept = await api.evalHistory.of(api.evalHistory.owner(made.now, 'greeter'));
    assert.equal(kept.at(-1)?.caseName, 'holds (evals/twin.json)');
    await made.delete('agents/greeter/evals/twin.json');
    await until('it is gone', () => all().length === 3);
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

  it('leave out what was not run when they are stopped: no failure, no score and no point in the history', async () => {
    await config().update('evals.repeat', 20, vscode.ConfigurationTarget.Global);
    await made.write('agents/greeter/persona.md', 'You are Greeter. Stop soon.\n');
    const owner = api.evalHistory.owner(made.now, 'greeter');
    const before = (await api.evalHistory.of(owner)).length;
    const shown = () => api.explorer.rows.flatMap((row) => flat([row])).map(({ description }) => description);
    const scores = shown().filter((text) => /of 10/.test(text));
    runs.onTold = (state) => {
      if (state === 'started') runs.last.stop.cancel();
    };
    const record = await run(api.evals.repeated, [root()]);
    // They are run one after the other, and the last one has not begun.
    assert.deepEqual(record?.of('unjudged').states, ['enqueued', 'skipped']);
    assert.doesNotMatch(record.output, /The run was cancelled/);
    const client = await api.connection.client();
    const serverId = api.drafts.agentServerId(made.now, 'greeter') ?? '';
    const [stopped] = await client.evals.ofAgent(serverId, { limit: 1 });
    assert.equal(stopped?.status, 'cancelled', 'it goes on there');
    const kept = (await api.evalHistory.of(owner)).slice(before);
    assert.deepEqual(
      kept.filter(({ caseName, score }) => caseName === 'unjudged' || score === null),
      [],
    );
    assert.equal(scores.length > 0, true);
    assert.doesNotMatch(shown().join('\n'), /cancelled/);
  });

  it('are over the files of this workspace, also where another has sent a draft since', async () => {
    await run(api.evals.draft, [item('holds')]);
    await syncElsewhere(api, made, { 'agents/greeter/persona.md': 'You are somebody else.\n' });
    const record = await run(api.evals.draft, [item('holds')]);
    assert.match(
      record?.output ?? '',
      /The draft of "greeter" on .* was another one; the files of this workspace/,
    );
    const kept = await api.evalHistory.of(api.evalHistory.owner(made.now, 'greeter'));
    assert.equal(kept.at(-1)?.sourceHash, made.now.agent('greeter')?.sourceHash);
    assert.doesNotMatch((await run(api.evals.draft, [item('holds')]))?.output ?? '', /was another one/);
  });

  const edit = async (name: string, value: string) => {
    const document = await vscode.workspace.openTextDocument(made.uri(`agents/greeter/evals/${name}.json`));
    const edits = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
    const text = JSON.stringify({ ...cases['misses.json'], expectations: [{ kind: 'contains', value }] });
    edits.replace(document.uri, whole, text);
    await vscode.workspace.applyEdit(edits);
    assert.equal(document.isDirty, true);
    return document;
  };

  it('are of what is seen: the commands save the files first', async () => {
    const target = { folder: made.folder, agentId: 'greeter' };
    const document = await edit('misses', 'Ada');
    await vscode.commands.executeCommand('tavora.evaluate', target);
    assert.equal(document.isDirty, false);
    assert.equal(runs.last.verdicts.misses, 'passed');
    assert.ok(messages.find(/^2 of 3 evals of .* passed\.$/));
    await edit('misses', 'Grace');
    const answers = new Answers(['1']);
    try {
      await vscode.commands.executeCommand('tavora.repeatEvals', item('misses'));
    } finally {
      answers.restore();
    }
    assert.deepEqual(runs.last.verdicts, { misses: 'failed' });
  });

  it('say that they were stopped, or why they were not run, in place of a count', async () => {
    const target = { folder: made.folder, agentId: 'greeter' };
    runs.onTold = (state) => {
      if (state === 'enqueued') runs.last.stop.cancel();
    };
    await vscode.commands.executeCommand('tavora.evaluate', target);
    assert.ok(messages.find(/^The evals of .* were stopped before any was judged\.$/));
    runs.onTold = () => undefined;
    await made.write('agents/greeter/evals/empty.json', '{ "name": "empty" }');
    await until('it is listed', () => all().length === 4);
    await vscode.commands.executeCommand('tavora.evaluate', target);
    assert.ok(messages.find(/^The evals of .* were not run\. Sync of judged refused: .*empty\.json/));
    await made.delete('agents/greeter/evals/empty.json');
    await until('it is gone', () => all().length === 3);
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

  it('say what keeps them from being run again on save', async () => {
    const { runner } = api.evals;
    const stop = new vscode.CancellationTokenSource();
    const request = new vscode.TestRunRequest([root()], undefined, api.evals.draft, true);
    await api.evals.draft.runHandler(request, stop.token);
    Object.assign(runner, { run: () => Promise.reject(new Error('The disk is full.')) });
    try {
      const document = await vscode.workspace.openTextDocument(made.uri('agents/greeter/evals/holds.json'));
      await vscode.window.showTextDocument(document);
      await made.write('agents/greeter/evals/holds.json', `${JSON.stringify(cases['holds.json'])}\n`);
      const shown = await until('it is said', () => messages.find(/^The disk is full\.$/));
      assert.equal(shown.kind, 'showErrorMessage');
    } finally {
      Reflect.deleteProperty(runner, 'run');
      stop.cancel();
    }
  });

  it('show what another client has run since, once the view Agents is refreshed', async () => {
    await run(api.evals.draft, [item('misses')]);
    const shown = () => flat(api.explorer.rows).find(({ label }) => label === 'misses')?.description ?? '';
    assert.match(shown(), /^0\.0 of 10/);
    const changed = { ...cases['misses.json'], expectations: [{ kind: 'contains', value: 'Ada' }] };
    await syncElsewhere(api, made, { 'agents/greeter/evals/misses.json': JSON.stringify(changed) });
    const other = await api.connection.client(undefined, 'file:///somebody/else');
    const serverId = api.drafts.agentServerId(made.now, 'greeter') ?? '';
    const { id } = await other.evals.start(serverId, { target: 'draft', case_names: ['misses'] });
    for await (const detail of other.evals.follow(id)) assert.ok(detail);
    assert.match(shown(), /^0\.0 of 10/);
    await vscode.commands.executeCommand('tavora.refresh');
    await until('the newer score is shown', () => /^10\.0 of 10/.test(shown()));
  });

  it('run the cases that the server knows, and say which it does not', async () => {
    await syncElsewhere(api, made, {}, { deploy: true });
    const later = { ...cases['holds.json'], name: 'later' };
    await made.write('agents/greeter/evals/later.json', JSON.stringify(later));
    await until('it is listed', () => all().length === 4);
    const record = await run(api.evals.live, [item('holds'), item('later')]);
    assert.deepEqual(record?.verdicts, { holds: 'passed', later: 'errored' });
    assert.match(
      String(record.of('later').messages[0]?.message),
      /has no case "later" among the evals of "greeter"; sync the project/,
    );
    const only = await run(api.evals.live, [item('later')]);
    assert.deepEqual(only?.verdicts, { later: 'errored' });
  });
});
