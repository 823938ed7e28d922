import assert from 'node:assert/strict';
import type { AgentSession, AgentStep } from '../../../src/protocol';
import type { ChatEntry } from '../../../src/webviews/chat/messages';
import { storedEntries, Transcript } from '../../../src/workbench/chat/transcript';

const message = (text: string): ChatEntry => ({ kind: 'message', text, at: 1 });
const refused: ChatEntry = { kind: 'ending', ending: { kind: 'refused', message: 'No.', offers: [] }, at: 2 };
const done: ChatEntry = { kind: 'ending', ending: { kind: 'done' }, at: 2 };

describe('a transcript', () => {
  let batches: ChatEntry[][];
  let wholes: ChatEntry[][];
  let told: Promise<void>;
  let transcript: Transcript;

  beforeEach(() => {
    batches = [];
    wholes = [];
    told = new Promise((resolve) => {
      transcript = new Transcript(
        (entries) => {
          batches.push(entries);
          resolve();
        },
        (entries) => wholes.push([...entries]),
      );
    });
  });
  afterEach(() => transcript.dispose());

  it('tells what comes together in one batch', async () => {
    transcript.add(message('One'));
    transcript.add(done);
    await told;
    assert.deepEqual(batches, [[message('One'), done]]);
  });

  it('tells nothing twice to a page that has just been told everything', async () => {
    transcript.add(message('One'));
    transcript.tellAll();
    transcript.add(done);
    await told;
    assert.deepEqual(wholes, [[message('One')]]);
    assert.deepEqual(batches, [[done]]);
  });

  it('gives back a message that no server took, and only that', () => {
    transcript.replace([message('One'), done, message('Two'), refused]);
    assert.equal(transcript.takeRefused(), 'Two');
    assert.deepEqual(transcript.entries, [message('One'), done]);
    assert.equal(transcript.takeRefused(), undefined);
  });

  describe('that catches up with its server', () => {
    const stored = [message('One'), message('Two'), done];
    const limited: ChatEntry = { kind: 'ending', ending: { kind: 'limited', message: 'Enough.' }, at: 2 };
    const cut: ChatEntry = { kind: 'ending', ending: { kind: 'cut', message: 'Gone.' }, at: 2 };

    it('shows what the server has, whatever broke off here', () => {
      transcript.replace([message('One'), cut]);
      transcript.catchUp(stored);
      assert.deepEqual(transcript.entries, stored);
    });

    it('keeps a message that was not taken, below the rest', () => {
      transcript.replace([message('One'), done, message('Mine'), refused]);
      transcript.catchUp(stored);
      assert.deepEqual(transcript.entries, [...stored, message('Mine'), refused]);
    });

    it('still knows that a limit stopped the last turn, until something is said after it', () => {
      transcript.replace([message('One'), limited]);
      transcript.catchUp([message('One'), done]);
      assert.deepEqual(transcript.entries, [message('One'), limited]);
      transcript.catchUp(stored);
      assert.deepEqual(transcript.entries, stored);
    });
  });
});

describe('a stored session', () => {
  const session = (status: string): AgentSession => ({
    id: 's',
    title: '',
    system_prompt: '',
    model: '',
    status,
    created_at: '2026-01-01T00:00:00Z',
    prompt_tokens: 0,
    completion_tokens: 0,
    step_count: 1,
    duration_ms: 0,
  });
  const step: AgentStep = {
    id: 'x',
    session_id: 's',
    step_index: 0,
    step_type: 'message',
    content: 'Hello',
    duration_ms: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    created_at: 'no time at all',
  };

  for (const [status, kind] of [
    ['completed', 'done'],
    ['cancelled', 'stopped'],
    ['interrupted', 'unfinished'],
    ['running', 'unfinished'],
    ['something new', 'unfinished'],
  ]) {
    it(`that is ${status} ends as ${kind}`, () => {
      const last = storedEntries(session(status ?? ''), [step]).at(-1);
      assert.equal(last?.kind === 'ending' && last.ending.kind, kind);
    });
  }

  it('without steps has no turn and no end', () => {
    assert.deepEqual(storedEntries(session('idle'), []), []);
  });
});
