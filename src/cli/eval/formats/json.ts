import type { CaseRow } from '../cases';
import type { EvalReport } from '../report';

/** `{"cases": [CaseRow, …], "passed": N, "failed": N}`, which `--baseline` reads. */
export function json({ outcomes }: EvalReport): string {
  const cases = outcomes.map(
    ({ agent, name, score, threshold, pass, reasoning, duration_ms, session_id }): CaseRow => ({
      agent,
      name,
      score,
      threshold,
      pass,
      reasoning,
      duration_ms,
      session_id,
    }),
  );
  const passed = cases.filter(({ pass }) => pass).length;
  return `${JSON.stringify({ cases, passed, failed: cases.length - passed }, undefined, 2)}\n`;
}
