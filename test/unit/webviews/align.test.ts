import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AgentStep } from '../../../src/protocol';
import { align } from '../../../src/webviews/studio/align';

function step(type: string, content = '', call?: string): AgentStep {
  return {
    id: `${type}-${content}`,
    session_id: 's',
    step_index: 0,
    step_type: type,
    content,
    tool_args: call ? { call } : null,
    duration_ms: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    created_at: '2026-01-01T00:00:00Z',
  };
}

const run = [step('message'), step('execute_js'), step('execute_js_result'), step('response')];

describe('two sessions side by side', () => {
  it('have their steps in pairs when the same things happened', () => {
    assert.deepEqual(align(run, run, 0), [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('leave a gap for a step that only one has, and go on in line', () => {
    const other = [step('message'), step('execute_js'), step('sandbox_event', '', 'search'), ...run.slice(2)];
    assert.deepEqual(align(run, other, 0), [
      [0, 0],
      [1, 1],
      [undefined, 2],
      [2, 3],
      [3, 4],
    ]);
  });

  it('tell calls of one primitive from those of another', () => {
    const [left, right] = [[step('sandbox_event', '', 'search')], [step('sandbox_event', '', 'fetch')]];
    assert.deepEqual(align(left, right, 0), [
      [0, undefined],
      [undefined, 0],
    ]);
  });

  it('pair what is shared by its place, whatever it is', () => {
    assert.deepEqual(align([step('a'), step('b')], [step('b'), step('a')], 2), [
      [0, 0],
      [1, 1],
    ]);
  });

  it('are paired by place when they have nothing in common and are long', () => {
    const many = (type: string) => Array.from({ length: 1_500 }, (_, index) => step(`${type}${index}`));
    const pairs = align(many('a'), many('b'), 0);
    assert.equal(pairs.length, 1_500);
    assert.deepEqual(pairs[1_499], [1_499, 1_499]);
  });

  it('have each step exactly once and in order, however they differ', () => {
    const steps = fc.array(
      fc.constantFrom('message', 'execute_js', 'response', 'error').map((type) => step(type)),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(steps, steps, fc.nat(10), (left, right, shared) => {
        const pairs = align(left, right, shared);
        assert.deepEqual(
          pairs.flatMap(([mine]) => (mine === undefined ? [] : [mine])),
          left.map((_, index) => index),
        );
        assert.deepEqual(
          pairs.flatMap(([, other]) => (other === undefined ? [] : [other])),
          right.map((_, index) => index),
        );
      }),
    );
  });
});
