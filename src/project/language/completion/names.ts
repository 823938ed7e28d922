import type { LanguageIndex } from '../index/language-index';
import type { Completion, ServerKnowledge } from '../types';
import { entry, type Target } from './entry';

/** Models that every installation knows by name: the offline one, and one of each provider. */
const knownModels: readonly { name: string; detail: string }[] = [
  { name: 'local/rehearsal', detail: 'works without a network' },
  { name: 'openai/gpt-5-mini', detail: 'OpenAI' },
  { name: 'anthropic/claude-sonnet-4-5', detail: 'Anthropic' },
  { name: 'google/gemini-2.5-flash', detail: 'Google' },
];

/** @returns the indexes that the server has, and those that agents name. */
export function indexEntries(
  index: LanguageIndex,
  path: string,
  target: Target,
  { indexes, label }: ServerKnowledge,
): Completion[] {
  const own = index.uses.of(path).flatMap((agent) => agent.indexes);
  const known = new Map<string, Completion>();
  for (const { name, description } of indexes ?? []) {
    const detail = `index of ${label ?? 'the server'}`;
    known.set(name, entry(name, target, { kind: 'index', detail, documentation: description, order: 2 }));
  }
  for (const name of [...own, ...index.uses.agents.flatMap((agent) => agent.indexes)]) {
    const order = own.includes(name) ? 1 : 3;
    known.set(name, {
      ...entry(name, target, { kind: 'index', detail: 'index' }),
      ...known.get(name),
      order,
    });
  }
  return [...known.values()].filter((one) => one.label !== '');
}

/** @returns the names of secrets: those in the server's vault, and those that agents name. Never a value. */
export function secretEntries(
  index: LanguageIndex,
  target: Target,
  { secrets, label }: ServerKnowledge,
): Completion[] {
  const known = new Map<string, Completion>();
  for (const name of secrets ?? []) {
    const detail = `secret in the vault of ${label ?? 'the server'}`;
    known.set(name, entry(name, target, { kind: 'secret', detail, order: 1 }));
  }
  for (const agent of index.uses.agents) {
    for (const { auth } of agent.mcp) {
      const name = auth?.secretRef;
      if (name && !known.has(name))
        known.set(name, entry(name, target, { kind: 'secret', detail: 'secret', order: 2 }));
    }
  }
  return [...known.values()];
}

/** @returns the models that the server offers, those that agents use, and one of each provider. */
export function modelEntries(
  index: LanguageIndex,
  target: Target,
  { models, label }: ServerKnowledge,
): Completion[] {
  const known = new Map<string, Completion>();
  const add = (name: string, detail: string, order: number) => {
    if (name && !known.has(name)) known.set(name, entry(name, target, { kind: 'model', detail, order }));
  };
  for (const name of models ?? []) add(name, `offered by ${label ?? 'the server'}`, 1);
  for (const agent of index.uses.agents) add(agent.model, 'model of another agent', 2);
  for (const { name, detail } of knownModels) add(name, detail, 3);
  return [...known.values()];
}
