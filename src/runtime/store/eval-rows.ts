import type { EvalRun, PendingEval } from '../../protocol';
import type { EvalResultRow, EvalRunRow } from './tables';
import { readJson } from './values';

/** A result before its case has run. */
export const unjudged = {
  score: null,
  pass: 0,
  reasoning: '',
  response: '',
  tool_calls: '[]',
  error: null,
  duration_ms: 0,
  session_id: null,
  prompt_tokens: 0,
  completion_tokens: 0,
  judge_prompt_tokens: 0,
  judge_completion_tokens: 0,
  cost: null,
};

/** Sums over the results that a run has. */
export interface Counts {
  passed: number;
  done: number;
  average: number | null;
  /** Of the results whose cost is known. */
  cost: number | null;
  prompt_tokens: number;
  completion_tokens: number;
}

const nothingYet: Counts = {
  passed: 0,
  done: 0,
  average: null,
  cost: null,
  prompt_tokens: 0,
  completion_tokens: 0,
};

export function toWireRun(row: EvalRunRow, counts: Counts = nothingYet): EvalRun {
  const { version_id, complete_suite, coverage, ...shown } = row;
  const { passed, done, average, cost, prompt_tokens, completion_tokens } = counts;
  const began = row.started_at ? Date.parse(row.started_at) : undefined;
  const ended = row.finished_at ? Date.parse(row.finished_at) : Date.now();
  return {
    ...shown,
    agent_version_id: version_id,
    complete_suite: complete_suite === 1,
    coverage: coverage === 1,
    passed,
    failed: done - passed,
    average_score: Math.round((average ?? 0) * 100) / 100,
    cost,
    prompt_tokens,
    completion_tokens,
    duration_ms: began === undefined ? 0 : ended - began,
  };
}

/** A result as the wire shows it. A `score` of null says "not judged". */
export type ShownResult = ReturnType<typeof toWireResult>;

export function toWireResult(row: EvalResultRow) {
  const { position, status, ...shown } = row;
  return { ...shown, pass: row.pass === 1, tool_calls: readJson(row.tool_calls) };
}

export function toWirePending(row: EvalResultRow): PendingEval {
  const { id, case_name, status, case_id, repetition, session_id } = row;
  return { id, case_name, status, case_id, repetition, session_id };
}
