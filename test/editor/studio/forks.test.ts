import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { StudioNotification } from '../../../src/webviews/studio/messages';
import { familyOf } from '../../../src/workbench/studio/family';
import { TraceFileEditor } from '../../../src/workbench/studio/trace-file';
import { until } from '../support/api';
import { askInChat } from '../support/chat';
import { desk } from '../support/desk';
import { presses } from '../support/messages';

describe('Forks and files of traces in the studio', () => {
  const here = desk('forking');
  let sessionId = '';

  before(async () => {
    sessionId = await askInChat(here.api, here.made, 'Greet Ada');
  });
  after(() => chat().begin());

  const chat = () => here.api.chat.chat;
  const panel = async (id = sessionId) => {
    await vscode.commands.executeCommand('tavora.openStudio', id);
    const opened = await until('the panel is open', () => here.api.studio.panel(id));
    await until('the trace is read', () => opened.lastTrace);
    return opened;
  };
  const ended = async (opened: Awaited<ReturnType<typeof panel>>) =>
    await until('the replay has ended and was read', () => {
      const { lastReplay: replay } = opened;
      const status = replay?.trace?.session.status ?? 'running';
      return replay?.phase === 'ended' && (replay.problem || status !== 'running') ? replay : undefined;
    });

  it('run the files as they are saved now', async () => {
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write(
      'agents/greeter/skills/greet.js',
      `/**\n * Greets a person.\n * @param {object} args\n * @param {string} args.name - The name of the person to greet\n */\nmodule.exports = (args) => 'Changed greeting for ' + args.name;\n`,
    );
    const opened = await panel();
    opened.replayFrom({ fromStep: 0, workingTree: true });
    const { trace, isReplay, problem } = await ended(opened);
    assert.deepEqual([isReplay, problem], [true, '']);
    assert.ok(trace?.steps.some(({ content }) => content.includes('Changed greeting for Ada')));
    await here.made.write('agents/greeter/skills/greet.js', sound);
    await vscode.commands.executeCommand('tavora.sync', { folder: here.made.folder });
  });

  it('go on as if a block had given something else', async () => {
    const opened = await panel();
    const result = opened.lastTrace?.steps.find(({ step_type: type }) => type === 'execute_js_result');
    assert.ok(result);
    const step = result.step_index;
    opened.replayFrom({ fromStep: step + 1, edit: { step, value: 'Somebody else was greeted.' } });
    const { trace } = await ended(opened);
    assert.equal(trace?.steps[step]?.content, 'Somebody else was greeted.');
  });

  it('give the recorded answers when nothing has changed', async () => {
    const opened = await panel();
    opened.replayFrom({ fromStep: 0, reuse: 'all' });
    const { trace } = await ended(opened);
    assert.equal(trace?.session.prompt_tokens, 0);
    assert.deepEqual(
      trace?.steps.map(({ step_type: type, content }) => [type, content]).at(-1),
      opened.lastTrace?.steps.map(({ step_type: type, content }) => [type, content]).at(-1),
    );
  });

  it('say why one could not begin', async () => {
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
    const opened = await panel();
    opened.replayFrom({ fromStep: 0, workingTree: true });
    const { problem, trace } = await ended(opened);
    assert.match(problem, /greet\.js/);
    assert.equal(trace, undefined);
    await here.made.write('agents/greeter/skills/greet.js', sound);
  });

  it('know their family', async () => {
    const client = await here.api.connection.client();
    const { session } = await client.sessions.get(sessionId);
    const family = await familyOf(client, session);
    assert.equal(family[0]?.id, sessionId);
    assert.ok(family.length >= 3, JSON.stringify(family));
    assert.ok(family.slice(1).every(({ depth, fromStep }) => depth === 1 && typeof fromStep === 'number'));
    const child = family[1];
    assert.ok(child);
    const again = await familyOf(client, (await client.sessions.get(child.id)).session);
    assert.equal(again[0]?.id, sessionId);
  });

  it('put any two sessions side by side', async () => {
    await chat().begin();
    await chat().send('Greet Bob');
    const other = chat().sessionId ?? '';
    await vscode.commands.executeCommand('tavora.compareSessions', { sessionId }, [
      { sessionId },
      { sessionId: other },
    ]);
    const opened = await until('the panel is open', () => here.api.studio.panel(sessionId));
    const shown = await ended(opened);
    assert.deepEqual([shown.id, shown.isReplay, shown.fromStep], [other, false, 0]);
  });

  describe('a trace as a file', () => {
    const save = vscode.window.showSaveDialog;
    afterEach(() => {
      Object.assign(vscode.window, { showSaveDialog: save });
    });

    it('is saved, and opened in the studio by whoever has it', async () => {
      const file = here.made.uri('greeting.tavora-trace.json');
      Object.assign(vscode.window, { showSaveDialog: async () => file });
      await vscode.commands.executeCommand('tavora.exportTrace', sessionId);
      const tabs = () =>
        vscode.window.tabGroups.all
          .flatMap(({ tabs }) => tabs)
          .filter(
            ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === 'tavora.traceFile',
          );
      await vscode.commands.executeCommand('vscode.open', file);
      await until('its editor is open', () => tabs().length === 1);
      await vscode.window.tabGroups.close(tabs());
      const open = vscode.window.showOpenDialog;
      Object.assign(vscode.window, { showOpenDialog: async () => [file] });
      await vscode.commands.executeCommand('tavora.importTrace');
      Object.assign(vscode.window, { showOpenDialog: open });
      await until('its editor is open again', () => tabs().length === 1);
      assert.deepEqual(here.messages.shown, []);
      await here.made.delete('greeting.tavora-trace.json');
    });

    it('shows a colleague without the server all that the session was', async () => {
      const file = here.made.uri('whole.tavora-trace.json');
      Object.assign(vscode.window, { showSaveDialog: async () => file });
      const opened = await panel();
      await opened.handle({ type: 'export' });
      const panelOfFile = vscode.window.createWebviewPanel(
        'tavora.traceFile',
        'Whole',
        vscode.ViewColumn.Active,
      );
      const told: StudioNotification[] = [];
      panelOfFile.webview.postMessage = async (message: StudioNotification) => told.push(message) > 0;
      const connection = new Proxy(here.api.connection, {
        get: () => assert.fail('no server is asked for anything'),
      });
      const colleague = { ...here.api, connection };
      await new TraceFileEditor(colleague).resolveCustomEditor({ uri: file, dispose() {} }, panelOfFile);
      const shown = await until('the page is told', () => {
        const last = told.at(-1);
        return last?.type === 'session' ? last.session : undefined;
      });
      assert.deepEqual([shown.problem, shown.fromFile, shown.agent], ['', true, 'greeter']);
      assert.deepEqual(
        shown.trace?.steps.map(({ step }) => step),
        opened.lastTrace?.steps,
      );
      assert.deepEqual({ ...shown.trace?.rest, steps: [] }, { ...opened.lastTrace, steps: [] });
      panelOfFile.dispose();
      await here.made.delete('whole.tavora-trace.json');
    });

    it('is not written when the person does not say where', async () => {
      Object.assign(vscode.window, { showSaveDialog: async () => undefined });
      const before = await vscode.workspace.fs.readDirectory(here.made.folder);
      await vscode.commands.executeCommand('tavora.exportTrace', sessionId);
      assert.deepEqual(await vscode.workspace.fs.readDirectory(here.made.folder), before);
      assert.deepEqual(here.messages.shown, []);
    });

    it('says why it cannot be read, in the place of the trace and when it is chosen', async () => {
      const gone = here.made.uri('gone.tavora-trace.json');
      const open = vscode.window.showOpenDialog;
      Object.assign(vscode.window, { showOpenDialog: async () => [gone] });
      await vscode.commands.executeCommand('tavora.importTrace');
      Object.assign(vscode.window, { showOpenDialog: open });
      assert.ok(here.messages.find(/gone\.tavora-trace\.json could not be read: /));
      const panel = vscode.window.createWebviewPanel('tavora.traceFile', 'Gone', vscode.ViewColumn.Active);
      const told: StudioNotification[] = [];
      panel.webview.postMessage = async (message: StudioNotification) => told.push(message) > 0;
      new TraceFileEditor(here.api).resolveCustomEditor({ uri: gone, dispose() {} }, panel);
      const session = await until('the page is told', () => {
        const last = told.at(-1);
        return last?.type === 'session' ? last.session : undefined;
      });
      assert.match(session.problem, /gone\.tavora-trace\.json could not be read: /);
      assert.equal(session.reading, false);
      panel.dispose();
    });

    for (const [what, text, said] of [
      ['no JSON', 'so not JSON', /is not JSON/],
      ['another thing', '{"a":1}', /is not a trace that was exported here/],
    ] as const) {
      it(`is refused in a sentence when it is ${what}`, async () => {
        await here.made.write('other.json', text);
        const open = vscode.window.showOpenDialog;
        Object.assign(vscode.window, { showOpenDialog: async () => [here.made.uri('other.json')] });
        await vscode.commands.executeCommand('tavora.importTrace');
        Object.assign(vscode.window, { showOpenDialog: open });
        await until('it is said', () => here.messages.find(said));
        await here.made.delete('other.json');
      });
    }
  });

  it('are renamed, in the list too', async () => {
    await vscode.commands.executeCommand('tavora.refreshSessions');
    here.person(presses(), ['Greeting of Ada']);
    await vscode.commands.executeCommand('tavora.renameSession', { sessionId });
    const client = await here.api.connection.client();
    assert.equal((await client.sessions.get(sessionId)).session.title, 'Greeting of Ada');
    assert.deepEqual(here.messages.shown, []);
  });

  it('are grouped as a person chose', async () => {
    await vscode.commands.executeCommand('tavora.refreshSessions');
    here.person(presses(), ['By agent', 'One list']);
    await vscode.commands.executeCommand('tavora.groupSessions');
    const groups = here.api.sessions.getChildren().map((row) => here.api.sessions.getTreeItem(row).label);
    assert.ok(groups.includes('greeter'), groups.join());
    await vscode.commands.executeCommand('tavora.groupSessions');
    assert.ok(here.api.sessions.getChildren().every((row) => !('group' in row)));
  });
});
