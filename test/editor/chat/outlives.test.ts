import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { inputRequestOf } from '../../../src/protocol';
import { agentKey } from '../../../src/workbench/chat/agents';
import { Chat } from '../../../src/workbench/chat/chat';
import { SessionActivity } from '../../../src/workbench/shared/session-activity';
import { type CuttingServer, startCutting } from '../../fixtures/servers';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { activated, closeEditors, until } from '../support/api';
import { askingSkill, keptForNext, questionIn } from '../support/chat';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const skill = 'agents/greeter/skills/greet.js';

describe('A run whose page goes away', () => {
  let api: TestApi;
  let made: TestProject;
  let messages: Messages;

  before(async () => {
    api = await activated();
    await api.connection.choose('embedded');
    made = await TestProject.make(api, 'outlives');
    await made.write(skill, askingSkill);
  });
  after(async () => {
    await chat().begin();
    await made.remove();
  });
  beforeEach(async () => {
    messages = new Messages();
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
  });
  afterEach(async () => {
    await chat().begin();
    messages.restore();
    await closeEditors();
  });

  const chat = () => api.chat.chat;
  const endingOf = (one: Chat) => {
    const last = one.entries.at(-1);
    return last?.kind === 'ending' ? last.ending : undefined;
  };
  const stored = async (id: string) => await (await api.connection.client()).sessions.get(id);
  it('is followed by the chat of the next window, to its end', async () => {
    const sending = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    await keptForNext(chat());
    // The next window has the same memory and nothing else.
    const next = new Chat(api, new SessionActivity(), {
      onState() {},
      onEntries() {},
      onConversation() {},
      onQuestion() {},
      onReturned() {},
      onEnding() {},
    });
    try {
      await next.attach();
      await until('it is followed', () => next.state.busy === 'running');
      assert.equal(endingOf(next), undefined);
      const question = questionIn(next);
      assert.ok(question);
      await next.answer(question, true);
      await until('it has ended there', () => endingOf(next));
      assert.deepEqual(endingOf(next), { kind: 'done' });
      await sending;
      assert.deepEqual(endingOf(chat()), { kind: 'done' });
      const { steps } = await stored(chat().sessionId ?? '');
      const seen = next.entries.flatMap((entry) => {
        if (entry.kind === 'step') return [entry.step.step_index];
        return entry.kind === 'event' && typeof entry.event.step_index === 'number'
          ? [entry.event.step_index]
          : [];
      });
      assert.deepEqual(
        seen,
        steps.map(({ step_index: index }) => index),
      );
    } finally {
      next.dispose();
    }
  });

  it('is followed by the next window before its chat is seen, which says what it asks', async () => {
    const sending = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    await keptForNext(chat());
    const connected = new vscode.EventEmitter<void>();
    const connection = Object.create(api.connection, { onDidChange: { value: connected.event } });
    const asked: string[] = [];
    const next = new Chat({ ...api, connection }, new SessionActivity(), {
      onState() {},
      onEntries() {},
      onConversation() {},
      onQuestion: (_, { args }) => asked.push(inputRequestOf(args)?.message ?? ''),
      onEnding() {},
      onReturned() {},
    });
    try {
      connected.fire();
      await until('it is followed', () => next.state.busy === 'running');
      assert.deepEqual(asked, ['Greet Ada?']);
      await next.answer(questionIn(next) ?? '', true);
      await until('it has ended there', () => endingOf(next)?.kind === 'done');
      await sending;
      // Nothing goes on: the window after it reads nothing.
      const later = new Chat({ ...api, connection }, new SessionActivity(), {
        onState() {},
        onEntries() {},
        onConversation: () => assert.fail('It was read.'),
        onQuestion() {},
        onEnding() {},
        onReturned() {},
      });
      connected.fire();
      await later.ready;
      assert.equal(later.state.busy, 'no');
      later.dispose();
    } finally {
      next.dispose();
    }
  });

  it('ends on the server when it is stopped', async () => {
    const sending = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    chat().stop();
    await sending;
    assert.deepEqual(endingOf(chat()), { kind: 'stopped' });
    assert.equal((await stored(chat().sessionId ?? '')).session.status, 'cancelled');
  });

  it('can be gone on from where it was stopped', async () => {
    const sending = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    chat().stop();
    await sending;
    const going = chat().goOn();
    const first = questionIn(chat());
    const again = await until('it asks again', () => {
      const one = questionIn(chat());
      return one !== first ? one : undefined;
    });
    const questions = chat().entries.filter((entry) =>
      entry.kind === 'event'
        ? entry.event.type === 'input_request'
        : entry.kind === 'step' && entry.step.step_type === 'input_request',
    );
    assert.equal(questions.length, 1, 'the question that waits for nothing is gone');
    await chat().answer(again, true);
    await going;
    assert.deepEqual(endingOf(chat()), { kind: 'done' });
  });

  it('is a replay of a panel that is closed and opened again', async () => {
    await made.write(skill, askingSkill);
    const first = chat().send('Greet Ada');
    const question = await until('it asks', () => questionIn(chat()));
    await chat().answer(question, true);
    await first;
    const sessionId = chat().sessionId ?? '';
    const open = async () => {
      await vscode.commands.executeCommand('tavora.openStudio', sessionId);
      return await until('the trace is read', () => {
        const panel = api.studio.panel(sessionId);
        return panel?.lastTrace ? panel : undefined;
      });
    };
    const panel = await open();
    panel.replayFrom({ fromStep: 0, message: 'Greet Bob' });
    const waiting = await until('the replay asks', () => {
      const { trace } = panel.lastReplay ?? {};
      return trace?.session.status === 'waiting' ? trace : undefined;
    });
    panel.panel.dispose();
    await until('the panel is closed', () => api.studio.panel(sessionId) === undefined);
    const replayId = waiting.session.id;
    assert.equal((await stored(replayId)).session.status, 'waiting');
    const reopened = await open();
    reopened.compare(replayId);
    await until('it is followed again', () => reopened.lastReplay?.phase === 'running');
    const asked = inputRequestOf(waiting.steps.at(-1)?.tool_args);
    assert.ok(asked);
    const client = await api.connection.client();
    await client.sessions.input(replayId, { request_id: asked.request_id, value: true });
    const ended = await until('it has ended', () =>
      reopened.lastReplay?.phase === 'ended' ? reopened.lastReplay : undefined,
    );
    assert.equal(ended.problem, '');
    assert.equal(ended.trace?.session.status, 'completed');
    assert.equal(ended.trace?.steps.at(-1)?.step_type, 'response');
  });

  describe('when the connection is cut', () => {
    let server: ReducedServer;
    let front: CuttingServer;

    beforeEach(async function () {
      this.timeout(60_000);
      // A runtime of its own, because the key of the window's is nobody's to know.
      server = await startReduced({
        env: { TAVORA_RUN_GRACE_SECONDS: '300' },
        file: vscode.Uri.joinPath(api.context.extensionUri, 'dist', 'runtime.js').fsPath,
      });
      front = await startCutting(server.full.url);
      await api.connection.profiles.save({ id: 'cutting', label: 'Cutting', url: front.url });
      await api.connection.keys.set(front.url, server.full.apiKey);
      await api.connection.choose('cutting');
    });
    afterEach(async () => {
      await chat().begin();
      await api.connection.choose('embedded');
      await api.connection.keys.remove(front.url);
      const { Global } = vscode.ConfigurationTarget;
      await vscode.workspace.getConfiguration('tavora').update('servers', undefined, Global);
      await front.close();
      await server.close();
    });

    it('goes on in the chat, which follows it again and loses no step', async function () {
      this.timeout(60_000);
      await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
      const sending = chat().send('Greet Ada');
      const question = await until('it asks', () => questionIn(chat()));
      front.cut();
      await chat().answer(question, true);
      await sending;
      assert.deepEqual(endingOf(chat()), { kind: 'done' });
      const { steps } = await stored(chat().sessionId ?? '');
      const seen = chat().entries.flatMap((entry) =>
        entry.kind === 'event' && typeof entry.event.step_index === 'number' ? [entry.event.step_index] : [],
      );
      assert.deepEqual(seen, steps.map(({ step_index: index }) => index).slice(1));
    });
  });
});
