import { counted } from '../ui/format';
import type { Point, Source } from './points';
import type { Regression } from './trend';

// Made once: a format costs more than what it formats.
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** @returns for example "v1.2.0", "3f9a01bc" for a draft, "a run" where nobody knows the source. */
export function sourceName({ hash, versions }: Source): string {
  const version = versions.at(-1);
  if (version) return `v${version.semver}`;
  return hash === '' ? 'unknown source' : shortHash(hash);
}

/** The first figures of a source hash. */
export function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, 8);
}

/** @returns for example "9.1", "–" when nothing could be judged. */
export function scoreText(score: number | null): string {
  return score === null ? '–' : score.toFixed(1);
}

/** @returns for example "3 of 5". */
export function passText({ passed, total }: Point): string {
  return `${passed} of ${total}`;
}

/** @returns for example "7.0 to 9.0", "" where nothing was repeated. */
export function spreadText({ score, low, high }: Point): string {
  return score === null || high - low < 0.05 ? '' : `${low.toFixed(1)} to ${high.toFixed(1)}`;
}

/** Where the results came from. */
export function targetText({ results }: Point): string {
  const targets = new Set(results.map(({ target }) => target));
  const known = [...targets].flatMap((target) => target ?? []).sort();
  return [...known, ...(targets.has(undefined) ? ['unknown target'] : [])].join(' and ');
}

/** @returns for example "24 Nov 2026, 14:03", in the language of the editor. */
export function whenText(at: string): string {
  return moment.format(new Date(at));
}

/** @returns for example "24 Nov". */
export function dayText(at: string): string {
  return day.format(new Date(at));
}

/** What a regression comes to, without the name of its case: where the last version has no results, that too. */
export function fallText({ before, now, semver, unknown }: Regression): string {
  const fall = `${scoreText(before.score)} → ${scoreText(now.score)}`;
  const verdict = before.passes && !now.passes ? ` (${passText(now)} passed)` : '';
  const instead = unknown === undefined ? '' : `; v${unknown} has no results yet; compared with v${semver}`;
  return `${fall} since v${semver}${verdict}${instead}`;
}

/** A point for those who cannot see it. */
export function pointLabel(point: Point): string {
  const spread = spreadText(point);
  return [
    sourceName(point.source),
    whenText(point.source.at),
    point.score === null ? 'not judged' : `${scoreText(point.score)} of 10`,
    spread && `spread ${spread}`,
    `${passText(point)} passed`,
    point.complete ? '' : 'not all cases',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** @returns for example "3 cases do worse than the last deployed version". */
export function regressionsHead(regressions: readonly Regression[]): string {
  const count = regressions.length;
  const isLast = regressions.every(({ unknown }) => unknown === undefined);
  const than = isLast ? 'the last deployed version' : 'an earlier deployed version';
  return `${counted(count, 'case')} ${count === 1 ? 'does' : 'do'} worse than ${than}`;
}
