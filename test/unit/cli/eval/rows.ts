import type { CaseOutcome } from '../../../../src/cli/eval/cases';
import type { EvalReport } from '../../../../src/cli/eval/report';
import { EvalResult } from '../../../../src/protocol';

/** A case that passed with 8, unless told otherwise. */
export function outcome(change: Partial<CaseOutcome> = {}): CaseOutcome {
  return {
    agent: 'support',
    name: 'Greets',
    score: 8,
    threshold: 7,
    pass: true,
    reasoning: 'Friendly.',
    duration_ms: 1_500,
    session_id: 's1',
    repetitions: 1,
    passed: 1,
    broken: false,
    ...change,
  };
}

export function report(outcomes: CaseOutcome[], change: Partial<EvalReport> = {}): EvalReport {
  return { outcomes, target: 'draft', server: 'https://one.test', repeat: 1, colour: false, ...change };
}

/** A result as a server of the public reference sends it. */
export function result(change: Record<string, unknown> = {}): EvalResult {
  return EvalResult.parse({
    id: 'r1',
    case_name: 'Greets',
    set_name: '__cf__/a1',
    score: 8,
    pass: true,
    reasoning: 'Friendly.',
    response: 'Hi',
    duration_ms: 100,
    ...change,
  });
}
