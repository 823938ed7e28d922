import type { EvalsResult } from '../../../webviews/evals/messages';
import type { EvalRecord } from './record';

/** How much of the judge's reasons a page is told, in characters; the trace has all of them. */
const reasonsTold = 240;

/** @returns a record as the page draws it. */
export function toResult(record: EvalRecord): EvalsResult {
  const { caseName, sourceHash, target, runId, sessionId, score, threshold, pass, repetition, at } = record;
  const { reasoning } = record;
  return {
    caseName,
    source: sourceHash,
    target,
    runId,
    sessionId: sessionId ?? '',
    score,
    threshold,
    pass,
    reasoning: reasoning.length > reasonsTold ? `${reasoning.slice(0, reasonsTold - 1)}…` : reasoning,
    repetition,
    at,
  };
}
