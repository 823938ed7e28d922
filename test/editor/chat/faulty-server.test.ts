import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { Ending } from '../../../src/webviews/chat/messages';
import { agentKey } from '../../../src/workbench/chat/agents';
import { type Fault, type FaultServer, frame, type Received, startFaultServer } from '../../fixtures/servers';
import { activated, until } from '../support/api';
import { TestProject } from '../support/project';

const session = { id: 's1', title: '', status: 'idle', created_at: '2026-01-01T00:00:00Z' };

describe('Chat with a server that misbehaves', () => {
  let api: TestApi;
  let made: TestProject;
  let server: FaultServer;
  let run: Fault;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'unlucky');
  });
  after(() => made.remove());
  beforeEach(async () => {
    const answers: Record<string, unknown> = {
      project: { id: 'p', name: 'P', created_at: '', updated_at: '' },
      'agent-configs': [],
      'source-sync': {
        draftHash: made.now.project.sourceHash,
        syncedAt: '2026-01-02T00:00:00Z',
        agents: [{ localId: 'greeter', agentId: 'a1', sourceHash: made.now.agent('greeter')?.sourceHash }],
      },
      agents: session,
      s1: { session, steps: [] },
    };
    server = await startFaultServer(({ path }: Received): Fault => {
      const name = path.split('/').at(-1) ?? '';
      if (name === 'run') {
        return run;
      }
      return Object.hasOwn(answers, name)
        ? { kind: 'answer', body: answers[name] }
        : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
    });
    await api.connection.profiles.save({ id: 'unlucky', label: 'Unlucky', url: server.url });
    await api.connection.keys.set(server.url, 'tvr_unlucky');
    await api.connection.choose('unlucky');
    await chat().choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
    await chat().begin();
  });
  afterEach(async () => {
    await chat().begin();
    await api.connection.choose('embedded');
    await api.connection.keys.remove(server.url);
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  const chat = () => api.chat.chat;
  const ending = (): Ending => {
    const last = chat().entries.at(-1);
    assert.ok(last?.kind === 'ending');
    return last.ending;
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
      run = fault;
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
    run = { kind: 'stream', pieces: [frame({ type: 'sandbox_event', content: 'I look.' })], end: 'reset' };
    await chat().send('Hello?');
    assert.equal(ending().kind, 'cut');
    assert.ok(chat().entries.some((entry) => entry.kind === 'event' && entry.event.content === 'I look.'));
  });

  it('shows the server’s error as the end', async () => {
    run = { kind: 'stream', pieces: [frame({ type: 'error', content: 'No model.' })], end: 'close' };
    await chat().send('Hello?');
    assert.deepEqual(ending(), { kind: 'error', message: 'No model.' });
  });

  it('can be stopped while a server says nothing', async () => {
    run = { kind: 'stream', pieces: [frame({ type: 'sandbox_event', content: 'I look.' })], end: 'stall' };
    const sent = chat().send('Hello?');
    await until('the event is there', () => chat().entries.some(({ kind }) => kind === 'event'));
    chat().stop();
    await sent;
    assert.deepEqual(ending(), { kind: 'stopped' });
  });

  it('begins another conversation when another server is chosen, and keeps what was not sent', async () => {
    run = { kind: 'answer', status: 500, body: { message: 'Down.' } };
    await chat().send('Hello?');
    assert.equal(ending().kind, 'refused');
    await api.connection.choose('embedded');
    assert.equal(chat().sessionId, undefined);
    const [first] = chat().entries;
    assert.ok(first?.kind === 'message' && first.text === 'Hello?');
  });
});
