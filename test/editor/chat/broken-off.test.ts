import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Chat } from '../../../src/workbench/chat/chat';
import { SessionActivity } from '../../../src/workbench/shared/session-activity';
import { type Fault, frame, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { faultyChat, json, sessionOf } from '../support/faulty-chat';
import { forgetServers, workOn } from '../support/servers';

const step = (index: number, type: string, content: string) => ({
  id: `step${index}`,
  session_id: 's1',
  step_index: index,
  step_type: type,
  content,
  created_at: '2026-01-01T00:00:00Z',
});
const stored = (status: string, ...steps: [type: string, content: string][]): Fault =>
  json({ session: sessionOf('s1', status), steps: steps.map((one, index) => step(index, ...one)) });
const done = frame({ type: 'done' });
const looking = frame({ type: 'sandbox_event', content: 'I look.', step_index: 1 });
const answered: Fault = {
  kind: 'stream',
  pieces: [frame({ type: 'response', content: 'Hello!', step_index: 1 }), done],
};
const stalled: Fault = { kind: 'stream', pieces: [looking], end: 'stall' };
const cut: Fault = { kind: 'stream', pieces: [looking], end: 'reset' };

/** An answer that is held back until it is released. */
function held(fault: Fault) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { release, answer: () => released.then(() => fault) };
}

