import type { FileEdit, FixSource } from '../fixes/fix';
import { freeName, JsonEdits } from '../fixes/json-edits';
import { folderOf } from '../paths';
import { suggestName } from '../scaffold/names';
import type { Agent } from '../types';
import { newEval } from './add';

/** What an analysis of a session suggests for an agent. */
export interface Suggestion {
  /** Text for the persona; "" for none. */
  changes: string;
  evalCase: { name: string; prompt: string; criteria: string } | undefined;
}

/** @returns edits that put a suggested text at the end of an agent's persona; none without text or persona. */
export function suggestedPersona({ text }: FixSource, agent: Agent, changes: string): FileEdit[] {
  const path = agent.personaPath;
  if (path === undefined || changes.trim() === '') return [];
  const before = text(path) ?? '';
  const gap = before.trim() === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  return [{ kind: 'text', path, offset: before.length, length: 0, text: `${gap}${changes.trim()}\n` }];
}

/**
 * Makes a suggested eval case a file of the agent, under a name that is free.
 * @param paths every file of the project
 */
export function suggestedEval(
  source: FixSource,
  agent: Agent,
  { name, prompt, criteria }: NonNullable<Suggestion['evalCase']>,
  paths: readonly string[],
): FileEdit[] {
  const folder = folderOf(agent.configPath);
  const inEvals = `${folder ? `${folder}/` : ''}evals/`;
  const taken = paths.flatMap((path) =>
    path.startsWith(inEvals) ? [path.slice(inEvals.length).replace(/\.json$/, '')] : [],
  );
  const names = new Set([...taken, ...agent.evals.map((one) => one.name)]);
  const free = freeName(suggestName(name) || 'suggested-case', names);
  return newEval(source, agent, free, { input: prompt, criteria }).edits;
}

/** @returns edits that take an agent's schedules out of its config: a copy of it must not run by itself. */
export function withoutSchedules({ text }: FixSource, agent: Agent): FileEdit[] {
  const json = new JsonEdits(agent.configPath, text(agent.configPath) ?? '');
  return json.find(['schedules']) ? json.remove(['schedules']) : [];
}
