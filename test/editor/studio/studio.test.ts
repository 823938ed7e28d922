import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { agentKey } from '../../../src/workbench/chat/agents';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

describe('Sessions and their traces', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let sessionId: string;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'traced');
    await api.chat.chat.choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await api.chat.chat.begin();
    await api.chat.chat.send('Greet Ada');
    sessionId = api.chat.chat.sessionId ?? '';
  });
  after(async () => {
    await api.chat.chat.begin();
    await made.remove();
  });
  beforeEach(() => {
    messages = new Messages((shown) => (shown.buttons.includes('Delete') ? 'Delete' : undefined));
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const rows = () => api.sessions.getChildren();
  const row = (id: string) => rows().find((one) => 'session' in one && one.sessionId === id);
  const open = async (id: string) => {
    await vscode.commands.executeCommand('tavora.openStudio', id);
    return await until('the trace is read', () => {
      const panel = api.studio.panel(id);
      return panel?.lastTrace ? panel : undefined;
    });
  };

  it('lists a session after its run, newest first, with status and agent', async () => {
    const found = await until('the session is listed as completed', () => {
      const one = row(sessionId);
      return one && 'session' in one && one.session.status === 'completed' ? one : undefined;
    });
    const item = api.sessions.getTreeItem(found);
    assert.equal(item.label, 'Greet Ada');
    assert.match(String(item.description), /^greeter · /);
    assert.equal(item.contextValue, 'tavora.session.completed');
    assert.equal(item.command?.command, 'tavora.openStudio');
  });

  it('opens the trace of a session, once', async () => {
    const panel = await open(sessionId);
    assert.equal(panel.lastTrace?.steps[0]?.content, 'Greet Ada');
    await until('the tab is named after it', () => panel.panel.title === 'Trace: Greet Ada');
    assert.equal(await open(sessionId), panel);
  });

  it('reads an open trace again when its session goes on', async () => {
    const panel = await open(sessionId);
    const before = panel.lastTrace?.steps.length ?? 0;
    await api.chat.chat.send('Greet Bob');
    await until('the new steps are there', () => (panel.lastTrace?.steps.length ?? 0) > before);
  });

  it('reads an open trace again when its session went on elsewhere meanwhile', async () => {
    const panel = await open(sessionId);
    const before = panel.lastTrace?.steps.length ?? 0;
    const client = await api.connection.client();
    for await (const _ of client.sessions.run(sessionId, 'Greet Dora'));
    await api.studio.catchUp.look();
    await until('the new steps are there', () => (panel.lastTrace?.steps.length ?? 0) > before);
  });

  it('leads from a skill to the last step that ran it', async () => {
    const answers = new Answers(['Greet Ada']);
    try {
      await vscode.commands.executeCommand('tavora.showLastRuns', made.uri('agents/greeter/skills/greet.js'));
    } finally {
      answers.restore();
    }
    assert.match(answers.asked[0] ?? '', /^\$\(pass\) Greet Ada/);
    assert.ok(api.studio.panel(sessionId));
  });

  it('replays from a step as a session of its own that shares what came before', async () => {
    const panel = await open(sessionId);
    panel.replayFrom({ fromStep: 1, message: 'Greet Cleo' });
    const replay = await until('the replay has ended', () => {
      const view = panel.lastReplay;
      return view?.phase === 'ended' && view.trace ? view : undefined;
    });
    assert.equal(replay.problem, '');
    assert.notEqual(replay.id, sessionId);
    assert.equal(replay.trace?.steps[0]?.content, panel.lastTrace?.steps[0]?.content);
    assert.equal(replay.trace?.steps[1]?.content, 'Greet Cleo');
    assert.equal(replay.trace?.session.metadata?.parent_session_id, sessionId);
    await until('the replay is listed', () => row(replay.id ?? ''));
  });

  it('says why a replay cannot begin', async () => {
    const panel = await open(sessionId);
    panel.replayFrom({ fromStep: 9999 });
    const replay = await until('the replay has ended', () =>
      panel.lastReplay?.phase === 'ended' ? panel.lastReplay : undefined,
    );
    assert.match(replay.problem, /from_step/);
    assert.equal(replay.id, undefined);
  });

  it('brings a panel back with the state of its page, and closes one without', async () => {
    const make = () => vscode.window.createWebviewPanel('tavora.studio', 'Trace', vscode.ViewColumn.Active);
    const restored = make();
    await api.studio.deserializeWebviewPanel(restored, { sessionId });
    assert.equal(api.studio.panel(sessionId)?.panel, restored);
    const lost = make();
    let closed = false;
    lost.onDidDispose(() => {
      closed = true;
    });
    await api.studio.deserializeWebviewPanel(lost, undefined);
    assert.ok(closed);
  });

  it('deletes a session after asking', async () => {
    const client = await api.connection.client();
    const { id } = await client.sessions.create({ title: 'To be deleted' });
    await vscode.commands.executeCommand('tavora.refreshSessions');
    await until('it is listed', () => row(id));
    await vscode.commands.executeCommand('tavora.deleteSession', row(id));
    assert.ok(messages.find(/Delete “To be deleted” with all its steps\?/));
    assert.equal(row(id), undefined);
    await assert.rejects(client.sessions.get(id));
  });

  it('says that no session was chosen', async () => {
    await vscode.commands.executeCommand('tavora.deleteSession');
    assert.ok(messages.find(/Choose a session/));
  });
});
