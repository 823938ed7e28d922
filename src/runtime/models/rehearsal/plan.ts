import type { SkillParam } from '../../../project';
import type { ModelMessage, RehearsalContext } from '../types';
import { type Callable, callablesOf, choose, select } from './choose';
import { passagesOf, rank } from './passages';
import { extract, Message } from './values';
import { words } from './words';

/** A call with the arguments that the conversation gave. */
export interface PlannedCall {
  callable: Callable;
  args: Record<string, unknown>;
}

export type Plan =
  | { kind: 'run'; calls: PlannedCall[]; search?: string }
  | { kind: 'ask'; callable: Callable; missing: SkillParam[] }
  | { kind: 'answer' };

/** Passages that cover this much of a question answer it, unless a skill can be called as it stands. */
const enoughCoverage = 0.5;
/** How the question for a missing argument begins; a later turn finds the skill in it again. */
const asking = /^To use `([^`]+)` I need/m;

/** @returns what to do about the last message of a person. */
export function plan(messages: readonly ModelMessage[], context: RehearsalContext): Plan {
  const said = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const message = said.at(-1) ?? '';
  const callables = callablesOf(context);
  const search = context.capabilities?.includes('search') ? message : undefined;
  const choices = select(message, choose(message, callables));
  const pending = choices.length === 0 ? askedFor(messages, callables) : undefined;
  const wanted = pending ? [pending] : choices.map(({ callable }) => callable);
  const attempts = wanted.map((callable) => fill(callable, said));
  const ready = attempts.filter(({ missing }) => missing.length === 0);
  if (ready.length > 0 && !isQuestionOfPrinciple(message, attempts, context)) {
    return { kind: 'run', calls: ready, search };
  }
  const first = attempts[0];
  const answered = (rank(message, passagesOf(context))[0]?.coverage ?? 0) >= enoughCoverage;
  if (first !== undefined && ready.length === 0 && !answered) {
    return { kind: 'ask', callable: first.callable, missing: first.missing };
  }
  return search === undefined ? { kind: 'answer' } : { kind: 'run', calls: [], search };
}

/** @returns the sentence that asks a person for what is missing. */
export function question({ callable, missing }: Extract<Plan, { kind: 'ask' }>): string {
  const named = missing.map(({ name, description }) => {
    const detail = description === '' ? '' : ` (${description.replace(/[.\s]+$/, '')})`;
    return `**${name}**${detail}`;
  });
  return `To use \`${nameOf(callable)}\` I need ${named.join(' and ')}. Please tell me.`;
}

/** @returns the name that a person knows a callable by. */
export function nameOf({ skill, member }: Callable): string {
  return member === '' ? skill : `${skill}.${member}`;
}

interface Attempt extends PlannedCall {
  missing: SkillParam[];
  /** True when a value came out of the last message itself. */
  spoken: boolean;
}

/** Fills the parameters from the last message, and where it says "it" from the messages before. */
function fill(callable: Callable, said: readonly string[]): Attempt {
  const args: Record<string, unknown> = {};
  const missing: SkillParam[] = [];
  const current = new Message(said.at(-1) ?? '');
  let spoken = false;
  // Required ones first, so that an optional one takes nothing away from them.
  const order = [...callable.params].sort((left, right) => Number(left.optional) - Number(right.optional));
  for (const param of order) {
    const value = extract(param, current);
    if (value !== undefined) {
      args[param.name] = value;
      spoken = true;
    } else if (!param.optional) {
      const earlier = mentioned(param, said.slice(0, -1));
      if (earlier === undefined) missing.push(param);
      else args[param.name] = earlier;
    }
  }
  return { callable, args, missing, spoken };
}

/** The value that the conversation named last. */
function mentioned(param: SkillParam, earlier: readonly string[]): unknown {
  for (const text of earlier.toReversed()) {
    const value = extract(param, new Message(text));
    // A whole message taken for a text is no mention of it.
    if (value !== undefined && value !== text.trim()) return value;
  }
  return undefined;
}

/** "What is your refund policy?" after talk of an order is no wish to refund that order. */
function isQuestionOfPrinciple(
  message: string,
  attempts: readonly Attempt[],
  context: RehearsalContext,
): boolean {
  if (attempts.some(({ spoken, callable }) => spoken || callable.params.every(({ optional }) => optional)))
    return false;
  const pointing = words(message).some((word) =>
    /^(?:it|that|this|them|these|those|one|same|again)$/.test(word),
  );
  const asks = /\?\s*$|^\s*(?:what|how|when|why|who|which|can|could|do|does|is|are)\b/iu.test(message);
  const best = rank(message, passagesOf(context))[0];
  return !pointing && asks && best !== undefined && best.coverage >= enoughCoverage;
}

/** The skill that the last answer asked an argument for. */
function askedFor(messages: readonly ModelMessage[], callables: readonly Callable[]): Callable | undefined {
  const last = messages.findLast(({ role }) => role === 'assistant');
  const name = asking.exec(last?.content ?? '')?.[1];
  return callables.find((callable) => nameOf(callable) === name);
}
