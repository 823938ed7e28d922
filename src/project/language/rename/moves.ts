import picomatch from 'picomatch';
import { escapeGlob, isGlob } from '../../listing';
import { baseName, folderOf, resolvePath, stem } from '../../paths';
import type { SkillFile } from '../../types';
import type { Fact, FileUse } from '../facts/fact';
import type { LanguageIndex } from '../index/language-index';
import { pathsAt } from '../index/resolve';
import { skillSymbol } from '../index/symbol';
import type { TextChange } from '../types';
import { relativeBinding, relativePath } from '../written-path';
import type { Move } from './plan';

const patternUses: ReadonlySet<FileUse> = new Set(['persona', 'skills', 'evals', 'discover']);

/**
 * What must be written anew when files or folders move: paths and patterns that lead to them or stand in them,
 * and the names of skills that are called otherwise afterwards.
 */
export function changesOf(index: LanguageIndex, moves: readonly Move[]): TextChange[] {
  const moved = mover(moves);
  const concerned = concern(moves);
  const paths = index.allPaths().flatMap((path) => {
    const facts = index.facts(path)?.facts ?? [];
    return facts.flatMap((fact) => pathChanges(index, path, fact, moved, concerned));
  });
  return [...paths, ...nameChanges(index, moved)];
}

/** @returns where a path leads after the moves. */
function mover(moves: readonly Move[]): (path: string) => string {
  return (path) => {
    for (const { from, to } of moves) {
      if (path === from) return to;
      if (path.startsWith(`${from}/`)) return `${to}${path.slice(from.length)}`;
    }
    return path;
  };
}

/**
 * Tells at little cost that moves cannot matter to a path or pattern: neither the file that it stands in moves, nor
 * anything below the folder that it begins with. In a large project that is true of nearly all of them.
 */
function concern(moves: readonly Move[]): (path: string, folder: string, written: string) => boolean {
  const within = (path: string, folder: string) =>
    folder === '' || path === folder || path.startsWith(`${folder}/`);
  return (path, folder, written) => {
    const parts = written.split('/');
    const firstGlob = parts.findIndex(isGlob);
    const plain = firstGlob < 0 ? written : parts.slice(0, firstGlob).join('/');
    const start = plain ? resolvedTo(folder, plain) : folder;
    if (start === undefined) return false;
    // A name with brackets is written as a pattern and may still be one file.
    const below = firstGlob < 0 || written.includes('\\') ? folderOf(start) : start;
    return moves.some(({ from }) => within(path, from) || within(from, below) || within(below, from));
  };
}

function pathChanges(
  index: LanguageIndex,
  path: string,
  { meaning, span }: Fact,
  moved: (path: string) => string,
  concerned: (path: string, folder: string, written: string) => boolean,
): TextChange[] {
  if (meaning.kind !== 'file') return [];
  const { written, use } = meaning;
  const folders = [folderOf(path)];
  if (use === 'prose') folders.push(...index.uses.of(path).map((agent) => folderOf(agent.configPath)));
  const pattern = patternUses.has(use);
  for (const folder of folders) {
    if (!concerned(path, folder, written)) continue;
    const targets = pathsAt(index, folder, written, pattern);
    const [first] = targets;
    if (first === undefined) continue;
    const after = folder === folderOf(path) ? folderOf(moved(path)) : folderAfter(folder, moved);
    const isPattern = pattern && isGlob(written) && resolvedTo(folder, written) !== first;
    const change = (newText: string, at = span): TextChange[] => {
      const place = index.place(path, at);
      return place && newText !== written ? [{ ...place, newText: quotedFor(path, newText) }] : [];
    };
    if (!isPattern) {
      const to = moved(first);
      if (to === first && after === folder) return [];
      return change(sameStyle(written, pattern ? relativeBinding(after, to) : relativePath(after, to)));
    }
    const text = patternAfter(folder, after, written, moved);
    const lost = targets.map(moved).filter((to, i) => to !== targets[i] && !finds(after, text, to));
    const end = { offset: span.offset + span.length + 1, length: 0 };
    const place = index.place(path, end);
    const extra = lost.map((to) => `, ${JSON.stringify(relativeBinding(after, to))}`).join('');
    // What a pattern finds no longer is named beside it, so that the agent keeps it.
    return [...change(text), ...(place && extra && use !== 'discover' ? [{ ...place, newText: extra }] : [])];
  }
  return [];
}

function folderAfter(folder: string, moved: (path: string) => string): string {
  return folder ? moved(folder) : folder;
}

function resolvedTo(folder: string, written: string): string | undefined {
  const resolved = resolvePath(folder, written);
  return 'path' in resolved ? resolved.path : undefined;
}

/** The folders that a pattern begins with may move, and the file that it stands in. */
function patternAfter(
  folder: string,
  after: string,
  written: string,
  moved: (path: string) => string,
): string {
  const parts = written.split('/');
  const firstGlob = parts.findIndex(isGlob);
  const plain = parts.slice(0, firstGlob).join('/');
  const rest = parts.slice(firstGlob).join('/');
  const base = plain ? resolvedTo(folder, plain) : folder;
  if (base === undefined) return written;
  const to = base ? moved(base) : base;
  if (to === base && after === folder) return written;
  const start = to === after ? '' : relativeBinding(after, to);
  return sameStyle(written, start ? `${start}/${rest}` : rest);
}

function finds(folder: string, pattern: string, path: string): boolean {
  const resolved = resolvePath(folder, pattern);
  if (!('path' in resolved)) return false;
  const glob =
    folder && resolved.path.startsWith(`${folder}/`)
      ? `${escapeGlob(folder)}${resolved.path.slice(folder.length)}`
      : resolved.path;
  return picomatch(glob, { windows: false, nonegate: true, strictSlashes: true })(path);
}

/** Keeps the `./` and the slash at the end that the author wrote. */
function sameStyle(written: string, path: string): string {
  const start = written.startsWith('./') && !path.startsWith('.') ? './' : '';
  const end = written.endsWith('/') && !path.endsWith('/') ? '/' : '';
  return `${start}${path}${end}`;
}

/** In JSON a path stands in a string, in Markdown it does not. */
function quotedFor(path: string, text: string): string {
  return path.endsWith('.md') ? text : JSON.stringify(text).slice(1, -1);
}

function nameChanges(index: LanguageIndex, moved: (path: string) => string): TextChange[] {
  const skills = new Map<string, SkillFile>();
  for (const agent of index.uses.agents) for (const one of agent.skills) skills.set(one.path, one);
  return [...skills.values()].flatMap((skill) => {
    const name = nameAfter(skill, moved);
    if (name === skill.name) return [];
    return index.find(skillSymbol(skill)).flatMap(({ path, fact }) => {
      const place = index.place(path, fact.span);
      const named = fact.meaning.kind === 'module' || fact.meaning.kind === 'mention';
      return place && named ? [{ ...place, newText: name }] : [];
    });
  });
}

function nameAfter(skill: SkillFile, moved: (path: string) => string): string {
  if (skill.layout === 'file') return stem(moved(skill.path));
  const folder = folderOf(skill.path);
  // A file that leaves its folder makes no other skill of the folder.
  return baseName(folderAfter(folder, moved));
}
