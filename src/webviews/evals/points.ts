import { mostPassed } from '../../protocol/tally';
import type { EvalsResult } from './messages';

/** A version that was deployed. */
export interface Version {
  /** Without a leading "v". */
  semver: string;
  /** When it was deployed, ISO 8601. */
  at: string;
}

/** One state of an agent's source, in the order in which they were first judged. */
export interface Source {
  index: number;
  /** "" when nobody knows it; it then stands for one run. */
  hash: string;
  /** When it was first judged, ISO 8601. */
  at: string;
  /** Versions that were made of it, oldest first. */
  versions: Version[];
}

/** What a case, or all of them together, did over one state of source. */
export interface Point {
  source: Source;
  /** Mean of what was judged, 0 to 10; null when nothing was. */
  score: number | null;
  /** Lowest and highest; equal to the score where there is nothing to spread. */
  low: number;
  high: number;
  passed: number;
  total: number;
  /** Whether it has passed: a case by most of its repetitions, all together by every case. */
  passes: boolean;
  /** False for all cases together when some of them were not run. */
  complete: boolean;
  threshold: number | undefined;
  /** What it was made of, the worst first. */
  results: EvalsResult[];
}

/** What one case did over a state of source. @param results of one case, at least one */
export function point(source: Source, results: readonly EvalsResult[]): Point {
  const scores = judged(results);
  const score = scores.length === 0 ? null : mean(scores);
  const passed = results.filter(({ pass }) => pass).length;
  return {
    source,
    score,
    low: score === null ? 0 : least(scores),
    high: score === null ? 0 : most(scores),
    passed,
    total: results.length,
    passes: mostPassed({ passed, total: results.length }),
    complete: true,
    threshold: results.at(-1)?.threshold,
    results: [...results].sort(worstFirst),
  };
}

/**
 * What all cases together did over a state of source: the mean of their means, so that a case that was repeated counts
 * no more than others. It spreads over the repetitions.
 * @param cases how many cases there are in all
 */
export function suitePoint(source: Source, parts: readonly Point[], cases: number): Point {
  const scores = parts.flatMap(({ score }) => (score === null ? [] : [score]));
  const results = parts.flatMap((part) => part.results);
  const rounds = scoresOfRounds(results, parts.length);
  const score = scores.length === 0 ? null : mean(scores);
  const spread = score === null ? [0] : rounds.length > 1 ? [...rounds, score] : [score];
  return {
    source,
    score,
    low: least(spread),
    high: most(spread),
    passed: parts.reduce((sum, { passed }) => sum + passed, 0),
    total: results.length,
    passes: parts.every(({ passes }) => passes),
    complete: parts.length === cases,
    threshold: undefined,
    results: results.sort(worstFirst),
  };
}

/** The mean of each repetition in which every case was judged. */
function scoresOfRounds(results: readonly EvalsResult[], cases: number): number[] {
  const rounds = new Map<string, EvalsResult[]>();
  for (const result of results) {
    const key = `${result.runId} ${result.repetition}`;
    const there = rounds.get(key);
    if (there) there.push(result);
    else rounds.set(key, [result]);
  }
  return [...rounds.values()]
    .map(judged)
    .filter((scores) => scores.length === cases)
    .map(mean);
}

function judged(results: readonly EvalsResult[]): number[] {
  return results.flatMap(({ score }) => (score === null ? [] : [score]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

/** What could not be judged comes first, as nothing is worse; then the lowest. */
function worstFirst(a: EvalsResult, b: EvalsResult): number {
  return (a.score ?? -1) - (b.score ?? -1);
}
