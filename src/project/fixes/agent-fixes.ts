import { baseName, folderOf, resolvePath, stem } from '../paths';
import { evalText, promptText, skillText } from '../scaffold/texts';
import type { Agent } from '../types';
import { type FileEdit, type FixContext, type Fixer, firstOf, replaceRange, underlined } from './fix';
import { freeName, JsonEdits } from './json-edits';
import { misspelt } from './misspelt';

/** @returns the agent whose config the issue is in. */
function agentOf({ project, path }: FixContext): Agent | undefined {
  return project.agents.find((agent) => agent.configPath === path);
}

const json = ({ path, content }: FixContext) => new JsonEdits(path, content);

/** Sets a field of the agent, in place of one that is empty. */
const setField =
  (field: string, value: (context: FixContext) => string, title: string): Fixer =>
  (context) => [
    {
      title: `${title} "${value(context)}"`,
      preferred: true,
      edits: json(context).set([field], value(context)),
    },
  ];

function newId({ project, path }: FixContext): string {
  const taken = new Set(project.agents.filter((one) => one.configPath !== path).map(({ id }) => id));
  return freeName(baseName(folderOf(path)) || 'agent', taken);
}

function niceName(context: FixContext): string {
  const id = agentOf(context)?.id ?? newId(context);
  const words = id.replace(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Takes the underlined item out of its list. */
const removeItem: Fixer = (context) => {
  const edits = json(context);
  const found = context.issue.range && edits.at(context.issue.range.offset);
  if (!found) return [];
  return [{ title: `Remove ${underlined(context)}`, preferred: false, edits: edits.remove(found.place) }];
};

const preferred =
  (fixer: Fixer): Fixer =>
  (context) =>
    fixer(context).map((fix) => fix && { ...fix, preferred: true });

/** Makes the file that the underlined path names. */
const createFile =
  (text: (path: string) => string, inFolder?: string): Fixer =>
  (context) => {
    const found = context.issue.range && json(context).at(context.issue.range.offset);
    const written = found?.node.type === 'string' ? String(found.node.value) : '';
    const resolved = resolvePath(folderOf(context.path), written);
    if (!('path' in resolved) || /[*?[\]{}]/.test(written)) return [];
    const path = inFolder === undefined ? resolved.path : `${resolved.path}/${inFolder}`;
    if (context.listing.hasFile(path)) return [];
    return [
      { title: `Create ${path}`, preferred: false, edits: [{ kind: 'create', path, text: text(path) }] },
    ];
  };

const newSkill = (path: string) => (path.endsWith('.js') ? skillText(stem(path)) : promptText(stem(path)));

/** Ends the absence of a skill.md: under another spelling, in each folder of a folder of skills, or at all. */
const missingSkillMd: Fixer = (context) => {
  const { issue, listing } = context;
  const folder = quotedIn(issue.message);
  const otherName = /^Rename "([^"]+)"/.exec(issue.hint ?? '')?.[1];
  if (folder === undefined || !listing.hasFolder(folder)) return [];
  const target = `${folder}/skill.md`;
  if (otherName !== undefined) {
    const edits: FileEdit[] = [{ kind: 'rename', path: `${folder}/${otherName}`, to: target }];
    return [{ title: `Rename ${otherName} to skill.md`, preferred: true, edits }];
  }
  if (/write "[^"]+\/\*"/.test(issue.hint ?? '')) {
    const written = underlined(context).slice(1, -1).replace(/\/$/, '');
    const text = JSON.stringify(`${written}/*`);
    return [
      { title: `Take every skill in it: ${text}`, preferred: true, edits: replaceRange(context, text) },
    ];
  }
  return [
    {
      title: `Create ${target}`,
      preferred: true,
      edits: [{ kind: 'create', path: target, text: promptText(baseName(folder)) }],
    },
  ];
};

/** @returns the first JSON string in a sentence; undefined when it was cut to fit. */
function quotedIn(sentence: string): string | undefined {
  const found = /"(?:[^"\\]|\\.)*"/.exec(sentence)?.[0];
  const text: unknown = found === undefined ? undefined : JSON.parse(found);
  return typeof text === 'string' && !text.endsWith('…') ? text : undefined;
}

/** Gives a variable a value that a person then changes: what it is filled with, nobody else can know. */
const giveVariable: Fixer = (context) => {
  const name = context.issue.data?.key;
  if (name === undefined) return [];
  const value = /URL|URI|HOST|ENDPOINT/i.test(name) ? 'https://example.com' : 'change me';
  const edits = json(context).set(['env', name], value);
  return [{ title: `Give ${name} a value in "env"`, preferred: true, edits }];
};

/** Rules about an `agent.jsonc`. */
export const agentFixers: Record<string, Fixer> = {
  'missing-agent-id': setField('id', newId, 'Add the id'),
  'missing-agent-name': setField('name', niceName, 'Add the name'),
  'missing-model': setField('model', () => 'local/rehearsal', 'Use the model'),
  'unknown-model': misspelt,
  'duplicate-agent-id': misspelt,
  'missing-persona': firstOf(
    misspelt,
    createFile(() => 'You are a helpful agent.\n'),
  ),
  'unknown-capability': firstOf(misspelt, removeItem),
  'retired-capability': preferred(removeItem),
  'missing-skill-file': firstOf(misspelt, createFile(newSkill), removeItem),
  'missing-skill-folder': firstOf(
    misspelt,
    createFile((path) => promptText(baseName(folderOf(path))), 'skill.md'),
    removeItem,
  ),
  'missing-skill-md': missingSkillMd,
  'missing-eval-file': firstOf(
    misspelt,
    createFile((path) => evalText(stem(path))),
    removeItem,
  ),
  'variable-without-value': firstOf(misspelt, giveVariable),
};
