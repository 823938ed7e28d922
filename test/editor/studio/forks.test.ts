import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { agentKey } from '../../../src/workbench/chat/agents';
import { familyOf } from '../../../src/workbench/studio/family';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

describe('Forks and files of traces in the studio', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let sessionId = '';

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'forking');
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
    await chat().send('Greet Ada');
    sessionId = chat().sessionId ?? '';
  });
  after(async () => {
    await chat().begin();
    await made.remove();
  });
  beforeEach(() => {
    messages = new Messages();
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
  });

  const chat = () => api.chat.chat;
  const panel = async (id = sessionId) => {
    await vscode.commands.executeCommand('tavora.openStudio', id);
    const opened = await until('the panel is open', () => api.studio.panel(id));
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
    const sound = await made.read('agents/greeter/skills/greet.js');
    await made.write(
      'agents/greeter/skills/greet.js',
      `/**\n * Greets a person.\n * @param {object} args\n * @param {string} args.name - The name of the person to greet\n */\nmodule.exports = (args) => 'Changed greeting for ' + args.name;\n`,
    );
    const opened = await panel();
    opened.replayFrom({ fromStep: 0, workingTree: true });
    const { trace, isReplay, problem } = await ended(opened);
    assert.deepEqual([isReplay, problem], [true, '']);
    assert.ok(trace?.steps.some(({ content }) => content.includes('Changed greeting for Ada')));
    await made.write('agents/greeter/skills/greet.js', sound);
    await vscode.commands.executeCommand('tavora.sync', { folder: made.folder });
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
    const sound = await made.read('agents/greeter/skills/greet.js');
    await made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
    const opened = await panel();
    opened.replayFrom({ fromStep: 0, workingTree: true });
    const { problem, trace } = await ended(opened);
    assert.match(problem, /greet\.js/);
    assert.equal(trace, undefined);
    await made.write('agents/greeter/skills/greet.js', sound);
  });

  it('know their family', async () => {
    const client = await api.connection.client();
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
    const opened = await until('the panel is open', () => api.studio.panel(sessionId));
    const shown = await ended(opened);
    assert.deepEqual([shown.id, shown.isReplay, shown.fromStep], [other, false, 0]);
  });

  describe('a trace as a file', () => {
    const save = vscode.window.showSaveDialog;
    afterEach(() => {
      Object.assign(vscode.window, { showSaveDialog: save });
    });

    it('is saved, and opened in the studio by whoever has it', async () => {
      const file = made.uri('greeting.tavora-trace.json');
      Object.assign(vscode.window, { showSaveDialog: async () => file });
      await vscode.commands.executeCommand('tavora.exportTrace', sessionId);
      const kept = JSON.parse(await made.read('greeting.tavora-trace.json'));
      assert.equal(kept.trace.session.id, sessionId);
      await vscode.commands.executeCommand('vscode.open', file);
      await until('its editor is open', () =>
        vscode.window.tabGroups.all
          .flatMap(({ tabs }) => tabs)
          .some(
            ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === 'tavora.traceFile',
          ),
      );
      assert.deepEqual(messages.shown, []);
      await made.delete('greeting.tavora-trace.json');
    });

    for (const [what, text, said] of [
      ['no JSON', 'so not JSON', /is not JSON/],
      ['another thing', '{"a":1}', /is not a trace that was exported here/],
    ] as const) {
      it(`is refused in a sentence when it is ${what}`, async () => {
        await made.write('other.json', text);
        const open = vscode.window.showOpenDialog;
        Object.assign(vscode.window, { showOpenDialog: async () => [made.uri('other.json')] });
        await vscode.commands.executeCommand('tavora.importTrace');
        Object.assign(vscode.window, { showOpenDialog: open });
        await until('it is said', () => messages.find(said));
        await made.delete('other.json');
      });
    }
  });

  it('are renamed, in the list too', async () => {
    await vscode.commands.executeCommand('tavora.refreshSessions');
    const answers = new Answers(['Greeting of Ada']);
    await vscode.commands.executeCommand('tavora.renameSession', { sessionId });
    answers.restore();
    const client = await api.connection.client();
    assert.equal((await client.sessions.get(sessionId)).session.title, 'Greeting of Ada');
    assert.deepEqual(messages.shown, []);
  });

  it('are grouped as a person chose', async () => {
    await vscode.commands.executeCommand('tavora.refreshSessions');
    const answers = new Answers(['By agent', 'One list']);
    await vscode.commands.executeCommand('tavora.groupSessions');
    const groups = api.sessions.getChildren().map((row) => api.sessions.getTreeItem(row).label);
    assert.ok(groups.includes('greeter'), groups.join());
    await vscode.commands.executeCommand('tavora.groupSessions');
    answers.restore();
    assert.ok(api.sessions.getChildren().every((row) => !('group' in row)));
  });
});
