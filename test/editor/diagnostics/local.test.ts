import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { codeOf } from '../../../src/workbench/diagnostics/convert';
import { activated, closeEditors, problemsOf, replace, until } from '../support/api';
import { TestProject } from '../support/project';

describe('Problems from the rules', () => {
  let api: TestApi;
  let made: TestProject;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'problems');
  });
  after(() => made.remove());
  afterEach(closeEditors);

  const ours = problemsOf;
  const codes = (uri: vscode.Uri) => ours(uri).map(codeOf);

  it('appear where one types, without a save, and vanish again', async () => {
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'return {', "require('fs');\n  return {");
    await until('the problem is shown', () => codes(made.skill).length > 0);
    const [problem] = ours(made.skill);
    assert.ok(problem);
    assert.equal(codeOf(problem), 'sandbox-no-node');
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    assert.match(document.getText(problem.range), /fs/);
    assert.equal(document.lineAt(problem.range.start.line).text.includes("require('fs')"), true);
    assert.equal(document.isDirty, true);
    await replace(document, "require('fs');\n  return {", 'return {');
    await until('the problem is gone', () => ours(made.skill).length === 0);
  });

  it('say on a second line what to do, and link to the rule', async () => {
    const document = await vscode.workspace.openTextDocument(made.uri('agents/greeter/agent.jsonc'));
    await replace(document, '"require"', '"requrie"');
    const uri = document.uri;
    await until('the problem is shown', () => codes(uri).includes('unknown-capability'));
    const [problem] = ours(uri);
    assert.ok(problem);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(problem.message, /\n.*require/);
    assert.equal(document.getText(problem.range), '"requrie"');
    assert.ok(typeof problem.code === 'object');
    const page = await vscode.workspace.openTextDocument(problem.code.target.with({ fragment: '' }));
    const line = Number(problem.code.target.fragment.slice(1));
    assert.equal(page.lineAt(line - 1).text, '### unknown-capability');
    assert.match(page.lineAt(line + 1).text, /\*warning, quick fix\*/);
  });

  it('of a config that cannot be read name the place, and the project stays in the view', async () => {
    const path = made.uri('agents/greeter/agent.jsonc');
    const before = await made.read('agents/greeter/agent.jsonc');
    await made.write('agents/greeter/agent.jsonc', '{ "id": "greeter", "name": }');
    try {
      // A write by way of the editor that takes long opens it, where the editor's own JSON service says the same.
      await closeEditors();
      await until('the problem is shown', () => codes(path).includes('parse-agent-config'));
      assert.equal(
        api.explorer.rows.some((row) => row.label === 'problems'),
        true,
      );
    } finally {
      await made.write('agents/greeter/agent.jsonc', before);
    }
    await until('the problem is gone', () => ours(path).length === 0);
  });

  it('are reported once, where the editor’s JSON service looks too', async () => {
    const document = await vscode.workspace.openTextDocument(made.uri('agents/greeter/agent.jsonc'));
    await vscode.window.showTextDocument(document);
    // The service says that the end is missing; the rules that the name is no text.
    await replace(document, '"name": "Greeter"', '"name": 7');
    await until('the rules speak', () => codes(document.uri).includes('invalid-field'));
    const end = document.lineAt(document.lineCount - 1).range.end;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, end, ' }');
    await vscode.workspace.applyEdit(edit);
    const all = () => vscode.languages.getDiagnostics(document.uri);
    await until('the service speaks', () => all().some(({ source }) => source === 'jsonc'));
    assert.deepEqual(codes(document.uri), ['invalid-field']);
    assert.equal(all().length, 2);
  });

  it('follow the setting of a person', async () => {
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'return {', 'log(nothingLikeIt);\n  return {');
    const settings = vscode.workspace.getConfiguration('tavora');
    try {
      await until('the problem is shown', () => codes(made.skill).includes('undefined-name'));
      await settings.update('rules', { 'undefined-name': 'error' }, vscode.ConfigurationTarget.Global);
      await until('it is an error', () =>
        ours(made.skill).some(({ severity }) => severity === vscode.DiagnosticSeverity.Error),
      );
      await settings.update('rules', { 'undefined-name': 'off' }, vscode.ConfigurationTarget.Global);
      await until('it is off', () => ours(made.skill).length === 0);
    } finally {
      await settings.update('rules', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('go with their file', async () => {
    await made.write('agents/greeter/skills/bad.js', 'export default 1;\n');
    const bad = made.uri('agents/greeter/skills/bad.js');
    await until('the problem is shown', () => codes(bad).length > 0);
    await made.delete('agents/greeter/skills/bad.js');
    await until('the problem is gone', () => ours(bad).length === 0);
  });

  it('count in the view, at the agent and at the file', async () => {
    await made.write('agents/greeter/skills/bad.js', 'export default 1;\n');
    try {
      await until('the agent counts them', () => {
        const project = api.explorer.rows.find((row) => row.label === 'problems');
        const agent = project?.children[0];
        return agent && agent.problems > 0 && /problem/.test(agent.description);
      });
    } finally {
      await made.delete('agents/greeter/skills/bad.js');
    }
  });
});
