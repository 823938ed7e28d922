import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diffLines, foldUnchanged } from '../../../src/webviews/ui/line-diff';

const shown = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, before: left, after: right, text }) => [kind, left, right, text]);

describe('the lines of a diff', () => {
  it('have their numbers in the text that they stand in', () => {
    assert.deepEqual(shown('a\nb\nc\n', 'a\nB\nc\nd\n'), [
      ['same', 1, 1, 'a'],
      ['removed', 2, undefined, 'b'],
      ['added', undefined, 2, 'B'],
      ['same', 3, 3, 'c'],
      ['added', undefined, 4, 'd'],
    ]);
  });

  it('are the same whatever the line ends', () => {
    assert.deepEqual(
      shown('a\r\nb\r\n', 'a\nb').map(([kind]) => kind),
      ['same', 'same'],
    );
  });

  it('are all of one text where the other is empty', () => {
    assert.deepEqual(shown('', 'a\n'), [['added', undefined, 1, 'a']]);
    assert.deepEqual(shown('', ''), []);
  });

  it('give both texts back, also those that differ in everything', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(`${before.join('\n')}\n`, `${after.join('\n')}\n`);
        const side = (left: string) => lines.filter(({ kind }) => kind !== left).map((line) => line.text);
        const whole = (all: readonly string[]) => (all.length === 0 ? [''] : all);
        assert.deepEqual(side('added'), whole(before));
        assert.deepEqual(side('removed'), whole(after));
      }),
    );
    const many = (letter: string) => Array.from({ length: 4000 }, (_, line) => `${letter}${line}`).join('\n');
    const kinds = diffLines(many('a'), many('b')).map(({ kind }) => kind);
    assert.deepEqual(
      [kinds[0], kinds[3999], kinds[4000], kinds.length],
      ['removed', 'removed', 'added', 8000],
    );
  });
});

describe('a diff folded', () => {
  const text = (count: number) => Array.from({ length: count }, (_, line) => `line ${line}`);
  const pieces = (before: string[], after: string[]) =>
    foldUnchanged(diffLines(before.join('\n'), after.join('\n'))).map(({ folded, lines }) => [
      folded,
      lines.length,
    ]);

  it('keeps three lines around each change', () => {
    const changed = text(40).map((line, place) => (place === 20 ? 'new' : line));
    assert.deepEqual(pieces(text(40), changed), [
      [true, 17],
      [false, 8],
      [true, 16],
    ]);
  });

  it('does not fold a single line', () => {
    const changed = text(8).map((line, place) => (place === 4 ? 'new' : line));
    assert.deepEqual(pieces(text(8), changed), [
      [false, 1],
      [false, 8],
    ]);
  });

  it('is all folded where nothing changes', () => {
    assert.deepEqual(pieces(text(9), text(9)), [[true, 9]]);
  });
});
