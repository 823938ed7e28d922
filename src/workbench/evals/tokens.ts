import type { EvalResult } from '../../protocol';

/** @returns the tokens of answer and judgement together; undefined where the server tells of none. */
export function tokensOf(result: EvalResult): number | undefined {
  const parts = [
    result.prompt_tokens,
    result.completion_tokens,
    result.judge_prompt_tokens,
    result.judge_completion_tokens,
  ].filter((part) => typeof part === 'number');
  return parts.length > 0 ? parts.reduce((sum, part) => sum + part, 0) : undefined;
}
