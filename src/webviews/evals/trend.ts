import type { EvalsDeployment, EvalsResult } from './messages';
import { type Point, point, type Source, suitePoint, type Version } from './points';

/** The points of a case, or of all together, oldest first. */
export interface Series {
  /** "" for all cases together. */
  name: string;
  points: Point[];
}

/** A case that does worse than it did in the last deployed version that it has results of. */
export interface Regression {
  caseName: string;
  before: Point;
  now: Point;
  /** The version that did better, without a leading "v". */
  semver: string;
  /** The last deployed version, where it is another one, which the case has no result of yet. */
  unknown?: string;
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
  for (const { source, semver, at } of [...deployments].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const versions = sources.get(source)?.versions;
    if (versions && !versions.some((one) => one.semver === semver)) versions.push({ semver, at });
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
    regressions: present.flatMap((series) => regressionOf(series, deployments)),
  };
}

/** A point that was deployed, and as which version. */
export interface Deployed extends Version {
  point: Point;
}

/**
 * @returns the point that matters now: over whose source something was judged or deployed last. After a roll back that
 *   is an old one.
 */
export function newestOf({ points }: Series): Point | undefined {
  let newest: { point: Point; at: string } | undefined;
  for (const point of points) {
    const at = lastOf([judgedAt(point), ...point.source.versions.map((version) => version.at)]);
    if (!newest || at >= newest.at) newest = { point, at };
  }
  return newest?.point;
}

/**
 * @returns what was deployed last of all but a point itself; for one that others have followed, when it was judged
 *   last.
 */
export function deployedBefore(series: Series, than: Point): Deployed | undefined {
  const until = newestOf(series) === than ? undefined : judgedAt(than);
  let last: Deployed | undefined;
  for (const point of series.points) {
    if (point === than) continue;
    for (const version of point.source.versions) {
      const isBefore = until === undefined || version.at <= until;
      if (isBefore && (!last || version.at > last.at)) last = { ...version, point };
    }
  }
  return last;
}

function judgedAt({ results }: Point): string {
  return lastOf(results.map(({ at }) => at));
}

/** The last of some times, ISO 8601; "" for none. */
function lastOf(times: readonly string[]): string {
  let last = '';
  for (const time of times) {
    if (time > last) last = time;
  }
  return last;
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

function regressionOf(series: Series, deployments: readonly EvalsDeployment[]): Regression[] {
  const now = newestOf(series);
  const deployed = now && deployedBefore(series, now);
  if (!now || !deployed || deployed.point.score === null) return [];
  const { point: before, semver } = deployed;
  const fails = before.passes && !now.passes;
  const lower = now.score !== null && deployed.point.score - now.score >= worseBy;
  if (!fails && !lower) return [];
  const last = lastOf(deployments.filter(({ source }) => source !== now.source.hash).map(({ at }) => at));
  const newest = deployments.find(({ at }) => at === last);
  const isUnknown =
    newest && last > deployed.at && !series.points.some(({ source }) => source.hash === newest.source);
  const unknown = isUnknown ? { unknown: newest.semver } : {};
  return [{ caseName: series.name, before, now, semver, ...unknown }];
}

function bySourceOrder(a: Point, b: Point): number {
  return a.source.index - b.source.index;
}
