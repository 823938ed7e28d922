import assert from 'node:assert/strict';
import { readHistory } from '../../../../src/runtime/agent/history';
import type { Step } from '../../../../src/runtime/store';

/** Steps of a session from their types, contents and arguments. */
function steps(...rows: [type: string, content: string, args?: Record<string, unknown>][]): Step[] {
  return rows.map(([type, content, args], index) => ({
    id: `s${index}`,
    session_id: 's',
    step_index: index,
    step_type: type,
    content,
    tool_name: null,
    tool_args: args ?? null,
    duration_ms: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    parent_step_id: null,
    created_at: '2026-01-01T00:00:00.000Z',
  }));
}

describe('the history of a session', () => {
  it('of nothing leads nowhere', () => {
    assert.deepEqual(readHistory([]), { messages: [], data: {}, settled: true });
  });

  it('is the conversation as the model had it', () => {
    const { messages, settled } = readHistory(
      steps(
        ['message', 'hi'],
        ['sandbox_event', 'I look.', { kind: 'text' }],
        ['execute_js', '1', { reply: 'I look.\n\n```js\n1\n```' }],
        ['execute_js_result', '1', { result: 1 }],
        ['response', 'One.'],
      ),
    );
    assert.deepEqual(messages, [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'I look.\n\n```js\n1\n```' },
      { role: 'tool', content: '1' },
      { role: 'assistant', content: 'One.' },
    ]);
    assert.equal(settled, true);
  });

  it('has the data of the run that the steps end in', () => {
    const first = steps(
      ['message', 'a'],
      ['execute_js', '1'],
      ['execute_js_result', '1', { data: { a: 1 } }],
    );
    assert.deepEqual(readHistory(first).data, { a: 1 });
    assert.deepEqual(readHistory([...first, ...steps(['message', 'b'])]).data, {});
  });

  it('has the block that was running, and what its primitives had given', () => {
    const { pending, settled } = readHistory(
      steps(
        ['message', 'a'],
        ['execute_js', 'search("x"); confirm("y")'],
        ['sandbox_event', 'search', { call: 'search', args: ['x'], value: [] }],
        ['sandbox_event', 'failed', { call: 'fetch', args: ['u'], failure: 'not allowed' }],
        ['input_request', 'y', { request_id: 'r' }],
      ),
    );
    assert.equal(settled, false);
    assert.equal(pending?.source, 'search("x"); confirm("y")');
    assert.deepEqual(pending?.calls, [
      { name: 'search', args: ['x'], value: [], failure: undefined },
      { name: 'fetch', args: ['u'], value: undefined, failure: 'not allowed' },
    ]);
  });

  it('tells the model of a block whose run was cut off', () => {
    const { messages, pending } = readHistory(steps(['message', 'a'], ['execute_js', '1'], ['message', 'b']));
    assert.equal(pending, undefined);
    assert.deepEqual(
      messages.map(({ role, content }) => [role, content]),
      [
        ['user', 'a'],
        ['assistant', '1'],
        ['tool', 'The run ended before this block did.'],
        ['user', 'b'],
      ],
    );
  });

  it('passes over steps of types that it does not know', () => {
    assert.equal(readHistory(steps(['message', 'a'], ['later', 'x'])).messages.length, 1);
  });
});
