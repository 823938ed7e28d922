import assert from 'node:assert/strict';
import { firstDifference, valueChanges } from '../../../src/webviews/studio/value-diff';

const rows = Array.from({ length: 500 }, (_, id) => ({ id, name: `Row ${id}`, tags: ['a', 'b'] }));

describe('where two values differ', () => {
  for (const [what, before, after, expected] of [
    ['nothing', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['a key that came', {}, { a: 1 }, [['a', undefined, 1]]],
    ['a key that went', { a: { b: 1 } }, {}, [['a', { b: 1 }, undefined]]],
    ['a place deep inside', { a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }, [['a.b[0].c', 1, 2]]],
    ['a key that is no name', { a: { 'x y': 1 } }, { a: { 'x y': 2 } }, [['a["x y"]', 1, 2]]],
    ['a key at the top that is no name', { 'x y': 1 }, { 'x y': 2 }, [['x y', 1, 2]]],
    ['another type', { a: [1] }, { a: { 0: 1 } }, [['a', [1], { 0: 1 }]]],
    ['null in the place of a list', { a: [1] }, { a: null }, [['a', [1], null]]],
    ['an element at the end', { a: [1, 2] }, { a: [1, 2, 3] }, [['a[2]', undefined, 3]]],
    ['an element at the start', { a: [1, 2] }, { a: [0, 1, 2] }, [['a[0]', undefined, 0]]],
    ['one of alike elements', { a: [1, 1, 1] }, { a: [1, 1] }, [['a[2]', 1, undefined]]],
    [
      'elements that went from the middle',
      { a: [1, 2, 3, 4] },
      { a: [1, 4] },
      [
        ['a[1]', 2, undefined],
        ['a[2]', 3, undefined],
      ],
    ],
    ['an element added to a long list', { rows }, { rows: [...rows, 7] }, [['rows[500]', undefined, 7]]],
  ] as const) {
    it(`is ${what}`, () => {
      const found = valueChanges('', before, after);
      assert.deepEqual(
        found.map(({ path, before: was, after: is }) => [path, was, is]),
        expected,
      );
    });
  }

  it('is shown in long texts from a little before it', () => {
    const same = 'x'.repeat(1000);
    assert.equal(firstDifference(`${same}a`, `${same}b`), 970);
    assert.equal(firstDifference('', 'b'), 0);
    assert.equal(firstDifference('ab', 'ab'), 0);
  });
});
