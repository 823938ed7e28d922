import { JsonDocument, type JsonNode } from '../json/document';
import type { TextRange } from '../range';
import type { LanguageIndex } from './index/language-index';
import type { Place } from './types';

export type OutlineKind =
  | 'agent'
  | 'skill'
  | 'prompt'
  | 'file'
  | 'server'
  | 'group'
  | 'value'
  | 'variable'
  | 'schedule';

/** One line of a file's outline. */
export interface OutlineItem {
  name: string;
  detail: string;
  kind: OutlineKind;
  range: TextRange;
  selection: TextRange;
  children: OutlineItem[];
}

/** @returns what a config is made of, as a person speaks of it; nothing for other files, whose editors outline them. */
export function outline(index: LanguageIndex, path: string): OutlineItem[] {
  const text = index.source(path)?.text;
  if (text === undefined || index.role(path) !== 'agent') return [];
  const document = new JsonDocument(text);
  const { root } = document;
  if (root?.type !== 'object') return [];
  const field = (key: string) => document.field(root, key);
  const id = document.string(field('id')) || path;
  const groups = [
    group(document, 'Persona', [field('persona')], 'file'),
    group(document, 'Skills', document.items(field('skills')), 'skill', (node) => found(index, path, node)),
    group(document, 'MCP servers', document.items(field('mcp')), 'server'),
    group(document, 'Indexes', document.items(field('indexes')), 'value'),
    group(document, 'Evals', document.items(field('evals')), 'file', (node) => found(index, path, node)),
    group(document, 'Schedules', document.items(field('schedules')), 'schedule'),
    group(
      document,
      'Variables',
      document.fields(field('env')).map((one) => one.keyNode),
      'variable',
    ),
  ];
  const name = document.string(field('name')) ?? '';
  const range = document.range(root);
  const selection = document.range(field('id') ?? root);
  return [{ name: id, detail: name, kind: 'agent', range, selection, children: groups.flat() }];
}

function group(
  document: JsonDocument,
  name: string,
  nodes: readonly (JsonNode | undefined)[],
  kind: OutlineKind,
  detail: (node: JsonNode) => string = () => '',
): OutlineItem[] {
  const items = nodes.flatMap((node): OutlineItem[] => {
    if (!node) return [];
    const label = document.string(node) ?? document.string(document.field(node, 'name'));
    const range = document.range(node);
    const text = label || document.string(document.field(node, 'cron'));
    return text ? [{ name: text, detail: detail(node), kind, range, selection: range, children: [] }] : [];
  });
  const [first] = items;
  const last = items.at(-1);
  if (!first || !last) return [];
  const { offset, line, column } = first.range;
  const { endLine, endColumn } = last.range;
  const range = {
    offset,
    line,
    column,
    endLine,
    endColumn,
    length: last.range.offset + last.range.length - offset,
  };
  return [{ name, detail: '', kind: 'group', range, selection: first.range, children: items }];
}

/** What a pattern finds, or what a path stands for. */
function found(index: LanguageIndex, path: string, node: JsonNode): string {
  const symbols = index.at(path, node.offset + 1)?.symbols ?? [];
  if (symbols.length > 1) return `${symbols.length} files`;
  const [only] = symbols;
  return only?.kind === 'skill' ? only.skill.kind : '';
}

/** A thing of the project that a person may look for by its name. */
export interface ProjectSymbol {
  name: string;
  kind: OutlineKind;
  /** The agent that it belongs to, or how many do. */
  container: string;
  place: Place;
}

/** @returns agents, skills, MCP servers and evals whose names have the letters of the query in order. */
export function findProjectSymbols(index: LanguageIndex, query: string): ProjectSymbol[] {
  const found = new Map<string, ProjectSymbol>();
  const add = (name: string, kind: OutlineKind, container: string, path: string, range?: TextRange) => {
    const key = `${kind} ${name} ${path}`;
    const known = found.get(key);
    if (known) {
      known.container = `${known.container}, ${container}`;
      return;
    }
    if (!name || !isSubsequence(query.toLowerCase(), name.toLowerCase())) return;
    const place = range ? { path, range } : index.place(path, { offset: 0, length: 0 });
    if (place) found.set(key, { name, kind, container, place });
  };
  const { project } = index;
  for (const agent of index.uses.agents) {
    const full = project.agents.find((one) => one.configPath === agent.configPath);
    add(agent.id, 'agent', project.name, agent.configPath, full?.ranges.id);
    for (const skill of agent.skills) {
      add(skill.name, skill.kind === 'module' ? 'skill' : 'prompt', agent.id, skill.path);
    }
    for (const server of agent.mcp) add(server.name, 'server', agent.id, agent.configPath, server.range);
    for (const evaluation of full?.evals ?? []) add(evaluation.name, 'file', agent.id, evaluation.path);
  }
  return [...found.values()];
}

function isSubsequence(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
