import type { EvalItem } from './tree';
import type { Verdict } from './verdict';

/** What a test run came to. */
export interface EvalOutcome {
  /** Of what was judged. */
  verdicts: ReadonlyMap<EvalItem, Pick<Verdict, 'kind'>>;
  /** Whether it was stopped before its end. */
  stopped: boolean;
  /** Why cases have no verdict, as a sentence; undefined where all have one, or were stopped. */
  problem?: string;
}

/** @returns what is said of a run of an agent's evals. @param count how many were to be run */
export function outcomeText(
  agent: string,
  count: number,
  { verdicts, stopped, problem }: EvalOutcome,
): string {
  const passed = [...verdicts.values()].filter(({ kind }) => kind === 'passed').length;
  if (stopped) {
    const before =
      verdicts.size === 0 ? 'before any was judged' : `when ${passed} of ${verdicts.size} had passed`;
    return `The evals of ${agent} were stopped ${before}.`;
  }
  if (problem !== undefined && verdicts.size === 0) return `The evals of ${agent} were not run. ${problem}`;
  const rest = count - verdicts.size;
  const unjudged = problem !== undefined && rest > 0 ? ` ${rest} could not be run: ${problem}` : '';
  return `${passed} of ${count} evals of ${agent} passed.${unjudged}`;
}
