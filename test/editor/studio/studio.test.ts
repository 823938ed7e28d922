import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { StudioNotification, TraceNews } from '../../../src/webviews/studio/messages';
import { agentKey } from '../../../src/workbench/chat/agents';
import type { StudioPanel } from '../../../src/workbench/studio/panel';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { askInChat, askingSkill } from '../support/chat';
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

  it('brings one page back for two tabs of a trace, whichever comes first', async () => {
    const tabs = [1, 2].map(() => vscode.window.createWebviewPanel('tavora.studio', 'Trace', -1));
    let closed = 0;
    for (const tab of tabs) tab.onDidDispose(() => (closed += 1));
    await Promise.all(tabs.map((tab) => api.studio.deserializeWebviewPanel(tab, { sessionId })));
    await until('the other tab is closed', () => closed === 1);
    assert.ok(api.studio.panel(sessionId));
  });

  it('opens a skill beside the trace that leads to it', async () => {
    const panel = await open(sessionId);
    await panel.handle({ type: 'skill', name: 'greet' });
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /greet\.js$/);
    assert.ok(panel.panel.visible, 'the trace is still seen');
  });

  it('shows that the family of a session is being looked for, and that it has been', async () => {
    const panel = await open(sessionId);
    await panel.handle({ type: 'ready' });
    const told: boolean[] = [];
    const { webview } = panel.panel;
    const post = webview.postMessage.bind(webview);
    webview.postMessage = (message: StudioNotification) => {
      if (message.type === 'session') told.push(message.session.looksForFamily);
      return post(message);
    };
    await panel.handle({ type: 'family' });
    webview.postMessage = post;
    assert.deepEqual([told[0], told.at(-1)], [true, false]);
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

  it('tells its page only the steps that come, however often a live session is read', async () => {
    const panel = await open(sessionId);
    await panel.handle({ type: 'ready' });
    const before = panel.lastTrace?.steps.length ?? 0;
    const told: TraceNews[] = [];
    const { webview } = panel.panel;
    const post = webview.postMessage.bind(webview);
    webview.postMessage = (message: StudioNotification) => {
      if (message.type === 'session' && message.session.trace) {
        told.push(message.session.trace);
      }
      return post(message);
    };
    await api.chat.chat.send('Greet Fay');
    const all = await until('the page has all of the new steps', () => {
      const { count = 0 } = told.at(-1) ?? {};
      const last = panel.lastTrace?.steps.at(-1);
      return count > before && last?.step_type === 'response' ? told : undefined;
    });
    const places = all.flatMap(({ steps }) => steps.map(({ place }) => place));
    assert.ok(
      places.every((place) => place >= before),
      `told again: ${places.join()}`,
    );
    // Nothing is told twice among the new ones either.
    assert.deepEqual([...new Set(places)].length, places.length);
    assert.equal(places.length, (panel.lastTrace?.steps.length ?? 0) - before);
    // A page that missed something gets all of it.
    await panel.handle({ type: 'whole' });
    assert.equal(told.at(-1)?.steps.length, panel.lastTrace?.steps.length);
    webview.postMessage = post;
  });

  /** Notes what the page of a panel is told to choose. @returns the steps, and what ends it */
  const chosenOn = ({ panel: { webview } }: StudioPanel) => {
    const steps: number[] = [];
    const post = webview.postMessage.bind(webview);
    webview.postMessage = (message: StudioNotification) => {
      if (message.type === 'choose') steps.push(message.step);
      return post(message);
    };
    return { steps, restore: () => Object.assign(webview, { postMessage: post }) };
  };

  it('leads from a turn of the chat to its message', async () => {
    const panel = await open(sessionId);
    await panel.handle({ type: 'ready' });
    await api.chat.chat.send('Greet Dora');
    const said = await until('the later turn is in the trace', () => {
      const steps = panel.lastTrace?.steps.filter(({ step_type: type }) => type === 'message') ?? [];
      return steps.at(-1)?.content === 'Greet Dora' ? steps : undefined;
    });
    const chosen = chosenOn(panel);
    try {
      await api.chat.handle({ type: 'trace', turn: said.length - 1 });
      await until('a step is chosen', () => chosen.steps.length > 0);
    } finally {
      chosen.restore();
    }
    assert.deepEqual(chosen.steps, [said.at(-1)?.step_index]);
  });

  it('opens the trace of a conversation without choosing for one who asks for all of it', async () => {
    const panel = await open(sessionId);
    await panel.handle({ type: 'ready' });
    const chosen = chosenOn(panel);
    try {
      await api.chat.handle({ type: 'trace' });
    } finally {
      chosen.restore();
    }
    assert.deepEqual(chosen.steps, []);
  });

  it('leads from a skill to the last step that ran it', async () => {
    const panel = await open(sessionId);
    await panel.handle({ type: 'ready' });
    const chosen = chosenOn(panel);
    const answers = new Answers(['Greet Ada']);
    try {
      await vscode.commands.executeCommand('tavora.showLastRuns', made.uri('agents/greeter/skills/greet.js'));
    } finally {
      answers.restore();
      chosen.restore();
    }
    assert.match(answers.asked[0] ?? '', /^\$\(pass\) Greet Ada/);
    // The last one that ran it, of several in this session.
    const ran = panel.lastTrace?.steps.findLast(
      ({ step_type: type, content }) => type === 'execute_js' && /require\(["']greet["']\)/.test(content),
    );
    assert.ok(ran);
    assert.deepEqual(chosen.steps, [ran.step_index]);
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
    await api.runLogs.settled();
    const logs = await vscode.workspace.fs.readDirectory(made.uri('.runs'));
    assert.ok(
      logs.some(([name]) => name.endsWith(`-greeter-${replay.id}.md`)),
      JSON.stringify(logs),
    );
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

  it('deletes all that are selected with one question, and keeps what the server keeps', async () => {
    const client = await api.connection.client();
    const ids: string[] = [];
    for (const title of ['First of many', 'Second of many', 'Third of many']) {
      ids.push((await client.sessions.create({ title })).id);
    }
    await vscode.commands.executeCommand('tavora.refreshSessions');
    const [first, second, third] = ids.map((id) => row(id));
    // One of them has gone meanwhile, and a reading has taken it from the list.
    await client.sessions.delete(ids[1] ?? '');
    await vscode.commands.executeCommand('tavora.refreshSessions');
    assert.equal(row(ids[1] ?? ''), undefined);
    await vscode.commands.executeCommand('tavora.deleteSession', first, [first, second, third]);
    const asked = messages.shown.filter(({ buttons }) => buttons.includes('Delete'));
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.message, 'Delete 3 sessions with all their steps?');
    assert.match(asked[0]?.detail ?? '', /“First of many”\n“Second of many”\n“Third of many”/);
    assert.ok(messages.find(/1 of 3 sessions were not deleted\. .*not found/i));
    assert.deepEqual([row(ids[0] ?? ''), row(ids[2] ?? '')], [undefined, undefined]);
    for (const id of ids) await assert.rejects(client.sessions.get(id));
    await until('the list has been read again', () => row(ids[1] ?? '') === undefined);
  });

  it('shows a page at a time, and keeps what was read', async () => {
    const client = await api.connection.client();
    const { id: oldest } = await client.sessions.create({ title: 'The oldest' });
    for (let number = 0; number < 31; number++) await client.sessions.create({ title: `No ${number}` });
    await api.chat.chat.begin();
    await vscode.commands.executeCommand('tavora.refreshSessions');
    assert.ok(rows().some((one) => 'more' in one));
    await vscode.commands.executeCommand('tavora.moreSessions');
    assert.ok(row(oldest), 'the next page has it');
    const shown = rows().length;
    const { id: newest } = await client.sessions.create({ title: 'The newest' });
    await api.studio.catchUp.look();
    await until('the new one is listed', () => row(newest));
    assert.ok(row(oldest), 'what was read stays');
    assert.equal(rows().length, shown + 1);
  });

  it('has a session under way on top, however old it is, in one list and in groups', async () => {
    const client = await api.connection.client();
    const sound = await made.read('agents/greeter/skills/greet.js');
    await made.write('agents/greeter/skills/greet.js', askingSkill);
    const old = await askInChat(api, made, 'Hello');
    await api.chat.chat.begin();
    await client.sessions.create({ title: 'Newer' });
    const reading = (async () => {
      for await (const _ of client.sessions.run(old, 'Greet Ada'));
    })();
    await until('it asks', async () => (await client.sessions.get(old)).session.status === 'waiting');
    await vscode.commands.executeCommand('tavora.refreshSessions');
    const [top] = rows();
    assert.ok(top && 'session' in top && top.sessionId === old, 'it is the first row');
    const answers = new Answers(['By status', 'By day', 'One list']);
    try {
      for (const others of ['idle', 'Today']) {
        await vscode.commands.executeCommand('tavora.groupSessions');
        const groups = rows().filter((one) => 'group' in one);
        const labels = groups.map((group) => api.sessions.getTreeItem(group).label);
        assert.equal(labels[0], 'Under way');
        assert.ok(labels.includes(others), labels.join());
        const [first] = groups;
        assert.deepEqual(
          api.sessions.getChildren(first).map((one) => 'session' in one && one.sessionId),
          [old],
        );
      }
      await vscode.commands.executeCommand('tavora.groupSessions');
    } finally {
      answers.restore();
    }
    await client.sessions.stop(old);
    await reading;
    await vscode.commands.executeCommand('tavora.refreshSessions');
    const [now] = rows();
    assert.ok(now && 'session' in now && now.session.title === 'Newer', 'it has ended, and is where it was');
    await made.write('agents/greeter/skills/greet.js', sound);
  });

  it('copies the id of a session from its row', async () => {
    const found = await until('the session is listed', () => row(sessionId));
    await vscode.commands.executeCommand('tavora.copySessionId', found);
    assert.equal(await vscode.env.clipboard.readText(), sessionId);
  });

  it('exports a session from its row, by the title that it has here', async () => {
    const found = await until('the session is listed', () => row(sessionId));
    await vscode.commands.executeCommand('tavora.exportSession', found);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^# Greet Ada\n/);
    assert.match(text, /## You\n\nGreet Ada/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('says that no session was chosen', async () => {
    await vscode.commands.executeCommand('tavora.deleteSession');
    assert.ok(messages.find(/Choose a session/));
  });
});
