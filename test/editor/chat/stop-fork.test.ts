import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Fault, frame } from '../../fixtures/servers';
import { until } from '../support/api';
import { faultyChat, json, sessionOf } from '../support/faulty-chat';

const at = '2026-01-01T00:00:00Z';
const started = { type: 'replay_started', args: { session_id: 's2', parent_session_id: 's1' } };
const message = {
  id: 'm0',
  session_id: 's1',
  step_index: 0,
  step_type: 'message',
  content: 'Hello?',
  created_at: at,
};
const answer = { ...message, id: 'm1', step_index: 1, step_type: 'response', content: 'Hello!' };

describe('A fork that is stopped before its session is known', () => {
  const here = faultyChat('stopped-fork');
  const { chat } = here;
  /** Lets the server say which session the fork is. */
  let release: () => void;

  beforeEach(async () => {
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const run: Fault = {
      kind: 'stream',
      pieces: [frame({ type: 'response', content: 'Hello!' }), frame({ type: 'done', summary: {} })],
    };
    here.meet('run', run);
    const session = sessionOf('s1', 'completed');
    here.meet('s1', json({ session, steps: [message, answer], system_prompt: '', tools: [] }));
    here.meet('s2', json({ session: sessionOf('s2', 'cancelled'), steps: [], system_prompt: '', tools: [] }));
    here.meet('stop', json({ ok: true }));
    here.meet('replay', () => ({ kind: 'stream', pieces: pieces(held), end: 'stall' }));
  });
  afterEach(() => release());

  async function* pieces(held: Promise<void>) {
    yield ': open\n\n';
    await held;
    yield frame(started);
  }
  const stops = () => here.asked('POST', 'stop').map(({ path }) => path);
  const asked = () =>
    until('the server is asked for the fork', () => here.asked('POST', 'replay').length === 1);

  it('is ended at the server once it is, in the chat', async () => {
    await chat().send('Hello?');
    const said = chat().resend(0, 'Hello there?');
    await asked();
    chat().stop();
    assert.deepEqual(stops(), [], 'the session that it comes from is not ended');
    release();
    await said;
    assert.deepEqual(here.ending(), { kind: 'stopped' });
    assert.deepEqual(
      stops().map((path) => path.split('/').at(-2)),
      ['s2'],
    );
    assert.equal(chat().state.busy, 'no');
  });

  it('is ended at the server once it is, in the studio', async () => {
    await vscode.commands.executeCommand('tavora.openStudio', 's1');
    const panel = await until('the trace is read', () => {
      const one = here.api.studio.panel('s1');
      return one?.lastTrace ? one : undefined;
    });
    panel.replayFrom({ fromStep: 0, message: 'Hello there?' });
    await asked();
    await panel.handle({ type: 'stop-replay' });
    assert.deepEqual(stops(), []);
    release();
    const ended = await until('it has ended', () =>
      panel.lastReplay?.phase === 'ended' ? panel.lastReplay : undefined,
    );
    assert.equal(ended.problem, '');
    assert.deepEqual(
      stops().map((path) => path.split('/').at(-2)),
      ['s2'],
    );
  });
});
