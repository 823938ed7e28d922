import assert from 'node:assert/strict';
import { stepsOfSkill } from '../../../../src/workbench/studio/skill-steps';
import { step } from '../../../pages/studio-scenes';

describe('the steps of a session that ran a skill', () => {
  const found = (...steps: ReturnType<typeof step>[]) =>
    stepsOfSkill('lookup-order', steps).map(({ step: { step_index: index }, ok }) => [index, ok]);
  const block = (index: number, source: string) => step(index, 'execute_js', source);
  const result = (index: number, content: string, args?: object) =>
    step(index, 'execute_js_result', content, args ? { tool_args: args } : {});

  it('are the blocks that require it, by any of its names, with what came of each', () => {
    assert.deepEqual(
      found(
        block(0, "return require('lookup-order')({ orderId: 'A-1' })"),
        result(1, '{}', { ok: true }),
        block(2, "const look = require('./skills/lookup-order');\nlook({})"),
        result(3, 'Error: no', { ok: false }),
        block(4, 'require(`./lookup-order`)({})'),
      ),
      [
        [0, true],
        [2, false],
        [4, undefined],
      ],
    );
  });

  it('are not those that only name it, or require another', () => {
    assert.deepEqual(
      found(
        block(0, "log('lookup-order')"),
        block(1, "// require('lookup-order')\n1"),
        block(2, "require('lookup-order-again')({})"),
        step(3, 'response', "require('lookup-order')"),
      ),
      [],
    );
  });

  it('are not looked for in code that cannot be read', () => {
    assert.deepEqual(found(block(0, "require('lookup-order')(")), []);
  });

  it('failed where a server without our record says so in its text', () => {
    assert.deepEqual(
      found(
        block(0, "require('lookup-order')({})"),
        result(1, 'TypeError: x is not a function'),
        block(2, "require('lookup-order')({})"),
        result(3, '{ id: 1 }'),
      ),
      [
        [0, false],
        [2, true],
      ],
    );
  });
});
