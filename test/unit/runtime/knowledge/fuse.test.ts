import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  fuse,
  meaningScore,
  searchable,
  wordScore,
  wordWeight,
} from '../../../../src/runtime/knowledge/search/fuse';

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('knowledge: scores', () => {
  it('are from 0 to 1, and more of either is never less', () => {
    fc.assert(
      fc.property(unit, unit, unit, (words, more, meaning) => {
        const score = fuse(words, meaning);
        assert.ok(score >= 0 && score <= 1);
        assert.ok(fuse(Math.max(words, more), meaning) >= score);
        assert.ok(score >= Math.max(words, meaning) - 1e-12);
      }),
    );
    assert.equal(meaningScore(-0.4), 0);
    assert.equal(meaningScore(1.0000001), 1);
  });

  it('count words that no passage has against a passage', () => {
    const total = 1000;
    const known = { word: 'refund', passages: 10 };
    const weight = wordWeight(10, total);
    assert.equal(wordScore(weight, [known], total), 1);
    const half = wordScore(weight, [known, { word: 'zeppelin', passages: 0 }], total);
    assert.ok(half > 0.3 && half < 0.5, String(half));
    assert.equal(wordScore(weight, [], total), 0);
  });

  it('leave common words out of a search when rarer ones remain, and never all of them', () => {
    const words = [
      { word: 'the', passages: 90_000 },
      { word: 'refund', passages: 300 },
      { word: 'unheard', passages: 0 },
      { word: 'return', passages: 900 },
    ];
    assert.deepEqual(searchable(words), ['refund', 'return']);
    assert.deepEqual(searchable(words.slice(0, 1)), ['the']);
    assert.deepEqual(searchable([]), []);
  });
});
