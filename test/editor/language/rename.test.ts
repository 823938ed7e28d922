import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { Answers } from '../support/answers';
import { activated, closeEditors, problemsOf, until } from '../support/api';
import { Messages } from '../support/messages';
import { Desk } from './desk';

describe('Language: rename', () => {
  let api: TestApi;
  let desk: Desk;
  let projects = 0;

  before(async () => {
    api = await activated();
  });
  beforeEach(async () => {
    // A server keeps what an earlier test gave it under the project's name.
    projects += 1;
    desk = await Desk.open(api, `renaming-${projects}`);
  });
  afterEach(() => desk.close());

  const rename = async (file: string, place: string, name: string) => {
    const { uri, position } = await desk.at(file, place);
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      uri,
      position,
      name,
    );
    return edit;
  };
  const text = (file: string) => desk.made.read(`agents/greeter/${file}`);
  const settled = async () => {
    for (const document of vscode.workspace.textDocuments) if (document.isDirty) await document.save();
    await api.workspaces.settled();
  };

  it('renames a skill, its file and every name of it in one edit', async () => {
    const edit = await rename('skills/welcome.js', "require('gre‸et')", 'salute');
    assert.ok(await vscode.workspace.applyEdit(edit, { isRefactoring: true }));
    await settled();
    assert.match(await text('skills/salute.js'), /function greet/);
    assert.match(await text('skills/welcome.js'), /require\('salute'\)/);
    assert.match(await text('persona.md'), /Call `salute` first[\s\S]*require\("salute"\)/);
    assert.match(await text('skills/tone.md'), /Use `salute` kindly/);
    await until('the project has the new name', () =>
      desk.made.now.agent('greeter')?.skills.some(({ name }) => name === 'salute'),
    );
    assert.deepEqual(
      problemsOf(desk.uri('skills/welcome.js')).map(({ message }) => message),
      [],
    );
  });

  it('says what a name is taken by', async () => {
    await assert.rejects(
      rename('persona.md', '`gre‸et`', 'welcome'),
      /Greeter has a skill "welcome" already/,
    );
    await assert.rejects(rename('persona.md', '`gre‸et`', 'crm'), /MCP server "crm" already/);
  });

  it('follows a file that is renamed in the Explorer', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(desk.uri('skills/greet.js'), desk.uri('skills/hello.js'));
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('every name has changed on disk', async () => {
      const texts = await Promise.all(['skills/welcome.js', 'persona.md', 'skills/tone.md'].map(text));
      return texts.every((one) => one.includes('hello') && !one.includes('`greet`'));
    });
  });

  it('renames an agent that no server knows in its file alone, by F2 and by command', async () => {
    const edit = await rename('agent.jsonc', '"gree‸ter"', 'host');
    assert.ok(await vscode.workspace.applyEdit(edit, { isRefactoring: true }));
    await settled();
    await until('the agent has its new id', () => desk.made.now.agent('host'));
    const answers = new Answers(['guide']);
    try {
      await vscode.commands.executeCommand('tavora.renameAgent', {
        folder: desk.made.folder,
        agentId: 'host',
      });
    } finally {
      answers.restore();
    }
    assert.match(await text('agent.jsonc'), /"id": "guide"/);
  });

  it('renames a deployed agent on the server after asking, where it keeps its versions', async () => {
    const target = { folder: desk.made.folder };
    await vscode.commands.executeCommand('tavora.deploy', { ...target, agreed: true });
    const before = api.drafts.agentServerId(desk.made.now, 'greeter');
    assert.ok(before, 'the agent is deployed');
    const answers = new Answers(['guide']);
    const messages = new Messages(({ buttons }) => buttons.find((one) => one === 'Rename'));
    try {
      await vscode.commands.executeCommand('tavora.renameAgent', { ...target, agentId: 'greeter' });
    } finally {
      answers.restore();
      messages.restore();
    }
    assert.ok(messages.find(/Rename the agent "greeter" to "guide" on .* too\?/));
    assert.deepEqual(
      messages.shown.filter(({ kind }) => kind === 'showErrorMessage'),
      [],
    );
    await until('the agent has its new id', () => desk.made.now.agent('guide'));
    assert.equal(api.drafts.agentServerId(desk.made.now, 'guide'), before);
    const configs = await (await api.connection.client()).configs.list();
    const mine = configs.filter(({ id }) => id === before);
    assert.deepEqual(
      mine.map((one) => one.code_first_local_id),
      ['guide'],
    );
  });

  it('saves the new id by F2 once the server has it', async () => {
    await vscode.commands.executeCommand('tavora.sync', { folder: desk.made.folder });
    const before = api.drafts.agentServerId(desk.made.now, 'greeter');
    assert.ok(before);
    const edit = await rename('agent.jsonc', '"gree‸ter"', 'host');
    assert.equal(api.drafts.agentServerId(desk.made.now, 'host'), before);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('the config is saved', async () => (await text('agent.jsonc')).includes('"id": "host"'));
  });

  it('changes nothing when the person says no', async () => {
    const target = { folder: desk.made.folder };
    await vscode.commands.executeCommand('tavora.deploy', { ...target, agreed: true });
    const answers = new Answers(['guide']);
    const messages = new Messages();
    try {
      await vscode.commands.executeCommand('tavora.renameAgent', { ...target, agentId: 'greeter' });
    } finally {
      answers.restore();
      messages.restore();
    }
    assert.match(await text('agent.jsonc'), /"id": "greeter"/);
    assert.ok(api.drafts.agentServerId(desk.made.now, 'greeter'));
  });

  it('renames in production only when its name is typed', async () => {
    await api.connection.profiles.save({
      id: 'prd',
      label: 'Production',
      url: 'embedded',
      environment: 'prd',
      production: true,
    });
    await until('the setting is in force', () => api.connection.profiles.list().length === 1);
    await api.connection.choose('prd');
    const target = { folder: desk.made.folder, agentId: 'greeter' };
    await vscode.commands.executeCommand('tavora.sync', { folder: desk.made.folder });
    const before = api.drafts.agentServerId(desk.made.now, 'greeter');
    assert.ok(before);
    const renameTo = async (id: string, typed: string | undefined) => {
      const answers = new Answers([id, typed]);
      try {
        await vscode.commands.executeCommand('tavora.renameAgent', target);
        return answers.asked.at(-1);
      } finally {
        answers.restore();
      }
    };
    try {
      const question = await renameTo('guide', undefined);
      assert.equal(
        question,
        'Production is marked as production: Type Production to rename greeter to guide',
      );
      assert.match(await text('agent.jsonc'), /"id": "greeter"/);
      assert.equal(api.drafts.agentServerId(desk.made.now, 'greeter'), before);
      await renameTo('guide', 'Production');
      assert.match(await text('agent.jsonc'), /"id": "guide"/);
      assert.equal(api.drafts.agentServerId(desk.made.now, 'guide'), before);
    } finally {
      await api.connection.choose('embedded');
      await vscode.workspace
        .getConfiguration('tavora')
        .update('servers', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('changes nothing when the server refuses', async () => {
    const target = { folder: desk.made.folder };
    await vscode.commands.executeCommand('tavora.sync', target);
    // The server has another agent of that id; no file here has it.
    await desk.made.write(
      'agents/other/agent.jsonc',
      '{ "id": "guide", "name": "G", "model": "local/rehearsal" }',
    );
    await vscode.commands.executeCommand('tavora.sync', target);
    await desk.made.delete('agents/other');
    const answers = new Answers(['guide']);
    const messages = new Messages();
    try {
      await vscode.commands.executeCommand('tavora.renameAgent', { ...target, agentId: 'greeter' });
    } finally {
      answers.restore();
      messages.restore();
    }
    assert.ok(
      messages.shown.some(({ kind }) => kind === 'showErrorMessage'),
      JSON.stringify(messages.shown),
    );
    assert.match(await text('agent.jsonc'), /"id": "greeter"/);
    assert.ok(api.drafts.agentServerId(desk.made.now, 'greeter'));
    await closeEditors();
  });
});
