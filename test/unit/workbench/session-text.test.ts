import assert from 'node:assert/strict';
import type { AgentSession } from '../../../src/protocol';
import { describeSession, isOfEval, relativeTime } from '../../../src/workbench/shared/session-text';

const now = Date.UTC(2026, 0, 15, 12);
const ago = (ms: number) => new Date(now - ms).toISOString();

describe('a session in words', () => {
  for (const [ms, words] of [
    [2000, 'just now'],
    [45_000, '45 seconds ago'],
    [5 * 60_000, '5 minutes ago'],
    [3 * 3_600_000, '3 hours ago'],
    [86_400_000, 'yesterday'],
    [12 * 86_400_000, '12 days ago'],
    // A server's clock may be ahead of ours.
    [-5 * 60_000, 'in 5 minutes'],
  ] as const) {
    it(`calls ${ms} ms ${words}`, () => {
      assert.equal(relativeTime(ago(ms), now), words);
    });
  }

  it('leaves out a time that cannot be read', () => {
    assert.equal(relativeTime('yesterday-ish', now), '');
  });

  const session: AgentSession = {
    id: 's',
    title: 'Where is order A-1002?',
    system_prompt: '',
    model: 'local/rehearsal',
    metadata: { local_id: 'support', parent_session_id: 'p' },
    status: 'completed',
    created_at: ago(5 * 60_000),
    prompt_tokens: 0,
    completion_tokens: 0,
    step_count: 1,
    duration_ms: 0,
  };

  it('says that it is a replay, of which agent, and when', () => {
    assert.deepEqual(describeSession(session, now), {
      label: 'Where is order A-1002?',
      description: 'replay · support · 5 minutes ago',
      detail: 'completed · 1 step · local/rehearsal',
    });
  });

  it('says which came from a run of evals, a check among them', () => {
    const ofEval = { ...session, metadata: { local_id: 'support', eval_run_id: 'r' } };
    assert.equal(describeSession(ofEval, now).description, 'eval · support · 5 minutes ago');
    assert.deepEqual(
      [isOfEval(ofEval), isOfEval(session), isOfEval({ ...session, metadata: null })],
      [true, false, false],
    );
  });

  it('does without what the server does not tell', () => {
    const bare = { ...session, title: '', metadata: null, model: '', status: '', created_at: '' };
    assert.deepEqual(describeSession(bare, now), {
      label: 'Untitled session',
      description: '',
      detail: '1 step',
    });
  });
});
