import assert from 'node:assert/strict';
import { growing } from '../../../src/webviews/studio/growing';

describe('what is made of a list that grows', () => {
  const items = Array.from({ length: 6 }, (_, id) => ({ id }));
  let looked: number[];
  let made: (list: readonly { id: number }[]) => readonly string[];

  beforeEach(() => {
    looked = [];
    made = growing<{ id: number }, readonly string[]>(
      () => [],
      (before, added, place) => {
        looked.push(...added.map(({ id }) => id));
        return [...before, ...added.map(({ id }, at) => `${place + at}: ${id}`)];
      },
    );
  });

  it('goes on from where it was, and looks at each item once', () => {
    made(items.slice(0, 2));
    made(items.slice(0, 5));
    assert.deepEqual(made(items), ['0: 0', '1: 1', '2: 2', '3: 3', '4: 4', '5: 5']);
    assert.deepEqual(looked, [0, 1, 2, 3, 4, 5]);
  });

  it('is the same object while nothing comes', () => {
    assert.equal(made(items), made([...items]));
  });

  it('is made anew when an item has changed, or some are gone', () => {
    made(items);
    const changed = [...items.slice(0, 4), { id: 40 }, ...items.slice(5)];
    assert.deepEqual(made(changed), ['0: 0', '1: 1', '2: 2', '3: 3', '4: 40', '5: 5']);
    assert.deepEqual(made(items.slice(0, 1)), ['0: 0']);
    assert.deepEqual(made([]), []);
  });

  it('does not mix two lists', () => {
    const other = [{ id: 10 }, { id: 11 }];
    made(items.slice(0, 2));
    made(other.slice(0, 1));
    assert.deepEqual(made(items.slice(0, 3)), ['0: 0', '1: 1', '2: 2']);
    assert.deepEqual(made(other), ['0: 10', '1: 11']);
    assert.deepEqual(looked, [0, 1, 10, 2, 11]);
  });
});
