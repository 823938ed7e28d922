import type { EvalsDeployment, EvalsResult } from './messages';
import { type Point, point, type Source, suitePoint } from './points';

/** The points of a case, or of all together, oldest first. */
export interface Series {
  /** "" for all cases together. */
  name: string;
  points: Point[];
}

/** A case that does worse than it did in the last deployed version. */
export interface Regression {
  caseName: string;
  before: Point;
  now: Point;
  /** The version that did better, without a leading "v". */
  semver: string;
}

export interface Trend {
  sources: Source[];
  suite: Series;
  cases: Series[];
  regressions: Regression[];
}

/** From how many points of 10 on a lower mean is worse, even if the case still passes. */
const worseBy = 1;

/**
 * What results say over time.
 * @param results oldest first
 * @param order names of the cases that there are now, in the order to show; those that are gone follow. Empty when
 *   nobody knows
 */
export function trendOf(
  results: readonly EvalsResult[],
  deployments: readonly EvalsDeployment[],
  order: readonly string[],
): Trend {
  const sources = new Map<string, Source>();
  const byCase = new Map<string, Map<Source, EvalsResult[]>>(order.map((name) => [name, new Map()]));
  for (const result of results) {
    const key = result.source || `run ${result.runId}`;
    let source = sources.get(key);
    if (!source) {
      source = { index: sources.size, hash: result.source, at: result.at, versions: [] };
      sources.set(key, source);
    }
    let bySource = byCase.get(result.caseName);
    if (!bySource) {
      bySource = new Map();
      byCase.set(result.caseName, bySource);
    }
    const there = bySource.get(source);
    if (there) there.push(result);
    else bySource.set(source, [result]);
  }
  for (const { source, semver } of [...deployments].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const known = sources.get(source);
    if (known && !known.versions.includes(semver)) known.versions.push(semver);
  }
  const cases = [...byCase].map(([name, bySource]): Series => {
    const points = [...bySource].map(([source, all]) => point(source, all));
    return { name, points: points.sort(bySourceOrder) };
  });
  // What the files do not have any more can be looked at, and counts for nothing.
  const present = order.length === 0 ? cases : cases.slice(0, order.length);
  return {
    sources: [...sources.values()],
    suite: suiteOf(present),
    cases,
    regressions: present.flatMap(regressionOf),
  };
}

/** @returns the newest point of a series that a version was made of and that came before another point. */
export function deployedBefore(series: Series, before: Point): Point | undefined {
  return series.points.findLast(
    ({ source }) => source.versions.length > 0 && source.index < before.source.index,
  );
}

function suiteOf(cases: readonly Series[]): Series {
  const bySource = new Map<Source, Point[]>();
  for (const { points } of cases) {
    for (const one of points) {
      const there = bySource.get(one.source);
      if (there) there.push(one);
      else bySource.set(one.source, [one]);
    }
  }
  const most = cases.filter(({ points }) => points.length > 0).length;
  const points = [...bySource].map(([source, parts]) => suitePoint(source, parts, most));
  return { name: '', points: points.sort(bySourceOrder) };
}

function regressionOf(series: Series): Regression[] {
  const now = series.points.at(-1);
  const before = now && deployedBefore(series, now);
  const semver = before?.source.versions.at(-1);
  if (!now || !before || semver === undefined || before.score === null) return [];
  const fails = mostlyPasses(before) && !mostlyPasses(now);
  const lower = now.score !== null && before.score - now.score >= worseBy;
  return fails || lower ? [{ caseName: series.name, before, now, semver }] : [];
}

function mostlyPasses({ passed, total }: Point): boolean {
  return passed * 2 > total;
}

function bySourceOrder(a: Point, b: Point): number {
  return a.source.index - b.source.index;
}
