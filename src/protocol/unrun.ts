import type { EvalRunDetail } from './evals';

/**
 * @returns a run with the results of what was run only: the cases that a stop or a crash kept from being run have a
 *   result too, with the run's own error, and it says nothing of them.
 */
export function withoutUnrun(detail: EvalRunDetail): EvalRunDetail {
  const { run, results } = detail;
  if (!run.error || !hasBroken(detail)) return detail;
  return { ...detail, results: results.filter(({ error }) => error !== run.error) };
}

/** @returns whether a run ended before its cases did. */
export function hasBroken({ run }: EvalRunDetail): boolean {
  return run.status === 'cancelled' || run.status === 'failed';
}
