import { hasEnded } from '../../../client';
import type { CaseLabels, EvalFile } from '../../../project';
import {
  defaultPassThreshold,
  type EvalResult,
  type EvalRun,
  type EvalRunDetail,
  evalVerdict,
  hasBroken,
  tallyOf,
  withoutUnrun,
} from '../../../protocol';
import type { GateAgent, GateCase, GateCaseKind } from '../../../webviews/gate/messages';
import { groupBy } from '../../shared/group-by';
import { type Gate, gateSentence, isWhole } from './gate';

/** How much of the judge's reasons the page is told, in characters; the trace has all of them. */
const reasonsTold = 2_000;

/** What was last heard of a case over exactly the files that are to go live. */
export interface CaseNews {
  run: EvalRun;
  /** Empty for a case that its run has not come to yet, or was stopped before. */
  results: readonly EvalResult[];
  kind: 'judged' | 'stopped' | 'running';
}

/** A case with what was last heard of it. */
export interface HeardCase {
  /** What it is called, among cases of one name. */
  name: string;
  /** Undefined for a case of another agent's suite. */
  file?: EvalFile | undefined;
  news: CaseNews | undefined;
  /** A run that was begun for it has not come to it yet. */
  isRunning?: boolean | undefined;
}

/** The runs over exactly the files of an agent that are to go live. */
export interface RunsOver {
  /** Newest first. */
  details: readonly EvalRunDetail[];
  labels: CaseLabels;
  /** Whether another agent's suite decides, whose cases are not among the files. */
  isForeign: boolean;
}

/** @returns the newest that runs say of each case, by its label: a result rather than that a newer run was stopped. */
export function newsOf({ details, labels }: Pick<RunsOver, 'details' | 'labels'>): Map<string, CaseNews> {
  const news = new Map<string, CaseNews>();
  for (const detail of details) {
    const { run } = detail;
    const { results } = withoutUnrun(detail);
    const judged = groupBy(results, (one) => labels.ofResult(one));
    const isBroken = hasBroken(detail);
    const rest = [...detail.pending, ...(isBroken ? detail.results : [])].map((one) => labels.ofResult(one));
    for (const [label, own] of judged) {
      const known = news.get(label);
      if (!known || known.kind === 'stopped') news.set(label, { run, results: own, kind: 'judged' });
    }
    for (const label of rest) {
      if (news.has(label)) continue;
      news.set(label, { run, results: [], kind: isBroken ? 'stopped' : 'running' });
    }
  }
  return news;
}

/** @returns the newer one of what two sides say of the same case. */
export function newer(one: CaseNews | undefined, other: CaseNews | undefined): CaseNews | undefined {
  if (!one || !other) return one ?? other;
  if (one.run.id === other.run.id) return other.results.length > one.results.length ? other : one;
  if ((one.kind === 'stopped') !== (other.kind === 'stopped')) return one.kind === 'stopped' ? other : one;
  return other.run.created_at > one.run.created_at ? other : one;
}

/** @param file undefined for a case of another agent's suite */
export function gateCase(name: string, file: EvalFile | undefined, news: CaseNews | undefined): GateCase {
  const results = news?.results ?? [];
  const tally = tallyOf(results);
  const worst = results.find(({ pass, error }) => !pass || error) ?? results.at(-1);
  const reasoning = worst?.error || worst?.reasoning || '';
  return {
    name,
    path: file?.path ?? '',
    kind: kindOf(news),
    score: tally.total > tally.unjudged ? tally.mean : null,
    threshold: worst?.pass_threshold ?? file?.passThreshold ?? defaultPassThreshold,
    repetitions: tally.total > 1 ? `${tally.passed} of ${tally.total} passed` : '',
    reasoning: reasoning.length > reasonsTold ? `${reasoning.slice(0, reasonsTold - 1)}…` : reasoning,
    sessionId: worst?.session_id ?? '',
  };
}

function kindOf(news: CaseNews | undefined): GateCaseKind {
  if (!news) return 'none';
  const { kind, results, run } = news;
  if (kind !== 'judged') return kind;
  const tally = tallyOf(results);
  const wanted = Math.max(tally.total, run.repeat ?? 1);
  // Of a run that goes on the repetitions that are left may yet change it.
  if (tally.total < wanted) return hasEnded(run) ? 'stopped' : 'running';
  const verdict = evalVerdict(tally);
  return verdict === 'errored' ? 'unjudged' : verdict;
}

/**
 * @param heard empty while nobody knows what was run
 * @param hasTraces whether the sessions of its runs can be opened
 * @returns an agent with its cases as the page shows it.
 */
export function gateAgent(
  { id, name }: { id: string; name: string },
  gate: Gate,
  heard: readonly HeardCase[],
  hasTraces: boolean,
): GateAgent {
  const cases = heard.map(({ name, file, news, isRunning }): GateCase => {
    const one = gateCase(name, file, news);
    return { ...one, kind: isRunning ? 'running' : one.kind, sessionId: hasTraces ? one.sessionId : '' };
  });
  const open = gate.kind !== 'passed' && gate.kind !== 'no-evals';
  const all = cases.length > 0 && cases.every(({ kind }) => kind === 'passed');
  // One run of all may have passed since it was asked what they make of it.
  const runs = new Map(heard.flatMap(({ news }) => (news ? [[news.run.id, news.run] as const] : [])));
  const isOneRun = runs.size === 1 && [...runs.values()].every(isWhole);
  return {
    id,
    name: name || id,
    kind: gate.kind === 'failed' ? 'failed' : open ? 'open' : 'passed',
    sentence: gateSentence(id, gate),
    note:
      open && gate.kind !== 'running' && all && !isOneRun
        ? 'Each case has passed on these files, but not all in one run, and only a run of all cases decides.'
        : '',
    cases,
  };
}
