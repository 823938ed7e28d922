import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { activated, closeEditors, problemsOf, until } from '../support/api';
import { TestProject } from '../support/project';

const broken = "console.log('a');\nconst rows = search('returns');\nreturn require('gret')(rows);\n";
const path = 'agents/greeter/skills/broken.js';

describe('The light bulb', () => {
  let api: TestApi;
  let project: TestProject;

  before(async () => {
    api = await activated();
    project = await TestProject.make(api, 'fixes');
  });
  beforeEach(() => project.write(path, broken));
  afterEach(closeEditors);
  after(() => project.remove());

  const open = async (file = path) => {
    const document = await vscode.workspace.openTextDocument(project.uri(file));
    await vscode.window.showTextDocument(document);
    await until('its problems are shown', () => file !== path || problemsOf(document.uri).length >= 3);
    return document;
  };

  const actions = async (document: vscode.TextDocument, range: vscode.Range, kind?: string) =>
    await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      kind,
    );

  const at = async (document: vscode.TextDocument, code: string) => {
    const problem = problemsOf(document.uri).find(
      (one) => typeof one.code === 'object' && one.code.value === code,
    );
    assert.ok(problem, `${code} is not shown`);
    return (await actions(document, problem.range)).filter(({ kind }) => kind?.value === 'quickfix');
  };

  it('offers the answer first, then to ignore the problem and to switch its rule off', async () => {
    const document = await open();
    const offered = await at(document, 'unknown-require');
    const titles = offered.map(({ title }) => title);
    assert.equal(titles[0], 'Change to "greet"');
    assert.ok(offered[0]?.isPreferred);
    assert.ok(titles.includes('Ignore "unknown-require" here'), titles.join(' | '));
    assert.ok(titles.includes('Switch the rule "unknown-require" off in this project'));
    assert.ok(offered[0]?.edit && (await vscode.workspace.applyEdit(offered[0].edit)));
    assert.match(document.getText(), /require\('greet'\)/);
  });

  it('ignores a problem where it stands', async () => {
    const document = await open();
    const ignore = (await at(document, 'sandbox-missing-global')).find(({ title }) =>
      title.startsWith('Ignore'),
    );
    assert.ok(ignore?.edit && (await vscode.workspace.applyEdit(ignore.edit)));
    assert.match(document.getText(), /^\/\/ tavora-ignore sandbox-missing-global\nconsole/);
    await until(
      'it is no problem any more',
      () => !JSON.stringify(problemsOf(document.uri)).includes('sandbox-missing-global'),
    );
  });

  it('fixes a file as "fix all" and on save', async () => {
    const document = await open();
    const range = new vscode.Range(0, 0, document.lineCount, 0);
    const [fixAll] = await actions(document, range, 'source.fixAll.tavora');
    assert.ok(fixAll?.edit && (await vscode.workspace.applyEdit(fixAll.edit)));
    assert.equal(
      document.getText(),
      "log('a');\nconst rows = search('returns');\nreturn require('greet')(rows);\n",
    );
  });

  it('fixes a whole project, and leaves nothing with one answer', async () => {
    await open();
    await vscode.commands.executeCommand('tavora.fixAll', { folder: project.folder });
    await vscode.workspace.saveAll(false);
    await api.workspaces.reload();
    assert.deepEqual(project.now.project.issues, []);
    assert.ok(project.now.agent('greeter')?.capabilities.includes('search'));
  });

  it('extracts a section of a persona into a skill', async () => {
    await project.write('agents/greeter/persona.md', 'You greet.\n\n## Late hours\n\nSay good evening.\n');
    const document = await open('agents/greeter/persona.md');
    const found = await actions(document, new vscode.Range(2, 0, 2, 0));
    const extract = found.find(({ title }) => title === 'Extract into the skill "late-hours"');
    assert.ok(extract?.edit, found.map(({ title }) => title).join(' | '));
    assert.ok(await vscode.workspace.applyEdit(extract.edit));
    assert.match(document.getText(), /The skill `late-hours` says how\./);
    const made = await vscode.workspace.openTextDocument(project.uri('agents/greeter/skills/late-hours.md'));
    assert.match(made.getText(), /# Late hours\n\nSay good evening/);
  });
});

describe('The lines above', () => {
  let api: TestApi;
  let project: TestProject;

  before(async () => {
    api = await activated();
    project = await TestProject.make(api, 'lenses');
  });
  afterEach(closeEditors);
  after(() => project.remove());

  const lenses = async (path: string) => {
    const uri = project.uri(path);
    await vscode.window.showTextDocument(uri);
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
      20,
    );
    return found.flatMap(({ command }) => (command?.command.startsWith('tavora.') ? [command.title] : []));
  };

  it('an agent chat with it, deploy it and evaluate it', async () => {
    assert.deepEqual(await lenses('agents/greeter/agent.jsonc'), [
      '$(comment-discussion) Chat',
      '$(rocket) Deploy',
      '$(beaker) Evaluate 1 eval',
    ]);
  });

  it('a skill run it and say who uses it, unless they are switched off', async () => {
    assert.deepEqual(await lenses('agents/greeter/skills/greet.js'), [
      '$(play) Run Skill…',
      'Used by Greeter',
    ]);
    const other =
      '{ "id": "b", "name": "B", "model": "local/rehearsal", "skills": ["../greeter/skills/greet.js"] }';
    await project.write('agents/b/agent.jsonc', other);
    assert.deepEqual(await lenses('agents/greeter/skills/greet.js'), [
      '$(play) Run Skill…',
      'Used by 2 agents',
    ]);
    const settings = vscode.workspace.getConfiguration('tavora.codeLens');
    await settings.update('uses', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await lenses('agents/greeter/skills/greet.js'), ['$(play) Run Skill…']);
    } finally {
      await settings.update('uses', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.deepEqual(await lenses('agents/greeter/skills/tone.md'), ['Used by Greeter']);
  });
});
