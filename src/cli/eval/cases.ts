import type { Agent } from '../../project';
import { defaultPassThreshold, type EvalResult } from '../../protocol';

/** One case of one agent, as `--format json` prints it. Made of one result, or of several repetitions. */
export interface CaseRow {
  agent: string;
  name: string;
  /** 0 to 10, the mean over what was judged; null when nothing was. */
  score: number | null;
  threshold: number;
  /** Whether more than half of the repetitions passed. */
  pass: boolean;
  /** The judge's, of the repetition that shows best why: see `session_id`. For one that was not judged, why not. */
  reasoning: string;
  /** Mean of the repetitions. */
  duration_ms: number;
  /** The trace of a repetition that ended as the case did; null where the server does not say. */
  session_id: string | null;
}

/** A row with what only text and reports show. */
export interface CaseOutcome extends CaseRow {
  repetitions: number;
  passed: number;
  /** True when no repetition could be judged. */
  broken: boolean;
}

/**
 * Makes a row of each case, in the order in which the agent binds them; cases that the agent's files do not have (of
 * what is deployed) follow in the server's order.
 */
export function outcomesOf(agent: Agent, results: readonly EvalResult[]): CaseOutcome[] {
  const names = [
    ...new Set([...agent.evals.map(({ name }) => name), ...results.map((one) => one.case_name)]),
  ];
  return names.flatMap((name) => {
    const own = results.filter((one) => one.case_name === name);
    return own.length > 0 ? [outcomeOf(agent, name, own)] : [];
  });
}

function outcomeOf(agent: Agent, name: string, results: readonly EvalResult[]): CaseOutcome {
  const judged = results.filter(({ error }) => !error);
  const passed = results.filter((one) => one.pass).length;
  const pass = passed * 2 > results.length;
  const shown = results.find((one) => one.pass === pass) ?? results[0];
  const file = agent.evals.find((one) => one.name === name);
  return {
    agent: agent.id,
    name,
    score: judged.length > 0 ? rounded(mean(judged.map(({ score }) => score))) : null,
    threshold: shown?.pass_threshold ?? file?.passThreshold ?? defaultPassThreshold,
    pass,
    reasoning: shown?.error || shown?.reasoning || '',
    duration_ms: Math.round(mean(results.map((one) => one.duration_ms))),
    session_id: shown?.session_id ?? null,
    repetitions: results.length,
    passed,
    broken: judged.length === 0,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Two places, so that a mean does not read like a measurement. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
