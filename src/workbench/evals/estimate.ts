import { type EvalResult, priceOf } from '../../protocol';
import type { CaseResults, EvalResults } from './results';
import { tokensOf } from './tokens';
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

/** A case as far as what it uses goes. */
export interface EvalPlace {
  project: EvalItem['project'];
  agent: Pick<EvalItem['agent'], 'id'>;
  file: Pick<EvalItem['file'], 'name' | 'path'>;
}

/**
 * What is run when some cases are asked for: a server that does not say which cases its runs are of runs whole suites.
 * @returns the cases, and those that such a server is expected to run with them.
 */
export function withSuites(cases: readonly EvalPlace[], results: Pick<EvalResults, 'of'>): EvalPlace[] {
  const all = [...cases];
  const nameOf = ({ project, agent, file }: EvalPlace) =>
    JSON.stringify([project.folder.toString(), agent.id, file.path]);
  const there = new Set(cases.map(nameOf));
  for (const { project, agent, file } of cases) {
    const known = results.of(project, agent.id, file);
    if (!known || typeof known.run.complete_suite === 'boolean') continue;
    for (const other of project.agent(agent.id)?.evals ?? []) {
      const one = { project, agent, file: other };
      if (!there.has(nameOf(one))) all.push(one);
      there.add(nameOf(one));
    }
  }
  return all;
}

/** @param repeat how often each case is run */
export function estimate(
  cases: readonly EvalPlace[],
  results: Pick<EvalResults, 'of'>,
  repeat: number,
  prices: Prices,
): Estimate {
  const sum: Estimate = { tokens: 0, cost: 0, unknownTokens: [], unknownCost: [] };
  for (const { project, agent, file } of cases) {
    const known = results.of(project, agent.id, file);
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
