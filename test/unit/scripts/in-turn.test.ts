import assert from 'node:assert/strict';
import { InTurn } from '../../../scripts/lib/in-turn.mjs';

describe('what runs at the same time', () => {
  const told = () => {
    const lines: string[] = [];
    return { lines, turns: new InTurn((text, isError) => lines.push(isError ? `! ${text}` : text)) };
  };

  it('is printed as it comes while it is the first', () => {
    const { lines, turns } = told();
    const first = turns.part();
    first.write('a');
    assert.deepEqual(lines, ['a']);
    first.write('b', true);
    assert.deepEqual(lines, ['a', '! b']);
  });

  it('waits until all before it have ended, and keeps its order', () => {
    const { lines, turns } = told();
    const [first, second, third] = [turns.part(), turns.part(), turns.part()];
    third.write('third');
    third.end();
    second.write('second');
    first.write('first');
    assert.deepEqual(lines, ['first']);
    first.end();
    assert.deepEqual(lines, ['first', 'second']);
    second.write('second again');
    second.end();
    assert.deepEqual(lines, ['first', 'second', 'second again', 'third']);
  });

  it('is printed at once when all before it said nothing and ended', () => {
    const { lines, turns } = told();
    turns.part().end();
    turns.part().write('only');
    assert.deepEqual(lines, ['only']);
  });
});
