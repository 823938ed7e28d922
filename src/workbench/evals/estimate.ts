import type { EvalResult } from '../../protocol';
import { priceOf } from '../shared/prices';
import type { CaseResults, EvalResults } from './results';
import type { EvalItem } from './tree';

/** What a run is expected to use, from the newest results of its cases. */
export interface Estimate {
  tokens: number;
  /** US dollars, of the cases whose price is known. */
  cost: number;
  /** Names of cases of which no tokens are known. */
  unknownTokens: string[];
  /** Names of cases of which no cost is known. */
  unknownCost: string[];
}

/** Most that a run of evals may use without a question; 0 is no limit. */
export interface EvalLimits {
  tokens: number;
  /** US dollars. */
  cost: number;
}

export type Prices = Readonly<Record<string, unknown>>;

/** @param repeat how often each case is run */
export function estimate(
  cases: readonly EvalItem[],
  results: Pick<EvalResults, 'of'>,
  repeat: number,
  prices: Prices,
): Estimate {
  const sum: Estimate = { tokens: 0, cost: 0, unknownTokens: [], unknownCost: [] };
  for (const { project, agent, file } of cases) {
    const known = results.of(project, agent.id, file.name);
    const tokens = known && meanOf(known.results.map(tokensOf));
    const cost = known && meanOf(known.results.map((result) => costOf(result, known, prices)));
    if (tokens === undefined) sum.unknownTokens.push(file.name);
    else sum.tokens += Math.round(tokens * repeat);
    if (cost === undefined) sum.unknownCost.push(file.name);
    else sum.cost += cost * repeat;
  }
  return sum;
}

/** @returns what speaks against a run, as sentences; undefined when nothing does. */
export function overLimit(
  { tokens, cost, unknownTokens, unknownCost }: Estimate,
  limits: EvalLimits,
): string | undefined {
  const sentences: string[] = [];
  if (limits.tokens > 0) {
    if (tokens > limits.tokens) {
      sentences.push(
        `About ${count(tokens)} tokens are expected; the setting tavora.evals.maxTokens allows ${count(limits.tokens)}.`,
      );
    }
    if (unknownTokens.length > 0) {
      sentences.push(`Nothing is known of the tokens of ${named(unknownTokens)}.`);
    }
  }
  if (limits.cost > 0) {
    if (cost > limits.cost) {
      sentences.push(
        `About $${cost.toFixed(4)} are expected; the setting tavora.evals.maxCost allows $${limits.cost}.`,
      );
    }
    if (unknownCost.length > 0) {
      sentences.push(`Nothing is known of the cost of ${named(unknownCost)}.`);
    }
  }
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

function tokensOf(result: EvalResult): number | undefined {
  const parts = [
    result.prompt_tokens,
    result.completion_tokens,
    result.judge_prompt_tokens,
    result.judge_completion_tokens,
  ].filter((part) => typeof part === 'number');
  return parts.length > 0 ? parts.reduce((sum, part) => sum + part, 0) : undefined;
}

/** The server's word first, then what the settings say of the models. */
function costOf(result: EvalResult, { run }: CaseResults, prices: Prices): number | undefined {
  if (typeof result.cost === 'number') return result.cost;
  const answer = priced(run.model, prices, result.prompt_tokens, result.completion_tokens);
  const judged = (result.judge_prompt_tokens ?? 0) + (result.judge_completion_tokens ?? 0) > 0;
  const judgement = judged
    ? priced(run.judge_model, prices, result.judge_prompt_tokens, result.judge_completion_tokens)
    : 0;
  return answer === undefined || judgement === undefined ? undefined : answer + judgement;
}

function priced(
  model: string | null | undefined,
  prices: Prices,
  prompt: number | null | undefined,
  completion: number | null | undefined,
): number | undefined {
  const price = priceOf(model ?? '', prices);
  if (!price || typeof prompt !== 'number' || typeof completion !== 'number') return undefined;
  return (prompt * price.prompt + completion * price.completion) / 1_000_000;
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}

function named(names: readonly string[]): string {
  const [first = ''] = names;
  return names.length === 1 ? `"${first}"` : `${names.length} of the evals`;
}

function count(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}
