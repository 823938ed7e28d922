import type { SkillChange } from '../../protocol';
import type { FileEdit, FixSource } from '../fixes/fix';
import { JsonEdits } from '../fixes/json-edits';
import { mergeTexts } from '../merge/texts';
import type { Agent } from '../types';
import { freeEvalName, newEval, takenEvalNames } from './add';

/** What an analysis of a session suggests for an agent. */
export interface Suggestion {
  /** Text for the persona; "" for none. */
  changes: string;
  skills: readonly SkillChange[];
  evalCase: { name: string; prompt: string; criteria: string } | undefined;
}

type Texts = Pick<FixSource, 'text'>;

/** @returns edits that put a suggested text at the end of an agent's persona; none without text or persona. */
export function suggestedPersona({ text }: Texts, agent: Agent, changes: string): FileEdit[] {
  const path = agent.personaPath;
  if (path === undefined || changes.trim() === '') return [];
  const before = text(path) ?? '';
  const gap = before.trim() === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  return [{ kind: 'text', path, offset: before.length, length: 0, text: `${gap}${changes.trim()}\n` }];
}

/**
 * Puts suggested skills into the files that an agent binds under their names. What has changed in a file since is kept:
 * the three texts are merged by lines.
 * @returns the edits, and for each change that cannot be made a sentence that says why
 */
export function suggestedSkills(
  { text }: Texts,
  agent: Agent,
  changes: readonly SkillChange[],
): { edits: FileEdit[]; problems: string[] } {
  const edits = new Map<string, FileEdit>();
  const problems: string[] = [];
  for (const { skill: name, path: named, before, after } of changes) {
    const skill = agent.skills.find((one) => one.name === name);
    const path = skill?.files.find((file) => file === named) ?? skill?.path;
    if (path === undefined) {
      problems.push(
        `The agent "${agent.id}" has no skill "${name}" that the suggestion could be written into.`,
      );
      continue;
    }
    if (edits.has(path)) {
      problems.push(`A second suggestion for ${path} is left out: one at a time can be written into a file.`);
      continue;
    }
    const present = text(path) ?? '';
    const merged = mergeTexts(before, present, after, { ours: 'yours', theirs: 'the suggestion' });
    if (merged.conflicts > 0) {
      problems.push(
        `${path} has changed since the session ran, in the lines that the suggestion changes. It stays as it is: compare the two and change it by hand.`,
      );
    } else if (merged.text !== present) {
      edits.set(path, { kind: 'text', path, offset: 0, length: present.length, text: merged.text });
    }
  }
  return { edits: [...edits.values()], problems };
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
  const taken = takenEvalNames(agent, paths);
  const free = freeEvalName(name, taken) || freeEvalName('suggested case', taken);
  return newEval(source, agent, free, { input: prompt, criteria }).edits;
}

/** @returns edits that take an agent's schedules out of its config: a copy of it must not run by itself. */
export function withoutSchedules({ text }: FixSource, agent: Agent): FileEdit[] {
  const json = new JsonEdits(agent.configPath, text(agent.configPath) ?? '');
  return json.find(['schedules']) ? json.remove(['schedules']) : [];
}
