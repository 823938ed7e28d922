import assert from 'node:assert/strict';
import type { AgentSession, AgentStep } from '../../../src/protocol';
import { sessionMarkdown } from '../../../src/workbench/shared/session-markdown';
import { groupSessions } from '../../../src/workbench/studio/session-groups';

const now = new Date(2026, 5, 10, 12).getTime();

function session(id: string, more: Partial<AgentSession> = {}): AgentSession {
  return {
    id,
    title: `Title of ${id}`,
    system_prompt: '',
    model: 'local/rehearsal',
    status: 'completed',
    created_at: new Date(now).toISOString(),
    prompt_tokens: 0,
    completion_tokens: 0,
    step_count: 0,
    duration_ms: 0,
    ...more,
  };
}

function step(type: string, content: string, args?: Record<string, unknown>): AgentStep {
  return {
    id: content,
    session_id: 's',
    step_index: 0,
    step_type: type,
    content,
    tool_args: args,
    duration_ms: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    created_at: '',
  };
}

describe('sessions put together', () => {
  const sessions = [
    session('a', { metadata: { local_id: 'support' } }),
    session('b', { status: 'running' }),
    session('c', { status: 'error', created_at: new Date(2026, 5, 9, 23).toISOString() }),
    session('d', { metadata: { local_id: 'support' }, created_at: new Date(2026, 4, 1).toISOString() }),
    session('e', { status: 'waiting', created_at: 'some day' }),
    session('f', { created_at: 'some day' }),
  ];
  const grouped = (by: Parameters<typeof groupSessions>[1]) =>
    groupSessions(sessions, by, now).map((group) => [
      group.label,
      group.sessions.map(({ id }) => id).join(''),
    ]);

  it('in one list have those under way first', () => {
    assert.deepEqual(grouped('none'), [['', 'beacdf']]);
  });
  it('by agent', () => {
    assert.deepEqual(grouped('agent'), [
      ['Under way', 'be'],
      ['support', 'ad'],
      ['No agent', 'cf'],
    ]);
  });
  it('by status', () => {
    assert.deepEqual(grouped('status'), [
      ['Under way', 'be'],
      ['completed', 'adf'],
      ['error', 'c'],
    ]);
  });
  it('by day, in the words of people', () => {
    assert.deepEqual(grouped('day'), [
      ['Under way', 'be'],
      ['Today', 'a'],
      ['Yesterday', 'c'],
      ['May 1, 2026', 'd'],
      ['No date', 'f'],
    ]);
  });
});

describe('a session as Markdown', () => {
  it('has what was said, run, called and given, in order', () => {
    const text = sessionMarkdown(
      session('s1', { title: 'Order\n7', prompt_tokens: 5, completion_tokens: 2 }),
      [
        step('message', 'Where is it?'),
        step('sandbox_event', 'I look.', { kind: 'text' }),
        step('execute_js', 'search("7")'),
        step('sandbox_event', 'search "7": 1 row', { call: 'search' }),
        step('execute_js_result', '1', { ok: true }),
        step('input_request', '', { message: 'Sure?' }),
        step('response', 'There.'),
      ],
    );
    assert.match(text, /^# Order 7\n\n- Session: s1\n/);
    assert.match(text, /- Tokens: 7\n/);
    const at = [
      '## You',
      'I look.',
      '```js\nsearch("7")',
      '- `search`:',
      'Result:',
      'Asked: Sure?',
      '## Answer',
    ].map((part) => text.indexOf(part));
    assert.deepEqual(
      at,
      [...at].sort((one, other) => one - other),
    );
    assert.ok(!at.includes(-1), text);
  });

  it('lets nothing in a block close its fence', () => {
    const text = sessionMarkdown(session('s1'), [step('execute_js', 'x = "````";')]);
    assert.match(text, /`````js\nx = "````";\n`````/);
  });

  it('says what failed, and shows what it does not know', () => {
    const text = sessionMarkdown(session('s1', { title: '' }), [
      step('execute_js_result', 'Error: no', { ok: false }),
      step('error', 'The model is gone.'),
      step('telepathy', 'from afar'),
    ]);
    assert.match(text, /^# Untitled session/);
    assert.match(text, /Failed:\n\n```\nError: no\n```/);
    assert.match(text, /\*\*The run failed\.\*\* The model is gone\./);
    assert.match(text, /`telepathy`: from afar/);
  });
});
