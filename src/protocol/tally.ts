import type { EvalResult } from './evals';

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

/** A result as far as a tally needs it; `score` is null, or says nothing, where there is an `error`. */
export type Scored = Pick<EvalResult, 'pass' | 'error'> & { score: number | null };

/** What a case comes to: `errored` is one of which nobody can say whether it passes. */
export type EvalVerdict = 'passed' | 'failed' | 'errored';

/**
 * The verdict on a case, the same wherever it is shown: it passes when more than half of its repetitions do.
 * @param wanted how many repetitions there were to be; with fewer of them the case was stopped, and has no verdict
 */
export function evalVerdict(tally: Tally, wanted: number = tally.total): EvalVerdict {
  if (tally.total < wanted || tally.unjudged === tally.total) return 'errored';
  return mostPassed(tally) ? 'passed' : 'failed';
}

/** @returns whether more than half passed. */
export function mostPassed({ passed, total }: Pick<Tally, 'passed' | 'total'>): boolean {
  return passed * 2 > total;
}

/** The results of a case, in their order, with the verdict on it. */
export interface JudgedCase<R> {
  verdict: EvalVerdict;
  results: R[];
}

/** @returns the cases of a run's results. A result of which a server does not say its case stands for one of its own. */
export function judgedCases<R extends Scored & Pick<EvalResult, 'id' | 'case_id'>>(
  results: readonly R[],
): JudgedCase<R>[] {
  const cases = new Map<string, R[]>();
  for (const result of results) {
    const key = result.case_id || result.id;
    const own = cases.get(key);
    if (own) own.push(result);
    else cases.set(key, [result]);
  }
  return [...cases.values()].map((own) => ({ verdict: evalVerdict(tallyOf(own)), results: own }));
}

/** @returns the tally of results; all zero where none has a score. */
export function tallyOf(results: readonly Scored[]): Tally {
  const scores = results.filter(({ error }) => !error).map(({ score }) => score ?? 0);
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
