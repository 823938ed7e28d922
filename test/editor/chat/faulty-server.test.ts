import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TavoraClient } from '../../../src/client';
import type { Ending } from '../../../src/webviews/chat/messages';
import { type Fault, frame } from '../../fixtures/servers';
import { until } from '../support/api';
import { faultyChat, json, sessionOf } from '../support/faulty-chat';

describe('Chat with a server that misbehaves', () => {
  const here = faultyChat('unlucky');
  const { chat } = here;
  const ending = (): Ending => {
    const last = here.ending();
    assert.ok(last);
    return last;
  };

  const refusals: [string, Fault, RegExp][] = [
    [
      '401',
      { kind: 'answer', status: 401, body: { message: 'The key is wrong.', code: 'unauthorized' } },
      /key/i,
    ],
    ['429', { kind: 'answer', status: 429, body: { message: 'Too many requests.' } }, /too many|429/i],
    ['500', { kind: 'answer', status: 500, body: { message: 'The database is gone.' } }, /database is gone/],
    ['garbage', { kind: 'garbage' }, /./],
    ['an empty body', { kind: 'empty' }, /./],
    ['a reset', { kind: 'reset' }, /./],
  ];
  for (const [what, fault, message] of refusals) {
    it(`keeps the message when a run is met with ${what}`, async () => {
      here.meet('run', fault);
      await chat().send('Hello?');
      const [first] = chat().entries;
      assert.ok(first?.kind === 'message' && first.text === 'Hello?');
      const last = ending();
      assert.ok(last.kind === 'refused' || last.kind === 'cut', last.kind);
      assert.match(last.message, message);
      assert.equal(chat().state.busy, 'no');
    });
  }

  it('tells a stream that breaks off from one that ended, and keeps what came', async () => {
    here.meet('run', {
      kind: 'stream',
      pieces: [frame({ type: 'sandbox_event', content: 'I look.' })],
      end: 'reset',
    });
    await chat().send('Hello?');
    assert.equal(ending().kind, 'cut');
    assert.ok(chat().entries.some((entry) => entry.kind === 'event' && entry.event.content === 'I look.'));
    await here.api.runLogs.settled();
    const logs = await vscode.workspace.fs.readDirectory(here.made.uri('.runs'));
    assert.deepEqual(logs.map(([name]) => name).sort(), [
      '.gitignore',
      '2026-01-01T00-00-00-000Z-greeter-s1.md',
    ]);
  });

  it('shows the server’s error as the end', async () => {
    here.meet('run', {
      kind: 'stream',
      pieces: [frame({ type: 'error', content: 'No model.' })],
      end: 'close',
    });
    await chat().send('Hello?');
    assert.deepEqual(ending(), { kind: 'error', message: 'No model.' });
  });

  it('can be stopped while a server says nothing', async () => {
    here.meet('run', {
      kind: 'stream',
      pieces: [frame({ type: 'sandbox_event', content: 'I look.' })],
      end: 'stall',
    });
    const sent = chat().send('Hello?');
    await until('the event is there', () => chat().entries.some(({ kind }) => kind === 'event'));
    chat().stop();
    await sent;
    assert.deepEqual(ending(), { kind: 'stopped' });
  });

  it('says that a server has fallen silent, and shows what it has done meanwhile when the person asks', async () => {
    here.meet('run', {
      kind: 'stream',
      pieces: [frame({ type: 'sandbox_event', content: 'I look.' })],
      end: 'stall',
    });
    const client = await here.api.connection.client();
    const { baseUrl } = client;
    const hasty = new TavoraClient({ baseUrl, apiKey: 'tvr_unlucky', timeouts: { silenceMs: 300 } });
    Object.assign(client.sessions, { run: hasty.sessions.run.bind(hasty.sessions) });
    try {
      await chat().send('Hello?');
    } finally {
      Reflect.deleteProperty(client.sessions, 'run');
    }
    assert.deepEqual(ending(), { kind: 'silent', afterMs: 300 });
    const step = (index: number, type: string, content: string) => ({
      id: `s1-${index}`,
      session_id: 's1',
      step_index: index,
      step_type: type,
      content,
      created_at: '2026-01-01T00:00:00Z',
    });
    const steps = [step(0, 'message', 'Hello?'), step(1, 'response', 'Here I am.')];
    here.meet('s1', json({ session: sessionOf('s1', 'completed'), steps }));
    await here.api.chat.handle({ type: 'reread' });
    assert.deepEqual(ending(), { kind: 'done' });
    const told = chat().entries.flatMap((entry) => (entry.kind === 'step' ? [entry.step.content] : []));
    assert.deepEqual(told, ['Hello?', 'Here I am.']);
  });

  it('begins another conversation when another server is chosen, and keeps what was not sent', async () => {
    here.meet('run', { kind: 'answer', status: 500, body: { message: 'Down.' } });
    await chat().send('Hello?');
    assert.equal(ending().kind, 'refused');
    await here.api.connection.choose('embedded');
    assert.equal(chat().sessionId, undefined);
    const [first] = chat().entries;
    assert.ok(first?.kind === 'message' && first.text === 'Hello?');
  });
});