describe('A turn that breaks off', () => {
  const here = faultyChat('broken-off');
  const { chat, ending, meet, asked } = here;

  const said = () =>
    chat().entries.flatMap((entry) => {
      if (entry.kind === 'message') {
        return [entry.text];
      }
      return entry.kind === 'step' && entry.step.step_type === 'message' ? [entry.step.content] : [];
    });
  const looks = () =>
    chat().entries.some((entry) => entry.kind === 'event' && entry.event.content === 'I look.');

  describe('because it is stopped before the server has its message', () => {
    const stopOnce = async (sent: Promise<unknown>, method: string, last: string, times: number) => {
      await until('the server is asked', () => asked(method, last).length === times);
      chat().stop();
      await sent;
      assert.deepEqual(ending(), { kind: 'stopped' });
    };

    it('says it when it goes on, in a first turn', async () => {
      meet('agents', { kind: 'no-answer' });
      await stopOnce(chat().send('Hello?'), 'POST', 'agents', 1);
      meet('agents', json(sessionOf('s1')));
      meet('run', answered);
      await chat().goOn();
      assert.deepEqual([said(), ending()], [['Hello?'], { kind: 'done' }]);
      assert.deepEqual(
        asked('POST', 'run').map(({ body }) => JSON.parse(body)),
        [{ message: 'Hello?' }],
      );
    });

    it('says it when it goes on, in a later turn', async () => {
      meet('run', answered);
      await chat().send('Hello?');
      meet('s1', stored('completed', ['message', 'Hello?'], ['response', 'Hello!']));
      meet('run', { kind: 'no-answer' });
      await stopOnce(chat().send('And now?'), 'POST', 'run', 2);
      meet('run', answered);
      await chat().goOn();
      assert.deepEqual([said(), ending()], [['Hello?', 'And now?'], { kind: 'done' }]);
      assert.deepEqual(JSON.parse(asked('POST', 'run').at(-1)?.body ?? ''), { message: 'And now?' });
    });

    it('says it when it goes on, in the place of the earlier message', async () => {
      meet('run', answered);
      await chat().send('Hello?');
      meet('s1', stored('completed', ['message', 'Hello?'], ['response', 'Hello!']));
      meet('replay', { kind: 'no-answer' });
      await stopOnce(chat().resend(0, 'Good day?'), 'POST', 'replay', 1);
      meet('replay', {
        kind: 'stream',
        pieces: [frame({ type: 'replay_started', args: { session_id: 's2' } }), done],
      });
      await chat().goOn();
      assert.deepEqual([said(), ending(), chat().sessionId], [['Good day?'], { kind: 'done' }, 's2']);
      const bodies = asked('POST', 'replay').map(({ body }) => JSON.parse(body));
      assert.deepEqual(bodies, Array(2).fill({ from_step: 0, message: 'Good day?' }));
    });

    it('shows the answer when it goes on, where the server had the message after all', async () => {
      meet('run', { kind: 'no-answer' });
      await stopOnce(chat().send('Hello?'), 'POST', 'run', 1);
      meet('s1', stored('completed', ['message', 'Hello?'], ['response', 'Hello!']));
      await chat().goOn();
      assert.deepEqual([said(), ending()], [['Hello?'], { kind: 'done' }]);
      assert.equal(asked('POST', 'run').length, 1);
    });

    it('keeps it for the next window when this one is closed', async () => {
      meet('agents', { kind: 'no-answer' });
      const open = () =>
        new Chat(here.api, new SessionActivity(), {
          onState() {},
          onEntries() {},
          onConversation() {},
          onQuestion() {},
          onReturned() {},
          onEnding() {},
        });
      const closing = open();
      const sent = closing.send('Hello?');
      await until('the server is asked', () => asked('POST', 'agents').length === 1);
      closing.dispose();
      await sent;
      const next = open();
      try {
        await next.attach();
        const [message, end] = next.entries;
        assert.ok(message?.kind === 'message' && message.text === 'Hello?');
        assert.ok(end?.kind === 'ending' && end.ending.kind === 'refused');
        assert.match(end.ending.message, /window was closed before this message was sent/);
      } finally {
        next.dispose();
      }
    });
  });

  describe('because its connection breaks', () => {
    it('shows the error that the run has met meanwhile', async () => {
      meet('run', cut);
      meet(
        's1',
        stored('error', ['message', 'Hello?'], ['sandbox_event', 'I look.'], ['error', 'No model.']),
      );
      meet('events', {
        kind: 'stream',
        pieces: [frame({ type: 'error', content: 'No model.', step_index: 2 })],
      });
      await chat().send('Hello?');
      assert.deepEqual(ending(), { kind: 'error', message: 'No model.' });
      assert.match(asked('GET', 'events')[0]?.path ?? '', /after=1$/);
    });

    it('goes on before that error, on a server that tells nothing of it', async () => {
      meet('run', cut);
      meet(
        's1',
        stored('error', ['message', 'Hello?'], ['sandbox_event', 'I look.'], ['error', 'No model.']),
      );
      await chat().send('Hello?');
      assert.equal(ending()?.kind, 'cut');
      meet('replay', {
        kind: 'stream',
        pieces: [frame({ type: 'replay_started', args: { session_id: 's2' } }), done],
      });
      await chat().goOn();
      assert.deepEqual([said(), ending()], [['Hello?'], { kind: 'done' }]);
      assert.deepEqual(
        asked('POST', 'replay').map(({ body }) => JSON.parse(body)),
        [{ from_step: 2 }],
      );
    });

    it('is ended on the server when it is stopped before it is followed again', async () => {
      const reading = held(stored('running', ['message', 'Hello?']));
      meet('run', cut);
      meet('s1', reading.answer);
      meet('events', stalled);
      meet('stop', json(sessionOf('s1', 'cancelled')));
      const sent = chat().send('Hello?');
      await until('the session is read', () => asked('GET', 's1').length > 0);
      chat().stop();
      reading.release();
      await sent;
      assert.deepEqual(ending(), { kind: 'stopped' });
      assert.equal(asked('POST', 'stop').length, 1);
    });

    it('is ended without waiting for a server that does not say any more how it is', async () => {
      meet('run', cut);
      meet('s1', { kind: 'no-answer' });
      meet('stop', json(sessionOf('s1', 'cancelled')));
      const sent = chat().send('Hello?');
      await until('the session is read', () => asked('GET', 's1').length === 1);
      // The server is given up sooner than a request to it.
      await chat().turns.end();
      assert.equal(chat().turns.isBusy, false);
      assert.deepEqual(ending(), { kind: 'stopped' });
      assert.equal(asked('POST', 'stop').length, 1);
      await here.api.connection.choose('embedded');
      await sent;
    });
  });

  it('because another server is chosen is not looked for there', async () => {
    const other = await startFaultServer(json({ id: 'p', name: 'P', created_at: '', updated_at: '' }));
    try {
      meet('run', stalled);
      const sent = chat().send('Hello?');
      await until('the agent looks', looks);
      await workOn(here.api, 'Other', other);
      await sent;
      assert.deepEqual(
        other.requests.map(({ path }) => path).filter((path) => path.includes('s1')),
        [],
      );
      assert.deepEqual([chat().sessionId, chat().state.busy], [undefined, 'no']);
    } finally {
      await forgetServers(here.api, other);
      await other.close();
    }
  });

  describe('because another conversation begins', () => {
    const logged = async () => {
      const files = await vscode.workspace.fs.readDirectory(here.made.uri('.runs'));
      return files.some(([file]) => file.endsWith('-s1.md'));
    };
    beforeEach(async () => {
      meet('s1', stored('running', ['message', 'Hello?'], ['sandbox_event', 'I look.']));
      await here.api.runLogs.settled();
      const folder = here.made.uri('.runs');
      await vscode.workspace.fs.createDirectory(folder);
      await vscode.workspace.fs.delete(folder, { recursive: true });
    });

    it('is written down as every other', async () => {
      meet('run', stalled);
      const sent = chat().send('Hello?');
      await until('the agent looks', looks);
      await chat().begin();
      await sent;
      await until('its log is there', logged);
    });

    it('is written down when it was only followed', async () => {
      meet('events', stalled);
      const client = await here.api.connection.client();
      const { session } = await client.sessions.get('s1');
      await chat().resume(session);
      await until('the agent looks', looks);
      await chat().begin();
      await until('its log is there', logged);
    });

    it('leaves the other one alone when it is read late', async () => {
      const late = held(json({ session: { ...sessionOf('s1', 'completed'), model: 'old/one' }, steps: [] }));
      meet('run', answered);
      meet('s1', late.answer);
      const first = chat().send('Hello?');
      await until('it is read', () => asked('GET', 's1').length > 0);
      await chat().begin();
      meet('agents', json({ ...sessionOf('s2'), model: 'new/one' }));
      meet('run', stalled);
      const second = chat().send('And you?');
      await until('the agent looks', looks);
      late.release();
      await first;
      assert.deepEqual([chat().state.model, chat().state.busy], ['new/one', 'running']);
      chat().stop();
      await second;
      assert.deepEqual([said(), ending()], [['And you?'], { kind: 'stopped' }]);
    });

    it('leaves the other one alone when it was being read back', async () => {
      const client = await here.api.connection.client();
      const { session } = await client.sessions.get('s1');
      const late = held(stored('completed', ['message', 'Hello?'], ['response', 'Hello!']));
      meet('s1', late.answer);
      const resumed = chat().resume(session);
      await until('it is read', () => asked('GET', 's1').length > 1);
      await chat().begin();
      late.release();
      await resumed;
      assert.deepEqual([said(), chat().state.busy], [[], 'no']);
    });
  });
});
