import assert from 'node:assert/strict';
import { analyzeByRules } from '../../../../src/runtime/agent/analyze-rules';
import type { Step } from '../../../../src/runtime/store';

function step(
  index: number,
  type: string,
  content: string,
  args: Record<string, unknown> | null = null,
): Step {
  return {
    id: `s${index}`,
    session_id: 's',
    step_index: index,
    step_type: type,
    content,
    tool_name: null,
    tool_args: args,
    duration_ms: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    parent_step_id: null,
    created_at: '2026-01-01T00:00:00.000Z',
  };
}

const failing = [
  step(0, 'message', 'Refund order A-1, please!'),
  step(1, 'execute_js', "require('refund')({ id: 'A-1' })"),
  step(2, 'execute_js_result', 'Error: not delivered', {
    error: { message: 'not delivered', kind: 'throw', file: 'agents/s/skills/refund.js', line: 7 },
  }),
  step(3, 'response', 'That did not work.'),
];

const pick = (...indexes: number[]) => failing.filter((one) => indexes.includes(one.step_index));

describe('analysis by rules', () => {
  it('says that no model made it', () => {
    assert.match(
      analyzeByRules(failing, pick(2), '').reasoning,
      /by rules from the steps, not by a language model/,
    );
  });

  for (const index of [1, 2]) {
    it(`names the file, the line, the error and the skill from step ${index}`, () => {
      const { reasoning, prompt_changes: change } = analyzeByRules(failing, pick(index), '');
      assert.match(
        reasoning,
        /agents\/s\/skills\/refund\.js:7 failed with “not delivered”\. It called refund\./,
      );
      assert.match(change, /refund\.js:7 throws; .*not delivered/);
    });
  }

  it('makes an eval case of the message and the expected outcome', () => {
    const { eval_case: made, prompt_changes: change } = analyzeByRules(failing, pick(3), 'A polite refusal.');
    assert.deepEqual(made, {
      name: 'refund-order-a-1-please',
      prompt: 'Refund order A-1, please!',
      criteria: 'A polite refusal.',
    });
    assert.match(change, /outcome must be: A polite refusal\./);
  });

  it('tells a response without a block from one after blocks', () => {
    const bare = [step(0, 'message', 'hi'), step(1, 'response', 'hello')];
    assert.match(analyzeByRules(bare, bare.slice(1), '').reasoning, /nothing was run before it/);
    assert.match(analyzeByRules(failing, pick(3), '').reasoning, /follows 1 block that ran/);
  });

  it('gives the same for the same', () => {
    assert.deepEqual(analyzeByRules(failing, pick(1, 3), 'x'), analyzeByRules(failing, pick(1, 3), 'x'));
  });

  it('has no case where no message is', () => {
    const [, ...rest] = failing;
    assert.equal(analyzeByRules(rest, pick(2), 'x').eval_case, null);
  });
});
