import assert from 'node:assert/strict';
import { pagesOf, readPages } from '../../../src/client';

const ids = (...all: string[]) => all.map((id) => ({ id }));

/** Gives these pages one after another, then nothing. */
function server(...pages: string[][]) {
  const offsets: number[] = [];
  return {
    offsets,
    read: async (offset: number) => {
      offsets.push(offset);
      return ids(...(pages[offsets.length - 1] ?? []));
    },
  };
}

async function all(read: (offset: number) => Promise<{ id: string }[]>): Promise<string[][]> {
  const found: string[][] = [];
  for await (const page of pagesOf(read)) {
    found.push(page.map(({ id }) => id));
  }
  return found;
}

describe('a list that comes in pages', () => {
  it('is read to its end from a server that gives fewer than it is asked for', async () => {
    const { read, offsets } = server(['a', 'b'], ['c']);
    assert.deepEqual(await all(read), [['a', 'b'], ['c']]);
    assert.deepEqual(offsets, [0, 2, 3]);
  });

  it('is read once from a server that gives the same again', async () => {
    assert.deepEqual(await all(async () => ids('a', 'b')), [['a', 'b']]);
  });

  it('has each only once where pages have moved, or one has it twice', async () => {
    const { read } = server(['a', 'b'], ['b', 'c', 'c']);
    assert.deepEqual(await all(read), [['a', 'b'], ['c']]);
  });

  it('is read no further than is enough, and says that there may be more', async () => {
    const { read, offsets } = server(['a', 'b'], ['c', 'd'], ['e']);
    assert.deepEqual(await readPages(read, 3), { items: ids('a', 'b', 'c', 'd'), more: true });
    assert.deepEqual(offsets, [0, 2]);
  });

  it('throws what a page throws, after those before it', async () => {
    const seen: string[] = [];
    const { read } = server(['a']);
    const breaking = async (offset: number) => {
      if (offset > 0) {
        throw new Error('gone');
      }
      return await read(offset);
    };
    await assert.rejects(async () => {
      for await (const page of pagesOf(breaking)) {
        seen.push(...page.map(({ id }) => id));
      }
    }, /gone/);
    assert.deepEqual(seen, ['a']);
  });
});
