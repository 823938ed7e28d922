import type { SkillFunction, SkillParam } from '../../../project';
import type { RehearsalContext, RehearsalSkill } from '../types';
import { kinship, stems, words } from './words';

/** Something of a module skill that can be called: the skill itself or one of its functions. */
export interface Callable {
  skill: string;
  /** Name of the exported function; "" when the skill is itself the function. */
  member: string;
  call: SkillFunction['call'];
  params: SkillParam[];
  description: string;
}

export interface Choice {
  callable: Callable;
  score: number;
  /** The words of the message that it was chosen for. */
  matched: ReadonlySet<string>;
}

const weight = { name: 3, firstSentence: 1.5, description: 1, params: 0.8 };
/** A kindred word, such as "where" for "lookup", counts for less than the word itself. */
const kinFactor = 0.6;
/** Below this a message has no more than one word of a description in common with a skill. */
const threshold = 1.6;

/** @returns everything that the module skills of an agent offer. */
export function callablesOf(context: RehearsalContext): Callable[] {
  return context.skills.filter((skill) => skill.kind === 'module' && !skill.info?.error).flatMap(offers);
}

function offers({ name, info }: RehearsalSkill): Callable[] {
  if (info === undefined) return [];
  const { call, params, description, functions } = info;
  if (functions.length === 0) return [{ skill: name, member: '', call, params, description }];
  return functions.map((one) => ({
    skill: name,
    member: one.name,
    call: one.call,
    params: one.params,
    description: [one.description, description].filter(Boolean).join('\n'),
  }));
}

/** @returns what a message asks for, the best first; empty when nothing reaches the threshold. */
export function choose(message: string, callables: readonly Callable[]): Choice[] {
  const asked = new Set([...stems(message), ...words(message).map(kinship)]);
  const fields = callables.map(fieldsOf);
  return callables
    .map((callable, index): Choice => {
      const own = fields[index] ?? new Map<string, number>();
      const matched = new Set<string>();
      let score = 0;
      for (const term of asked) {
        const kin = kinship(term);
        const direct = own.get(term) ?? 0;
        const near = kinFactor * (own.get(`~${kin}`) ?? 0);
        const best = Math.max(direct, near);
        if (best === 0) continue;
        // A word that every skill has says little of which one is meant.
        const holders = fields.filter((each) => each.has(term) || each.has(`~${kin}`)).length;
        score += best * (callables.length === 1 ? 1 : 1 / Math.sqrt(holders));
        matched.add(kin);
      }
      return { callable, score, matched };
    })
    .filter(({ score }) => score >= threshold)
    .sort((left, right) => right.score - left.score);
}

/**
 * @returns the choices to act on: the best, and with it a second one when the message joins two wishes and the
 *   second is wanted for words of its own.
 */
export function select(message: string, choices: readonly Choice[]): Choice[] {
  const [first, ...others] = choices;
  if (first === undefined) return [];
  const joins = /\b(?:and|then|also|as well as|plus)\b|[;&]|[,.]\s+\p{L}/iu.test(message);
  const second = others.find(({ matched, score, callable }) => {
    const own = [...matched].filter((word) => !first.matched.has(word));
    const named = new Set(stems(`${callable.skill} ${callable.member}`).map(kinship));
    return score >= first.score * 0.5 && own.some((word) => named.has(word));
  });
  return joins && second !== undefined ? [first, second] : [first];
}

/** The stems of everything that says what a callable is for, each with its best weight; kindred ones after "~". */
function fieldsOf({ skill, member, description, params }: Callable): Map<string, number> {
  const found = new Map<string, number>();
  const note = (text: string, value: number): void => {
    for (const one of stems(text)) keep(one, value);
    for (const one of words(text).map(kinship)) keep(`~${one}`, value);
  };
  const keep = (term: string, value: number): void => {
    found.set(term, Math.max(found.get(term) ?? 0, value));
  };
  const sentence = description.split(/(?<=[.!?])\s/, 1)[0] ?? '';
  note(`${skill} ${member}`, weight.name);
  note(sentence, weight.firstSentence);
  note(description, weight.description);
  for (const param of params) note(`${param.name} ${param.description}`, weight.params);
  return found;
}
