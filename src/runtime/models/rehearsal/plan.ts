import type { SkillParam } from '../../../project';
import type { ModelMessage, RehearsalContext } from '../types';
import { type Callable, type Choice, callablesOf, choose, select } from './choose';
import { answers, passagesOf, rank } from './passages';
import { extract, Message } from './values';
import { kinship, stem, words } from './words';

/** A call with the arguments that the conversation gave. */
export interface PlannedCall {
  callable: Callable;
  args: Record<string, unknown>;
}

export type Plan =
  | { kind: 'run'; calls: PlannedCall[]; search?: string }
  | { kind: 'ask'; callable: Callable; missing: SkillParam[] }
  | { kind: 'answer' };

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
  const attempts = pending
    ? [fill(pending, message, said)]
    : choices.map((choice) => fill(choice.callable, clauseOf(choice, message, choices), said));
  const ready = attempts.filter(({ missing }) => missing.length === 0);
  const first = attempts[0];
  if (first === undefined || isQuestionOfPrinciple(message, attempts, context)) {
    return search === undefined ? { kind: 'answer' } : { kind: 'run', calls: [], search };
  }
  if (ready.length > 0) return { kind: 'run', calls: ready, search };
  return { kind: 'ask', callable: first.callable, missing: first.missing };
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

/** Fills the parameters from the clause that asks for the call, the rest of the message, and what was said before. */
function fill(callable: Callable, clause: string, said: readonly string[]): Attempt {
  const args: Record<string, unknown> = {};
  const missing: SkillParam[] = [];
  const current = new Message(clause);
  let spoken = false;
  // Required ones first, so that an optional one takes nothing away from them.
  const order = [...callable.params].sort((left, right) => Number(left.optional) - Number(right.optional));
  for (const param of order) {
    const value = extract(param, current);
    if (value !== undefined) {
      args[param.name] = value;
      spoken = true;
    } else if (!param.optional) {
      const earlier = mentioned(param, clause === said.at(-1) ? said.slice(0, -1) : said);
      if (earlier === undefined) missing.push(param);
      else args[param.name] = earlier;
    }
  }
  return { callable, args, missing, spoken };
}

/** The part of a message that asks for one of several calls: the one with most of the words it was chosen for. */
function clauseOf({ matched }: Choice, message: string, choices: readonly Choice[]): string {
  if (choices.length < 2) return message;
  const others = choices.filter((other) => other.matched !== matched);
  const own = [...matched].filter((word) => !others.some((other) => other.matched.has(word)));
  const clauses = message.split(/\b(?:and|then|also|plus)\b|;|[,.](?=\s)/iu);
  const counts = clauses.map(
    (clause) => words(clause).filter((word) => own.includes(kinship(stem(word)))).length,
  );
  const best = counts.indexOf(Math.max(...counts));
  return clauses[best]?.trim() ?? message;
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
  const prose = passagesOf(context).filter(({ from }) => from !== 'persona');
  return !pointing && asks && rank(message, prose).some(answers);
}

/** The skill that the last answer asked an argument for. */
function askedFor(messages: readonly ModelMessage[], callables: readonly Callable[]): Callable | undefined {
  const last = messages.findLast(({ role }) => role === 'assistant');
  const name = asking.exec(last?.content ?? '')?.[1];
  return callables.find((callable) => nameOf(callable) === name);
}
