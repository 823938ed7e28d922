import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { AgentSession } from '../../../src/protocol';
import { agentKey } from '../../../src/workbench/chat/agents';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

type Row = vscode.QuickPickItem & { buttons?: readonly vscode.QuickInputButton[] };

/** The quick pick of the history in the place of the editor's, worked by the test. */
class Picker {
  items: readonly Row[] = [];
  activeItems: readonly Row[] = [];
  placeholder = '';
  title = '';
  busy = false;
  isShown = false;
  matchOnDescription = false;
  matchOnDetail = false;
  private accept: (() => void) | undefined;
  private press: ((event: { button: vscode.QuickInputButton; item: Row }) => void) | undefined;
  private hidden: (() => void) | undefined;

  readonly onDidAccept = (listener: () => void) => {
    this.accept = listener;
  };
  readonly onDidTriggerItemButton = (listener: NonNullable<Picker['press']>) => {
    this.press = listener;
  };
  readonly onDidHide = (listener: () => void) => {
    this.hidden = listener;
  };
  show(): void {
    this.isShown = true;
  }
  dispose(): void {
    this.isShown = false;
  }

  choose(label: string): void {
    this.activeItems = this.items.filter((item) => item.label === label);
    this.accept?.();
  }

  button(label: string, tooltip: string): void {
    const item = this.items.find((one) => one.label === label);
    const button = item?.buttons?.find((one) => one.tooltip === tooltip);
    assert.ok(item && button, `${tooltip} at ${label}`);
    this.press?.({ button, item });
  }

  leave(): void {
    this.hidden?.();
  }
}

