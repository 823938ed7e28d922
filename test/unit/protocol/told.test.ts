import assert from 'node:assert/strict';
import { conversationOf, promptOf, usedPrompts } from '../../../src/protocol';

const step = (index: number, type: string, content: string, args: unknown = null) => ({
  step_index: index,
  step_type: type,
  content,
  tool_args: args,
});

describe('what a model is told', () => {
  it('has the whole reply around a block, and no calls', () => {
    const told = conversationOf([
      step(0, 'message', 'Hello'),
      step(1, 'execute_js', '1 + 1', { reply: 'I add.\n```js\n1 + 1\n```' }),
      step(2, 'sandbox_event', 'log', { call: 'log' }),
      step(3, 'execute_js_result', '2'),
      step(4, 'response', 'Two.'),
    ]);
    assert.deepEqual(told, [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'I add.\n```js\n1 + 1\n```' },
      { role: 'tool', content: '2' },
      { role: 'assistant', content: 'Two.' },
    ]);
  });

  it('says of a block that broke off that it did', () => {
    const told = conversationOf([step(0, 'execute_js', 'confirm()'), step(1, 'message', 'Again')]);
    assert.deepEqual(told.at(-2), { role: 'tool', content: 'The run ended before this block did.' });
  });

  for (const [what, args] of [
    ['nothing', null],
    ['a list', ['a']],
    ['a hash without a text', { prompt_hash: 'a' }],
    ['a text without a hash', { system_prompt: 'Be kind.' }],
    ['a hash that is none', { prompt_hash: 7, system_prompt: 'Be kind.' }],
  ] as const) {
    it(`says no prompt where a step has ${what}`, () => {
      const only = step(0, 'response', 'Hello', args);
      assert.equal(promptOf([only], only), undefined);
      assert.deepEqual(usedPrompts([only]), []);
    });
  }
});
