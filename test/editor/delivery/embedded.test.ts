import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { DeployResult, SyncResult } from '../../../src/protocol';
import { activated, closeEditors, replace, save, until } from '../support/api';
import { agree, Messages } from '../support/messages';
import { TestProject } from '../support/project';

describe('Delivery to the embedded runtime', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'delivered');
  });
  after(() => made.remove());
  beforeEach(() => {
    messages = new Messages(agree);
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const state = () => api.drafts.state(made.now, 'greeter');
  const description = () =>
    api.explorer.rows.find(({ project }) => project.folder.path === made.folder.path)?.children[0]
      ?.description;
  const target = () => ({ folder: made.folder });

  it('begins with an agent that no server has', () => {
    assert.equal(state(), 'unsynced');
    assert.equal(description(), 'not synced');
    assert.equal(api.drafts.agentServerId(made.now, 'greeter'), undefined);
  });

  it('syncs a draft, starting the runtime, and says so in view and status bar', async () => {
    const result = await vscode.commands.executeCommand<SyncResult>('tavora.sync', target());
    assert.deepEqual(messages.shown, []);
    assert.deepEqual(
      result.agents.map(({ localId }) => localId),
      ['greeter'],
    );
    assert.equal(state(), 'draft');
    assert.equal(description(), 'draft');
    assert.equal(api.drafts.agentServerId(made.now, 'greeter'), result.agents[0]?.agentId);
    assert.equal(api.connection.state.kind, 'connected');
    assert.match(api.statusBar.text, /Embedded runtime/);
  });

  it('does not send again what the server has just had', async () => {
    const { signal } = new AbortController();
    const first = await api.drafts.ensureSynced(made.now, signal);
    const second = await api.drafts.ensureSynced(made.now, signal);
    assert.equal(second, first);
  });

  it('deploys with a version, which the badge and the message show', async () => {
    const result = await vscode.commands.executeCommand<DeployResult>('tavora.deploy', target());
    const version = result.agents[0]?.semver.replace(/^v/, '');
    assert.match(version ?? '', /^\d+\.\d+\.\d+$/);
    assert.equal(state(), 'deployed');
    assert.equal(description(), `deployed v${version}`);
    const message = messages.find(/^Deployed delivered/);
    assert.equal(message?.message, `Deployed delivered: greeter v${version} (new).`);
    assert.deepEqual(message?.buttons, ['Chat', 'Show']);
  });

  it('notices an edit once it is saved, and syncs it then', async () => {
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'Hello, ', 'Good day, ');
    assert.equal(state(), 'deployed');
    const states: string[] = [];
    const listening = api.drafts.onDidChange(() => states.push(state()));
    await save(document);
    await until('the draft is synced by the save', () => state() === 'draft');
    listening.dispose();
    assert.ok(states.includes('changed'), states.join());
    await until('the view says so', () => /^draft, v\d+\.\d+\.\d+ live$/.test(description() ?? ''));
  });

  it('saves what is open before it deploys, and says that the agent changed', async () => {
    const document = await vscode.workspace.openTextDocument(made.skill);
    await replace(document, 'Good day, ', 'Good evening, ');
    await vscode.commands.executeCommand('tavora.deploy', made.skill);
    assert.equal(document.isDirty, false);
    assert.equal(state(), 'deployed');
    assert.match(messages.find(/^Deployed/)?.message ?? '', /greeter v\S+ \(changed\)/);
  });

  it('says that an agent did not change', async () => {
    await vscode.commands.executeCommand('tavora.deploy', target());
    assert.match(messages.find(/^Deployed/)?.message ?? '', /greeter v\S+ \(unchanged\)/);
  });

  it('refuses to deploy what has a fatal problem, and leads to it; nothing is lost', async () => {
    const before = api.drafts.record(made.now, 'greeter');
    const text = await made.read('agents/greeter/skills/greet.js');
    await made.write('agents/greeter/skills/greet.js', "require('fs');\n");
    try {
      await until('the problem is known', () => made.now.project.issues.length > 0);
      assert.equal(await vscode.commands.executeCommand('tavora.deploy', target()), undefined);
      const [message] = messages.shown;
      assert.equal(message?.kind, 'showErrorMessage');
      assert.match(
        message?.message ?? '',
        /^Deployment of delivered refused: \d+ problems? to fix first\. .*greet\.js/,
      );
      assert.ok(message?.buttons.includes('Show Problems'));
      assert.deepEqual(api.drafts.record(made.now, 'greeter')?.deployed, before?.deployed);
      await assert.rejects(
        api.drafts.ensureSynced(made.now, new AbortController().signal),
        /Sync of delivered refused/,
      );
    } finally {
      await made.write('agents/greeter/skills/greet.js', text);
    }
    await until('it is mended', () => made.now.project.issues.length === 0);
    assert.equal(state(), 'deployed');
  });

  it('validates with the server, and says that there is nothing', async () => {
    assert.deepEqual(await vscode.commands.executeCommand('tavora.validate', target()), []);
    assert.ok(messages.find(/^delivered has no problems\.$/));
  });

  it('sends one agent although another is broken', async () => {
    await made.write('agents/broken/agent.jsonc', '{ "id": "broken" }');
    await until('the agent is there', () => made.now.agent('broken'));
    const { signal } = new AbortController();
    const result = await api.drafts.sync(made.now, signal, ['greeter']);
    assert.deepEqual(
      result.agents.map(({ localId }) => localId),
      ['greeter'],
    );
    await assert.rejects(api.drafts.sync(made.now, signal, ['broken']), /refused/);
    await made.delete('agents/broken');
    await until('the agent is gone', () => !made.now.agent('broken'));
  });
});
