import type { ModelPrices } from '../limits';
import type { Case, Judged } from '../store';
import { judgeCase } from './judge';
import type { CaseOutcome } from './run-case';
import { type Judge, JudgeError } from './types';

type Verdict = Pick<Judged, 'score' | 'reasoning' | 'error' | 'judgePromptTokens' | 'judgeCompletionTokens'>;

const unjudged: Verdict = {
  score: null,
  reasoning: '',
  error: null,
  judgePromptTokens: 0,
  judgeCompletionTokens: 0,
};

/**
 * Judges what an agent made of a case. Never rejects: what keeps it from being judged is the result's error.
 * @param model that answered.
 * @param signal its reason's message is the error of a judgement that it ends.
 */
export async function judgeOutcome(
  { judge, prices, model }: { judge: Judge; prices: ModelPrices; model: string },
  given: Case,
  outcome: CaseOutcome,
  signal: AbortSignal,
): Promise<Judged> {
  const verdict = outcome.error
    ? { ...unjudged, error: outcome.error }
    : await judged(judge, given, outcome, signal);
  const { response, toolCalls, durationMs, promptTokens, completionTokens } = outcome;
  const answer = outcome.cost ?? prices.cost(model, promptTokens, completionTokens);
  const { judgePromptTokens: prompt, judgeCompletionTokens: completion } = verdict;
  const judgement = prompt + completion > 0 ? prices.cost(judge.model, prompt, completion) : 0;
  return {
    ...verdict,
    pass: verdict.score !== null && verdict.score >= given.pass_threshold,
    response,
    toolCalls,
    durationMs,
    promptTokens,
    completionTokens,
    cost: answer === undefined || judgement === undefined ? undefined : answer + judgement,
  };
}

async function judged(
  judge: Judge,
  given: Case,
  outcome: CaseOutcome,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    const { score, reasoning, promptTokens, completionTokens } = await judgeCase(
      judge,
      given,
      outcome,
      signal,
    );
    const spent = { judgePromptTokens: promptTokens, judgeCompletionTokens: completionTokens };
    return { score, reasoning, error: null, ...spent };
  } catch (error) {
    const reason = signal.aborted ? signal.reason : error;
    const message = reason instanceof Error ? reason.message : String(reason);
    const spent = error instanceof JudgeError ? error.spent : { promptTokens: 0, completionTokens: 0 };
    return {
      ...unjudged,
      error: reason instanceof JudgeError ? message : `The answer could not be judged: ${message}`,
      judgePromptTokens: spent.promptTokens,
      judgeCompletionTokens: spent.completionTokens,
    };
  }
}
