import { escapeGlob } from '../../listing';
import { baseName, folderOf, resolvePath } from '../../paths';
import type { FileUse } from '../facts/fact';
import type { LanguageIndex } from '../index/language-index';
import type { Completion, EntryKind } from '../types';
import { relativeBinding, relativePath } from '../written-path';
import { entry, type Target } from './entry';

export interface PathQuestion {
  /** The folder of the file that the path is written in. */
  folder: string;
  use: FileUse;
  text: string;
  target: Target;
  /** What the same list names already. */
  written: readonly string[];
}

interface Candidate {
  path: string;
  kind: EntryKind;
  detail: string;
}

/** @returns the files, folders and patterns that a field may name, written relative to its file. */
export function pathEntries(index: LanguageIndex, question: PathQuestion): Completion[] {
  const { folder, use, text, target, written } = question;
  const typed = text.slice(target.insert.offset, target.insert.offset + target.insert.length);
  const below = searched(folder, typed);
  if (below === undefined) return [];
  // Only these two are read as patterns; the one for agents is a pattern already.
  const write = use === 'skills' || use === 'evals' ? relativeBinding : relativePath;
  const candidates = candidatesIn(index, below, question);
  const entries = candidates.map(({ path, kind, detail }) =>
    entry(write(folder, path), target, { kind, detail, order: 1 }),
  );
  const patterns = use === 'skills' || use === 'evals' ? patternsOf(candidates, use) : [];
  const globs = patterns.map((one) => {
    const at = relativeBinding(folder, one.folder);
    const label = at ? `${at}/${one.pattern}` : one.pattern;
    return entry(label, target, { kind: 'pattern', detail: one.detail, order: 2 });
  });
  return [...entries, ...globs].filter((one) => one.label !== '' && !written.includes(one.label));
}

/** @returns the folder to look in: the file's own, or the one that has been typed on the way up. */
function searched(folder: string, typed: string): string | undefined {
  if (!typed.startsWith('..')) return folder;
  const up = typed.slice(0, typed.lastIndexOf('/') + 1) || '../';
  const resolved = resolvePath(folder, up);
  return 'path' in resolved ? resolved.path : undefined;
}

function candidatesIn(index: LanguageIndex, below: string, { folder, use }: PathQuestion): Candidate[] {
  const { listing } = index;
  const files = listing.matchFiles(below ? `${escapeGlob(below)}/**` : '**');
  const extension = (path: string) => path.slice(path.lastIndexOf('.'));
  switch (use) {
    case 'persona':
      return files
        .filter((path) => extension(path) === '.md' && !isReadme(path) && !isSkill(index, path))
        .map((path) => ({ path, kind: 'file', detail: 'Markdown' }));
    case 'evals':
      return files
        .filter((path) => extension(path) === '.json')
        .map((path) => ({ path, kind: 'file', detail: 'eval' }));
    case 'discover':
      return discoverPatterns(files);
    case 'skills':
      return skillCandidates(index, files, folder);
    default:
      return files
        .filter((path) => ['.md', '.js', '.json', '.jsonc'].includes(extension(path)))
        .map((path) => ({ path, kind: 'file', detail: '' }));
  }
}

function skillCandidates(index: LanguageIndex, files: readonly string[], folder: string): Candidate[] {
  const { listing } = index;
  const personas = new Set(index.uses.agents.flatMap((agent) => agent.personaPath ?? []));
  const found = new Map<string, Candidate>();
  for (const path of files) {
    const parent = folderOf(path);
    if (listing.hasFile(`${parent}/skill.md`)) {
      found.set(parent, { path: parent, kind: 'folder', detail: 'skill folder' });
    } else if (/\.(?:js|md)$/.test(path) && !isReadme(path) && !personas.has(path) && parent !== folder) {
      const detail = path.endsWith('.js') ? 'module skill' : 'prompt skill';
      found.set(path, { path, kind: 'file', detail });
    }
  }
  return [...found.values()];
}

/** One pattern for each way in which the agents' configs lie beside each other. */
function discoverPatterns(files: readonly string[]): Candidate[] {
  const configs = files.filter((path) => baseName(path) === 'agent.jsonc');
  const patterns = configs.map((path) => {
    const parent = folderOf(folderOf(path));
    return parent ? `${parent}/*/agent.jsonc` : '*/agent.jsonc';
  });
  return [...new Set(patterns)].map((path) => ({ path, kind: 'pattern', detail: 'every agent below it' }));
}

function patternsOf(
  candidates: readonly Candidate[],
  use: 'skills' | 'evals',
): { folder: string; pattern: string; detail: string }[] {
  const folders = new Set(candidates.map(({ path }) => folderOf(path)));
  return [...folders].flatMap((folder) => {
    const inside = candidates.filter(({ path }) => folderOf(path) === folder).length;
    if (inside < 2) return [];
    const pattern = use === 'evals' ? '*.json' : '*';
    return [{ folder, pattern, detail: `${inside} ${use}` }];
  });
}

function isSkill(index: LanguageIndex, path: string): boolean {
  return index.uses.skill(path) !== undefined || index.listing.hasFile(`${folderOf(path)}/skill.md`);
}

function isReadme(path: string): boolean {
  return baseName(path).toLowerCase() === 'readme.md';
}
