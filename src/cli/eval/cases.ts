import { type Agent, CaseLabels } from '../../project';
import { defaultPassThreshold, type EvalResult, evalVerdict, tallyOf } from '../../protocol';

/** One case of one agent, as `--format json` prints it. Made of one result, or of several repetitions. */
export interface CaseRow {
  agent: string;
  /** With its file where cases of the agent share the name. */
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
 * what is deployed) follow in the server's order. One without a result has failed: nobody knows what it would do.
 */
export function outcomesOf(
  agent: Agent,
  results: readonly EvalResult[],
  labels: CaseLabels = CaseLabels.of(agent),
): CaseOutcome[] {
  const thresholds = new Map(agent.evals.map((file) => [labels.ofFile(file), file.passThreshold]));
  const names = [...new Set([...thresholds.keys(), ...results.map((one) => labels.ofResult(one))])];
  // Where nobody can say to which of several cases of one name a result belongs, it stands for all of them.
  const together = new Set(
    agent.evals
      .filter(({ name }) => results.some((one) => labels.ofResult(one) === name))
      .map((file) => labels.ofFile(file)),
  );
  return names.flatMap((name) => {
    const own = results.filter((one) => labels.ofResult(one) === name);
    if (own.length > 0) return [outcomeOf(agent.id, name, own, thresholds.get(name))];
    return together.has(name) ? [] : [unjudgedOf(agent.id, name, thresholds.get(name))];
  });
}

function unjudgedOf(agent: string, name: string, threshold: number = defaultPassThreshold): CaseOutcome {
  const reasoning = 'The server gave no result for this case.';
  const none = { score: null, pass: false, duration_ms: 0, session_id: null };
  return { agent, name, threshold, reasoning, ...none, repetitions: 0, passed: 0, broken: true };
}

function outcomeOf(
  agent: string,
  name: string,
  results: readonly EvalResult[],
  written: number | undefined,
): CaseOutcome {
  const tally = tallyOf(results);
  const verdict = evalVerdict(tally);
  const pass = verdict === 'passed';
  const shown = results.find((one) => (one.pass && !one.error) === pass) ?? results[0];
  return {
    agent,
    name,
    score: tally.unjudged < tally.total ? rounded(tally.mean) : null,
    threshold: shown?.pass_threshold ?? written ?? defaultPassThreshold,
    pass,
    reasoning: shown?.error || shown?.reasoning || '',
    duration_ms: Math.round(results.reduce((sum, one) => sum + one.duration_ms, 0) / results.length),
    session_id: shown?.session_id ?? null,
    repetitions: tally.total,
    passed: tally.passed,
    broken: verdict === 'errored',
  };
}

/** Two places, so that a mean does not read like a measurement. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
