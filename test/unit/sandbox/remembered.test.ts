import assert from 'node:assert/strict';
import { remembered } from '../../../src/runtime/sandbox/remembered';

describe('sandbox: what is remembered of a text', () => {
  it('is made once, and again when many others came between', () => {
    const made: string[] = [];
    const ask = remembered((text) => {
      made.push(text);
      return { text };
    });
    assert.equal(ask('a'), ask('a'));
    assert.deepEqual(made, ['a']);
    for (let other = 0; other < 63; other++) ask(`${other}`);
    ask('a');
    assert.equal(made.filter((text) => text === 'a').length, 1);
    for (let other = 0; other < 64; other++) ask(`later ${other}`);
    assert.deepEqual(ask('a'), { text: 'a' });
    assert.equal(made.filter((text) => text === 'a').length, 2);
  });

  it('is not an error', () => {
    let tries = 0;
    const ask = remembered(() => {
      tries += 1;
      if (tries === 1) throw new Error('Not yet.');
      return tries;
    });
    assert.throws(() => ask('a'), /Not yet/);
    assert.equal(ask('a'), 2);
  });
});
