import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployResult, SyncResult } from '../../../src/protocol';
import { replace, save, until } from '../support/api';
import { desk } from '../support/desk';
import { agree } from '../support/messages';

describe('Delivery to the embedded runtime', () => {
  const here = desk('delivered', { press: agree });

  const state = () => here.api.drafts.state(here.made.now, 'greeter');
  const description = () =>
    here.api.explorer.rows.find(({ project }) => project.folder.path === here.made.folder.path)?.children[0]
      ?.description;
  const target = () => ({ folder: here.made.folder });

  it('begins with an agent that no server has', () => {
    assert.equal(state(), 'unsynced');
    assert.equal(description(), 'not synced');
    assert.equal(here.api.drafts.agentServerId(here.made.now, 'greeter'), undefined);
  });

  it('syncs a draft, starting the runtime, and says so in view and status bar', async () => {
    const result = await vscode.commands.executeCommand<SyncResult>('tavora.sync', target());
    assert.deepEqual(here.messages.shown, []);
    assert.deepEqual(
      result.agents.map(({ localId }) => localId),
      ['greeter'],
    );
    assert.equal(state(), 'draft');
    assert.equal(description(), 'draft');
    assert.equal(here.api.drafts.agentServerId(here.made.now, 'greeter'), result.agents[0]?.agentId);
    assert.equal(here.api.connection.state.kind, 'connected');
    assert.match(here.api.statusBar.text, /Embedded runtime/);
  });

  it('does not send again what the server has just had', async () => {
    const { signal } = new AbortController();
    const first = await here.api.drafts.ensureSynced(here.made.now, signal);
    const second = await here.api.drafts.ensureSynced(here.made.now, signal);
    assert.equal(second, first);
  });

  it('deploys with a version, which the badge and the message show', async () => {
    const result = await vscode.commands.executeCommand<DeployResult>('tavora.deploy', target());
    const version = result.agents[0]?.semver.replace(/^v/, '');
    assert.match(version ?? '', /^\d+\.\d+\.\d+$/);
    assert.equal(state(), 'deployed');
    assert.equal(description(), `deployed v${version}`);
    const message = here.messages.find(/^Deployed delivered/);
    assert.equal(message?.message, `Deployed delivered: greeter v${version} (new).`);
    assert.deepEqual(message?.buttons, ['Chat', 'Show']);
  });

  it('notices an edit once it is saved, and syncs it then', async () => {
    const document = await vscode.workspace.openTextDocument(here.made.skill);
    await replace(document, 'Hello, ', 'Good day, ');
    assert.equal(state(), 'deployed');
    const states: string[] = [];
    const listening = here.api.drafts.onDidChange(() => states.push(state()));
    await save(document);
    await until('the draft is synced by the save', () => state() === 'draft');
    listening.dispose();
    assert.ok(states.includes('changed'), states.join());
    await until('the view says so', () => /^draft, v\d+\.\d+\.\d+ live$/.test(description() ?? ''));
  });

  it('saves what is open before it deploys, and says that the agent changed', async () => {
    const document = await vscode.workspace.openTextDocument(here.made.skill);
    await replace(document, 'Good day, ', 'Good evening, ');
    await vscode.commands.executeCommand('tavora.deploy', here.made.skill);
    assert.equal(document.isDirty, false);
    assert.equal(state(), 'deployed');
    assert.match(here.messages.find(/^Deployed/)?.message ?? '', /greeter v\S+ \(changed\)/);
  });

  it('says that an agent did not change', async () => {
    await vscode.commands.executeCommand('tavora.deploy', target());
    assert.match(here.messages.find(/^Deployed/)?.message ?? '', /greeter v\S+ \(unchanged\)/);
  });

  it('refuses to deploy what has a fatal problem, and leads to it; nothing is lost', async () => {
    const before = here.api.drafts.record(here.made.now, 'greeter');
    const text = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', "require('fs');\n");
    try {
      await until('the problem is known', () => here.made.now.project.issues.length > 0);
      assert.equal(await vscode.commands.executeCommand('tavora.deploy', target()), undefined);
      const [message] = here.messages.shown;
      assert.equal(message?.kind, 'showErrorMessage');
      assert.match(
        message?.message ?? '',
        /^Deployment of delivered refused: \d+ problems? to fix first\. .*greet\.js/,
      );
      assert.ok(message?.buttons.includes('Show Problems'));
      assert.deepEqual(here.api.drafts.record(here.made.now, 'greeter')?.deployed, before?.deployed);
      await assert.rejects(
        here.api.drafts.ensureSynced(here.made.now, new AbortController().signal),
        /Sync of delivered refused/,
      );
    } finally {
      await here.made.write('agents/greeter/skills/greet.js', text);
    }
    await until('it is mended', () => here.made.now.project.issues.length === 0);
    assert.equal(state(), 'deployed');
  });

  it('validates with the server, and says that there is nothing', async () => {
    assert.deepEqual(await vscode.commands.executeCommand('tavora.validate', target()), []);
    assert.ok(here.messages.find(/^delivered has no problems\.$/));
  });

  it('sends one agent although another is broken', async () => {
    await here.made.write('agents/broken/agent.jsonc', '{ "id": "broken" }');
    await until('the agent is there', () => here.made.now.agent('broken'));
    const { signal } = new AbortController();
    const result = await here.api.drafts.sync(here.made.now, signal, ['greeter']);
    assert.deepEqual(
      result.agents.map(({ localId }) => localId),
      ['greeter'],
    );
    await assert.rejects(here.api.drafts.sync(here.made.now, signal, ['broken']), /refused/);
    await here.made.delete('agents/broken');
    await until('the agent is gone', () => !here.made.now.agent('broken'));
  });
});
