import { counted, integer } from '../ui/format';
import type { GateAgent, GateCase, GateCaseKind, GateState } from './messages';

/** In the order in which cases are shown: what stands in the way first. */
export const kinds = ['failed', 'unjudged', 'stopped', 'running', 'none', 'passed'] as const;

/** What stands after a number of cases. */
const plural: Record<GateCaseKind, string> = {
  failed: 'failed',
  unjudged: 'not judged',
  stopped: 'stopped before their end',
  running: 'running',
  none: 'without a result on these files',
  passed: 'passed',
};

/** What is said of one case, where it is something else. */
const singular: Partial<Record<GateCaseKind, string>> = {
  stopped: 'stopped before its end',
  none: 'no result on these files',
};

/** @returns for example "3 passed". */
export function groupText(kind: GateCaseKind, count: number): string {
  return `${integer(count)} ${kind === 'stopped' && count === 1 ? singular.stopped : plural[kind]}`;
}

/** @returns for example "1 failed, 2 without a result on these files, 5 passed". */
export function totalText(agents: readonly GateAgent[]): string {
  const all = agents.flatMap(({ cases }) => cases);
  const parts = kinds.flatMap((kind) => {
    const count = all.filter((one) => one.kind === kind).length;
    return count > 0 ? [groupText(kind, count)] : [];
  });
  return parts.join(', ');
}

/** @returns for example "passed, 9.0 of 10, 7 needed". */
export function resultText({ kind, score, threshold, repetitions }: GateCase): string {
  const told = singular[kind] ?? plural[kind];
  const scored = score === null ? '' : `${score.toFixed(1)} of 10, ${threshold} needed`;
  return [told, scored, repetitions].filter((part) => part !== '').join(', ');
}

/** @returns how far the run is that was begun here. */
export function runText({ done, total, stopping }: NonNullable<GateState['running']>): string {
  return stopping ? 'Stopping the run…' : `Running: ${integer(done)} of ${counted(total, 'case')} done`;
}