describe('The history of an agent’s conversations', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let pickers: Picker[];
  const { createQuickPick } = vscode.window;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'history');
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
  });
  after(async () => {
    await chat().begin();
    await made.remove();
  });
  beforeEach(async () => {
    messages = new Messages(({ buttons }) => (buttons.includes('Delete') ? 'Delete' : undefined));
    pickers = [];
    Object.assign(vscode.window, {
      createQuickPick: () => {
        const picker = new Picker();
        pickers.push(picker);
        return picker;
      },
    });
    await chat().begin();
  });
  afterEach(async () => {
    Object.assign(vscode.window, { createQuickPick });
    messages.restore();
    await closeEditors();
  });

  const chat = () => api.chat.chat;
  /** Opens it. @returns the picker with what the agent has had, and when the command has ended */
  const opened = async (times = 1) => {
    const ended = times === 1 ? vscode.commands.executeCommand('tavora.chatHistory') : undefined;
    const picker = await until('the history is shown', () => pickers[times - 1]);
    await until('it has conversations', () => picker.items.length > 0);
    return { picker, ended };
  };
  const labels = (picker: Picker) => picker.items.map(({ label }) => label);

  it('is searched by all that a row says, and goes on with the one that is chosen', async () => {
    await chat().send('Greet Ada');
    const { sessionId } = chat();
    await chat().begin();
    await chat().send('Greet Bob');
    const { picker, ended } = await opened();
    assert.deepEqual([picker.matchOnDescription, picker.matchOnDetail], [true, true]);
    assert.deepEqual(labels(picker).slice(0, 2), ['Greet Bob', 'Greet Ada']);
    picker.choose('Greet Ada');
    await ended;
    assert.equal(chat().sessionId, sessionId);
  });

  it('is shown while it is read, page by page, and read no further once the person has left', async () => {
    const { chat: view } = api;
    await view.chat.send('Greet Ada');
    const client = await api.connection.client();
    const list = client.sessions.list.bind(client.sessions);
    const [own] = await list({ limit: 1 });
    assert.ok(own);
    const other = { ...own, metadata: { ...own.metadata, local_id: 'another' } };
    let more = (_: AgentSession[]) => {};
    const signals: (AbortSignal | undefined)[] = [];
    Object.assign(client.sessions, {
      list: (_: unknown, options?: { signal?: AbortSignal }) => {
        signals.push(options?.signal);
        return new Promise<AgentSession[]>((resolve) => {
          more = resolve;
        });
      },
    });
    try {
      const ended = vscode.commands.executeCommand('tavora.chatHistory');
      const picker = await until('the history is shown', () => pickers[0]);
      assert.deepEqual([picker.isShown, picker.busy, picker.items.length], [true, true, 0]);
      await until('the first page is asked for', () => signals.length === 1);
      more([own, ...Array.from({ length: 99 }, () => other)]);
      await until('the second page is asked for', () => signals.length === 2);
      assert.deepEqual([labels(picker), picker.busy], [['Greet Ada'], true]);
      picker.leave();
      await ended;
      assert.equal(signals[1]?.aborted, true);
      more(Array.from({ length: 100 }, () => own));
      assert.deepEqual([picker.isShown, signals.length], [false, 2]);
    } finally {
      Reflect.deleteProperty(client.sessions, 'list');
    }
  });

  it('goes on with the newest by Enter alone', async () => {
    await chat().send('Greet Eve');
    const { sessionId } = chat();
    await chat().begin();
    // The editor's own, which chooses its first row by itself.
    let shown: vscode.QuickPick<Row> | undefined;
    Object.assign(vscode.window, {
      createQuickPick: () => {
        shown = createQuickPick();
        return shown;
      },
    });
    const ended = vscode.commands.executeCommand('tavora.chatHistory');
    await until('a row is chosen', () => shown?.activeItems.length);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await ended;
    assert.equal(chat().sessionId, sessionId);
  });

  it('stays with what was read when an older page cannot be', async () => {
    await chat().send('Greet Finn');
    const client = await api.connection.client();
    const [own] = await client.sessions.list({ limit: 1 });
    Object.assign(client.sessions, {
      list: async ({ offset }: { offset: number }) => {
        if (offset > 0) {
          throw new Error('The database is gone.');
        }
        return [own];
      },
    });
    try {
      const { picker, ended } = await opened();
      await until('it is read', () => !picker.busy);
      assert.deepEqual(
        [labels(picker), picker.isShown, picker.title],
        [['Greet Finn'], true, 'Older conversations could not be read'],
      );
      picker.leave();
      await ended;
    } finally {
      Reflect.deleteProperty(client.sessions, 'list');
    }
  });

  it('renames and deletes, and shows what is left', async () => {
    await chat().send('Greet Cleo');
    const answers = new Answers(['Cleo, greeted']);
    try {
      const { picker, ended } = await opened();
      picker.button('Greet Cleo', 'Rename');
      const renamed = await opened(2);
      assert.ok(labels(renamed.picker).includes('Cleo, greeted'));
      renamed.picker.button('Cleo, greeted', 'Delete');
      const left = await opened(3);
      assert.ok(messages.find(/^Delete “Cleo, greeted” with all its steps\?$/));
      assert.ok(!labels(left.picker).includes('Cleo, greeted'));
      left.picker.leave();
      await ended;
    } finally {
      answers.restore();
    }
  });

  it('exports as Markdown, and opens the trace', async () => {
    await chat().send('Greet Dan');
    const { sessionId = '' } = chat();
    const { picker, ended } = await opened();
    picker.button('Greet Dan', 'Export as Markdown');
    await ended;
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /^# Greet Dan\n/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    pickers = [];
    const again = await opened();
    again.picker.button('Greet Dan', 'Open Trace');
    await again.ended;
    assert.ok(api.studio.panel(sessionId));
  });

  it('has no session that a run of evals has made, and says when there is nothing', async () => {
    const client = await api.connection.client();
    for (const one of await client.sessions.list({ limit: 100 })) {
      if (one.metadata?.local_id === 'greeter') {
        await client.sessions.delete(one.id);
      }
    }
    const { agents } = await api.drafts.ensureSynced(made.now, new AbortController().signal, ['greeter']);
    const { id } = await client.evals.start(agents[0]?.agentId ?? '', { target: 'draft' });
    for await (const _ of client.evals.follow(id));
    const sessions = await client.sessions.list({ limit: 100 });
    assert.ok(sessions.some(({ metadata }) => metadata?.local_id === 'greeter'));
    await vscode.commands.executeCommand('tavora.chatHistory');
    assert.ok(messages.find(/has had no conversation on .* yet\.$/));
    assert.deepEqual(
      pickers.map(({ isShown, items }) => [isShown, items.length]),
      [[false, 0]],
    );
  });
});
