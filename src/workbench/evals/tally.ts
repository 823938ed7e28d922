import type { EvalResult } from '../../protocol';

/** What the repetitions of a case say together. Scores are from 0 to 10. */
export interface Tally {
  total: number;
  passed: number;
  /** Those that have no score. */
  unjudged: number;
  mean: number;
  least: number;
  most: number;
  /** Standard deviation of the scores. */
  spread: number;
}

/** @returns the tally of results; all zero where none has a score. */
export function tallyOf(results: readonly EvalResult[]): Tally {
  const scores = results.filter(({ error }) => !error).map(({ score }) => score);
  const count = Math.max(1, scores.length);
  const mean = scores.reduce((sum, score) => sum + score, 0) / count;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / count;
  return {
    total: results.length,
    passed: results.filter(({ pass, error }) => pass && !error).length,
    unjudged: results.length - scores.length,
    mean,
    least: scores.length > 0 ? Math.min(...scores) : 0,
    most: scores.length > 0 ? Math.max(...scores) : 0,
    spread: Math.sqrt(variance),
  };
}

/** @returns pass rate and spread, in a line: "2 of 3 passed (67 %), scores 4.0 to 9.0, mean 7.1, spread 2.2". */
export function tallyText({ total, passed, unjudged, mean, least, most, spread }: Tally): string {
  const rate = `${passed} of ${total} passed (${Math.round((100 * passed) / Math.max(1, total))} %)`;
  const scores =
    total === unjudged
      ? []
      : [
          `scores ${least.toFixed(1)} to ${most.toFixed(1)}`,
          `mean ${mean.toFixed(1)}`,
          `spread ${spread.toFixed(1)}`,
        ];
  return [rate, ...scores, ...(unjudged > 0 ? [`${unjudged} not judged`] : [])].join(', ');
}
