import type { FileEdit, FixSource } from '../fixes/fix';
import { freeName } from '../fixes/json-edits';
import { folderOf } from '../paths';
import { suggestName } from '../scaffold/names';
import {
  agentText,
  evalText,
  folderPromptText,
  folderTypesText,
  personaText,
  promptText,
  skillText,
} from '../scaffold/texts';
import type { Agent } from '../types';
import { bindPath } from './bind';

/** A new part of a project: its files, and the one that a person edits first. */
export interface Addition {
  path: string;
  edits: FileEdit[];
}

/** What a new skill is: JavaScript, a text for the model, or a folder with both. */
export type SkillForm = 'module' | 'prompt' | 'folder';

function inFolder(agent: Agent, inside: string): string {
  const folder = folderOf(agent.configPath);
  return folder ? `${folder}/${inside}` : inside;
}

/** @returns a new skill of an agent, bound in its config. */
export function newSkill({ text }: FixSource, agent: Agent, name: string, form: SkillForm): Addition {
  const config = text(agent.configPath) ?? '';
  if (form === 'folder') {
    const folder = inFolder(agent, `skills/${name}`);
    return {
      path: `${folder}/main.js`,
      edits: [
        { kind: 'create', path: `${folder}/skill.md`, text: folderPromptText(name) },
        { kind: 'create', path: `${folder}/main.js`, text: skillText(name) },
        { kind: 'create', path: `${folder}/main.d.ts`, text: folderTypesText(name) },
        ...bindPath(agent, 'skills', folder, config),
      ],
    };
  }
  const path = inFolder(agent, `skills/${name}.${form === 'module' ? 'js' : 'md'}`);
  const content = form === 'module' ? skillText(name) : promptText(name);
  return {
    path,
    edits: [{ kind: 'create', path, text: content }, ...bindPath(agent, 'skills', path, config)],
  };
}

/**
 * The names that a new eval of an agent may not have: those of its cases, and of what stands in its folder of evals.
 * @param paths every file of the project
 */
export function takenEvalNames(agent: Agent, paths: readonly string[]): ReadonlySet<string> {
  const folder = inFolder(agent, 'evals/');
  const files = paths.flatMap((path) =>
    path.startsWith(folder) ? [path.slice(folder.length).replace(/\.json$/, '')] : [],
  );
  return new Set([...files, ...agent.evals.map(({ name }) => name)]);
}

/**
 * @param words what the eval is to be called, in words
 * @param taken see `takenEvalNames`
 * @returns a name that is free; "" when nothing of the words can be kept.
 */
export function freeEvalName(words: string, taken: ReadonlySet<string>): string {
  const name = suggestName(words);
  return name && freeName(name, taken);
}

/** @returns a new eval case of an agent, bound in its config. */
export function newEval(
  { text }: FixSource,
  agent: Agent,
  name: string,
  words: { input?: string; criteria?: string; answers?: (boolean | string)[] } = {},
): Addition {
  const path = inFolder(agent, `evals/${name}.json`);
  const content = evalText(name, words.input, words.criteria, words.answers);
  const edits = bindPath(agent, 'evals', path, text(agent.configPath) ?? '');
  return { path, edits: [{ kind: 'create', path, text: content }, ...edits] };
}

/** @param folder where agents are, relative to the project. @returns a new agent with a persona and one skill. */
export function newAgent(folder: string, id: string): Addition {
  const at = `${folder ? `${folder}/` : ''}${id}`;
  return {
    path: `${at}/agent.jsonc`,
    edits: [
      { kind: 'create', path: `${at}/agent.jsonc`, text: agentText(id, false) },
      { kind: 'create', path: `${at}/persona.md`, text: personaText(id) },
      { kind: 'create', path: `${at}/skills/first-steps.js`, text: skillText('first-steps') },
      { kind: 'create', path: `${at}/skills/tone.md`, text: promptText('tone') },
    ],
  };
}
