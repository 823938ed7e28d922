import assert from 'node:assert/strict';
import fc from 'fast-check';
import { popCount, quantize } from '../../../../src/runtime/knowledge/search/quantize';
import { VectorIndex } from '../../../../src/runtime/knowledge/search/vector-index';

const dimensions = 64;

/** Numbers that look random and are the same each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function vectors(count: number, seed = 1): Float32Array[] {
  const next = random(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: dimensions }, next));
}

function joined(rows: readonly Float32Array[]): Int8Array {
  const bytes = new Int8Array(rows.length * dimensions);
  rows.forEach((row, at) => {
    bytes.set(quantize(row), at * dimensions);
  });
  return bytes;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  a.forEach((value, at) => {
    dot += value * (b[at] ?? 0);
  });
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}

describe('knowledge: vectors in memory', () => {
  it('counts bits', () => {
    fc.assert(
      fc.property(fc.integer(), (word) => {
        assert.equal(popCount(word), (word >>> 0).toString(2).replaceAll('0', '').length);
      }),
    );
  });

  it('finds the nearest in the order of their cosines, which are right to a hundredth', () => {
    const rows = vectors(2000);
    const index = new VectorIndex(dimensions, 1);
    for (let at = 0; at < rows.length; at += 10) {
      index.add(`doc${at / 10}`, at % 20 === 0 ? 'even' : 'odd', 0, joined(rows.slice(at, at + 10)));
    }
    for (const query of vectors(5, 7)) {
      const expected = rows
        .map((row, at) => ({ at, cosine: cosine(query, row) }))
        .sort((a, b) => b.cosine - a.cosine);
      const hits = index.search(query, 10);
      assert.equal(
        `${hits[0]?.documentId}:${hits[0]?.chunkIndex}`,
        `doc${Math.floor((expected[0]?.at ?? 0) / 10)}:${(expected[0]?.at ?? 0) % 10}`,
      );
      hits.forEach((hit, at) => {
        assert.ok(Math.abs(hit.cosine - (expected[at]?.cosine ?? 0)) < 0.01);
        assert.deepEqual(index.cosines(query, [[hit.documentId, hit.chunkIndex]]), [hit.cosine]);
      });
      for (const hit of index.search(query, 50, new Set(['even'])))
        assert.equal(Number(hit.documentId.slice(3)) % 2, 0);
      assert.deepEqual(index.search(query, 10, new Set(['nobody'])), []);
    }
  });

  it('forgets documents, and gives their room back', () => {
    const rows = vectors(4000);
    const index = new VectorIndex(dimensions);
    rows.forEach((row, at) => {
      index.add(`doc${at}`, 'index', 0, joined([row]));
    });
    for (let at = 0; at < 3000; at++) index.remove(`doc${at}`);
    index.remove('doc0');
    assert.equal(index.size, 1000);
    const [query] = vectors(1, 9);
    assert.ok(query);
    const hits = index.search(query, 2000);
    assert.equal(hits.length, 1000);
    for (const { documentId } of hits) assert.ok(Number(documentId.slice(3)) >= 3000);
    for (const at of [3000, 3999]) {
      const row = rows[at];
      assert.ok(row);
      assert.equal(index.search(row, 1)[0]?.documentId, `doc${at}`);
    }
    index.add('new', 'index', 5, joined([query]));
    assert.deepEqual(
      index.search(query, 1).map(({ documentId, chunkIndex }) => [documentId, chunkIndex]),
      [['new', 5]],
    );
  });

  it('takes the same passages twice as once', () => {
    const index = new VectorIndex(dimensions);
    const rows = joined(vectors(3));
    index.add('doc', 'index', 0, rows);
    index.add('doc', 'index', 0, rows);
    assert.equal(index.size, 3);
  });

  it('finds nothing by a vector of zeros, or in nothing', () => {
    const index = new VectorIndex(dimensions);
    const [query] = vectors(1);
    assert.ok(query);
    assert.deepEqual(index.search(query, 10), []);
    index.add('doc', 'index', 0, joined([query]));
    assert.deepEqual(index.search(new Float32Array(dimensions), 10), []);
  });
});
