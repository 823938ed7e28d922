import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { Row } from '../../../src/workbench/explorer';
import { activated, closeEditors, replace, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const skill = 'agents/greeter/skills/greet.js';
const late = 'agents/greeter/skills/wave.js';

describe('The versions of an agent', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let first: string;
  /** The button of dialogs that is pressed. */
  let press = '';

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'rolled');
    first = await made.read(skill);
    messages = new Messages(({ buttons }) => (buttons.includes(press) ? press : undefined));
    press = 'Deploy';
    await deploy();
    await made.write(skill, first.replace('Hello', 'Good day'));
    await made.write(late, '/** Waves. */\nmodule.exports = () => "o/";\n');
    await deploy();
  });
  beforeEach(() => {
    messages.shown.length = 0;
    press = '';
  });
  afterEach(closeEditors);
  after(async () => {
    messages.restore();
    await made.remove();
  });

  const deploy = () => vscode.commands.executeCommand('tavora.deploy', { folder: made.folder, agreed: true });
  const group = (): Row => {
    const root = api.explorer.rows.find(({ project }) => project.folder.path === made.folder.path);
    const row = root?.children[0]?.children.find(({ kind }) => kind === 'versions');
    assert.ok(row, 'the agent has no row "Versions"');
    return row;
  };
  const rows = () => api.explorer.getChildren(group());
  const row = async (label: string): Promise<Row> => {
    const found = (await rows()).find((one) => one.label === label);
    assert.ok(found, label);
    return found;
  };
  const tab = (pattern: RegExp) =>
    until(`a tab ${pattern}`, () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => pattern.test(label))),
    );

  it('are rows below the agent, newest first, with the live one marked', async () => {
    const listed = await rows();
    assert.deepEqual(
      listed.map(({ label, icon }) => [label, icon]),
      [
        ['v1.1.0', 'pass-filled'],
        ['v1.0.0', 'tag'],
      ],
    );
    assert.match(listed[0]?.description ?? '', /^live · .*from here$/);
    assert.equal(group().description, 'v1.1.0 live');
    assert.equal(listed[0] && api.explorer.getParent(listed[0])?.id, group().id);
  });

  it('open as files that cannot be edited', async () => {
    const files = await api.explorer.getChildren(await row('v1.0.0'));
    assert.deepEqual(
      files.map(({ label }) => label),
      ['agent.jsonc', 'evals/greets-by-name.json', 'persona.md', 'skills/greet.js', 'skills/tone.md'],
    );
    const uri = files.find(({ label }) => label === 'skills/greet.js')?.uri;
    assert.ok(uri);
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), first);
  });

  it('show what they brought, and what differs from the working tree', async () => {
    await vscode.commands.executeCommand('tavora.showVersionChanges', await row('v1.1.0'));
    await tab(/^greeter: v1\.0\.0 ↔ v1\.1\.0/);
    await vscode.commands.executeCommand('tavora.compareVersionWithFiles', await row('v1.0.0'));
    await tab(/^greeter: v1\.0\.0 ↔ Working Tree/);
    await vscode.commands.executeCommand('tavora.compareVersionWithFiles', await row('v1.1.0'));
    assert.ok(messages.find(/^greeter: v1\.1\.0 and Working Tree have the same files\.$/));
    await vscode.commands.executeCommand('tavora.openVersion', await row('v1.0.0'));
    await tab(/^greeter v1\.0\.0/);
  });

  it('are compared when two are selected, the older on the left', async () => {
    const [newer, older] = await rows();
    await vscode.commands.executeCommand('tavora.compareVersions', newer, [newer, older]);
    await tab(/^greeter: v1\.0\.0 ↔ v1\.1\.0/);
  });

  it('are not restored without a yes to a question that names each file', async () => {
    const document = await vscode.workspace.openTextDocument(made.uri(skill));
    await replace(document, 'Good day', 'Not saved');
    await vscode.commands.executeCommand('tavora.restoreVersion', await row('v1.0.0'));
    const [question] = messages.shown;
    assert.equal(question?.message, 'Restore the files of greeter v1.0.0 into the working tree?');
    assert.match(question?.detail ?? '', /^Changed: .*greet\.js\.$/m);
    assert.match(question?.detail ?? '', /^Deleted: .*wave\.js\.$/m);
    assert.match(
      question?.detail ?? '',
      /^Not saved yet, and replaced; Undo brings it back: .*greet\.js\.$/m,
    );
    assert.match(document.getText(), /Not saved/);
    assert.match(await made.read(skill), /Good day/);
    assert.match(await made.read(late), /Waves/);
  });

  it('are restored into the working tree, what was not saved comes back with Undo, and nothing goes live', async () => {
    press = 'Restore';
    const document = await vscode.workspace.openTextDocument(made.uri(skill));
    await vscode.window.showTextDocument(document);
    await replace(document, 'Good day', 'Not saved');
    await vscode.commands.executeCommand('tavora.restoreVersion', await row('v1.0.0'));
    assert.ok(messages.find(/^Restored greeter to the files of v1\.0\.0: 1 file written, 1 file deleted\./));
    assert.equal(await made.read(skill), first);
    await assert.rejects(made.read(late), { code: 'FileNotFound' });
    assert.deepEqual(
      (await rows()).map(({ icon }) => icon),
      ['pass-filled', 'tag'],
    );
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    await until('the text that was not saved is back', () => /Not saved/.test(document.getText()));
    await closeEditors();
    await made.write(skill, first.replace('Hello', 'Good day'));
    await made.write(late, '/** Waves. */\nmodule.exports = () => "o/";\n');
  });

  it('are rolled back to with one question that says what goes live, and become live as a new version', async () => {
    press = 'Roll Back';
    await vscode.commands.executeCommand('tavora.rollBack', await row('v1.0.0'));
    const questions = messages.shown.filter(({ detail }) => detail !== '');
    assert.equal(questions.length, 1, JSON.stringify(messages.shown));
    assert.equal(questions[0]?.message, 'Roll greeter back to v1.0.0 on Embedded runtime?');
    const detail = questions[0]?.detail ?? '';
    assert.match(detail, /The files of v1\.0\.0 go live as a new version in place of v1\.1\.0\./);
    assert.match(detail, /No evals decide on it\./);
    assert.match(detail, /^Changed: .*greet\.js\.$/m);
    assert.match(detail, /^Deleted: .*wave\.js\.$/m);
    assert.equal(await made.read(skill), first);
    await until('the new version is live', async () => (await rows()).length === 3);
    const [live] = await rows();
    assert.match(live?.description ?? '', /^live/);
    const source = live?.version?.source;
    assert.ok(source && live.version);
    const { id, semver } = live.version.info;
    const { files } = await api.snapshots.read(source, { kind: 'version', id, semver });
    assert.equal(Buffer.from(files.get(skill) ?? []).toString(), first);
    assert.equal(api.drafts.state(made.now, 'greeter'), 'deployed');
  });

  it('are not rolled back to when they are live', async () => {
    const [live] = await rows();
    await vscode.commands.executeCommand('tavora.rollBack', live);
    assert.ok(messages.find(/^greeter v\S+ is live already\.$/));
  });

  it('are those that were deployed from here when the server does not know the agent any more', async () => {
    const client = await api.connection.client();
    const id = api.drafts.agentServerId(made.now, 'greeter');
    assert.ok(id);
    await client.configs.delete(id);
    api.versions.history.forget();
    const listed = await rows();
    assert.match(
      listed[0]?.label ?? '',
      /^Only what was deployed from here: Embedded runtime has no versions of it\.$/,
    );
    assert.equal(listed.filter(({ kind }) => kind === 'version').length, 3);
    const files = await api.explorer.getChildren(listed.at(-1) as Row);
    assert.ok(files.some(({ label }) => label === 'skills/greet.js'));
  });
});
