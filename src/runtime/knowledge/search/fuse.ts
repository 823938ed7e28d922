import type { QueryWord } from '../../store';

/** BM25's constants as SQLite has them; a word that is in most passages weighs next to nothing. */
const leastWeight = 1e-6;

/** Words that are in more passages than this, all together, are left out of a search when rarer ones remain. */
const mostMatches = 6000;

/** BM25's weight of a word that `passages` of `total` passages hold. */
export function wordWeight(passages: number, total: number): number {
  return Math.max(Math.log((total - passages + 0.5) / (passages + 0.5)), leastWeight);
}

/**
 * The words to look for, rarest first, without those that no passage has, and without the most common once the
 * others match enough: what "the" adds to a ranking is not worth reading every passage for.
 */
export function searchable(words: readonly QueryWord[]): string[] {
  const known = words.filter(({ passages }) => passages > 0).sort((a, b) => a.passages - b.passages);
  let matches = 0;
  return known
    .filter(({ passages }, at) => {
      matches += passages;
      return at === 0 || matches <= mostMatches;
    })
    .map(({ word }) => word);
}

/**
 * How well a passage's words answer a query, 0 to 1: its BM25 against that of a passage of average length with
 * every word of the query once. Words that no passage has count too, so that a passage with one word of five
 * is no perfect answer.
 */
export function wordScore(weight: number, words: readonly QueryWord[], total: number): number {
  const perfect = words.reduce((sum, { passages }) => sum + wordWeight(passages, total), 0);
  return perfect > 0 ? Math.min(1, weight / perfect) : 0;
}

/** How well a passage's meaning answers a query, 0 to 1. */
export function meaningScore(cosine: number): number {
  return Math.min(1, Math.max(0, cosine));
}

/**
 * Words and meaning together, as the chance that at least one of two independent witnesses is right. Unlike a
 * fusion of ranks it says how good an answer is, not only that it is the best: `min_score` needs that.
 */
export function fuse(words: number, meaning: number): number {
  return 1 - (1 - words) * (1 - meaning);
}
