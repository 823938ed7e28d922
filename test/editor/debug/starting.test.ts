import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { until } from '../support/api';
import { askInChat, askingSkill } from '../support/chat';
import { desk } from '../support/desk';

const skill = 'agents/greeter/skills/greet.js';

describe('Where the debugger is started from', () => {
  const here = desk('starting');

  afterEach(async () => {
    await vscode.debug.stopDebugging();
    await until('the debug session has ended', () => vscode.debug.activeDebugSession === undefined);
  });
  after(() => here.api.chat.chat.begin());

  /** Starts as a command does. @returns the debug session, which stands still or follows a run */
  async function start(command: string, ...args: unknown[]): Promise<vscode.DebugSession> {
    await vscode.commands.executeCommand(command, ...args);
    return await until('it has begun', () => vscode.debug.activeDebugSession);
  }

  async function row(id: string) {
    await vscode.commands.executeCommand('tavora.refreshSessions');
    const found = here.api.sessions.getChildren().find((one) => 'session' in one && one.sessionId === id);
    assert.ok(found, 'the session has a row');
    return found;
  }

  const stack = async (session: vscode.DebugSession): Promise<string[]> => {
    const { stackFrames }: DebugProtocol.StackTraceResponse['body'] = await session.customRequest(
      'stackTrace',
      { threadId: 1 },
    );
    return stackFrames.map(({ name }) => name);
  };

  it('is the row of a session that has ended: it is opened as it was recorded, and nothing runs', async () => {
    const id = await askInChat(here.api, here.made, 'Greet Ada');
    const session = await start('tavora.debugSession', await row(id));
    assert.deepEqual([session.configuration.request, session.name], ['launch', 'Greet Ada']);
    await until('it stands at its first step', async () => (await stack(session))[0] === 'Turn 1: Message');
    const client = await here.api.connection.client();
    assert.equal((await client.sessions.get(id)).session.status, 'completed');
  });

  it('is the row of a session that waits for an answer: it is followed, and goes on when it is left', async () => {
    const sound = await here.made.read(skill);
    await here.made.write(skill, askingSkill);
    const id = await askInChat(here.api, here.made, 'Hello');
    await here.api.chat.chat.begin();
    const client = await here.api.connection.client();
    const status = async () => (await client.sessions.get(id)).session.status;
    const reading = (async () => {
      for await (const _ of client.sessions.run(id, 'Greet Bob'));
    })();
    await until('it asks', async () => (await status()) === 'waiting');
    const session = await start('tavora.debugSession', await row(id));
    assert.equal(session.configuration.request, 'attach');
    await until('it is followed', async () => (await client.debug.recording(id))?.attached);
    await vscode.debug.stopDebugging(session);
    await until('it is let go', async () => !(await client.debug.recording(id))?.attached);
    assert.equal(await status(), 'waiting');
    await client.sessions.stop(id);
    await reading;
    await here.made.write(skill, sound);
  });

  it('is an agent, whose evals are offered as what to say', async () => {
    const { createQuickPick } = vscode.window;
    let shown: vscode.QuickPick<vscode.QuickPickItem> | undefined;
    Object.assign(vscode.window, {
      createQuickPick: () => {
        shown = createQuickPick();
        return shown;
      },
    });
    try {
      const target = { folder: here.made.folder, agentId: 'greeter' };
      const started = vscode.commands.executeCommand('tavora.debugAgent', target);
      const picker = await until('it asks what to say', () => (shown?.items.length ? shown : undefined));
      assert.ok(picker.items.some(({ label }) => label === 'Please greet Ada.'));
      picker.value = 'Greet Cleo';
      await until('what is typed is offered', () => shown?.activeItems[0]?.label === 'Greet Cleo');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await started;
    } finally {
      Object.assign(vscode.window, { createQuickPick });
    }
    const session = await until('it has begun', () => vscode.debug.activeDebugSession);
    assert.equal(session.configuration.input, 'Greet Cleo');
    await until('it stands at the answer', async () => /: Answer$/.test((await stack(session))[0] ?? ''));
  });

  it('is no row at all, or of a session that is gone: it is said so', async () => {
    await vscode.commands.executeCommand('tavora.debugSession');
    assert.ok(here.messages.find(/Choose a session in the Sessions view first\./));
    await vscode.commands.executeCommand('tavora.debugSession', { sessionId: 'nobody' });
    assert.ok(here.messages.find(/not found/i));
    assert.equal(vscode.debug.activeDebugSession, undefined);
  });
});
