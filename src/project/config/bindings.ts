import { escapeGlob, globProblem, isGlob, type Listing, unescapeGlob } from '../listing';
import { baseName, folderOf, resolvePath } from '../paths';
import { nearest } from '../rules/suggest';
import type { RuleCode } from '../rules/table';
import type { IssueData } from '../types';
import type { WrittenPath } from './agent-config';
import type { Report } from './report';

/** A binding of a config, resolved: either one exact name or a pattern with all that it matches. */
export type Resolved =
  | { kind: 'exact'; path: string; folder: boolean }
  | { kind: 'glob'; pattern: string }
  | { kind: 'bad' };

/** Resolves one path or pattern of a config; reports one that cannot be used. */
export function resolveBinding(
  report: Report,
  written: WrittenPath,
  listing: Listing,
  globCode: RuleCode,
): Resolved {
  const folder = folderOf(report.file);
  const resolved = resolvePath(folder, written.text);
  if ('problem' in resolved) {
    report.add(
      'unsafe-path',
      written.node,
      `The path ${shown(written.text)} ${resolved.problem}.`,
      'Write a path relative to this file, with / between its parts.',
    );
    return { kind: 'bad' };
  }
  const literal = unescapeGlob(resolved.path);
  if (!isGlob(written.text) || listing.hasFile(literal) || listing.hasFolder(literal)) {
    return { kind: 'exact', path: literal, folder: resolved.folder };
  }
  const problem = globProblem(written.text);
  if (problem) {
    report.add(
      globCode,
      written.node,
      `The pattern ${shown(written.text)} cannot be used: ${problem}.`,
      'Close it, or write a backslash (\\\\ in JSON) in front of a bracket that is part of a name.',
    );
    return { kind: 'bad' };
  }
  return { kind: 'glob', pattern: patternBelow(folder, resolved.path) };
}

/** The config's own folder is a name, not a pattern, even where it holds brackets. */
function patternBelow(folder: string, pattern: string): string {
  if (!folder || !pattern.startsWith(`${folder}/`)) return pattern;
  return `${escapeGlob(folder)}${pattern.slice(folder.length)}`;
}

/** @returns a path in quotes, cut to a length that fits a message, control characters made visible. */
export function shown(path: string): string {
  return JSON.stringify(path.length > 80 ? `${path.slice(0, 77)}…` : path);
}

/** What stands where a file was looked for under another name. */
export interface SimilarFile {
  /** The beginning of a hint, or "". */
  hint: string;
  /** For the issue: the path that does not exist, and what to write instead. */
  data: IssueData;
}

/** @returns the most similar name in the folder where a file was looked for, and the path with it. */
export function similarFile(listing: Listing, path: string, written: string): SimilarFile {
  const entries = listing.entries(folderOf(path)).map((entry) => entry.name);
  const wanted = baseName(path);
  const sameLetters = entries.find((name) => name.toLowerCase() === wanted.toLowerCase());
  const near = sameLetters ?? nearest(wanted, entries);
  if (near === undefined) return { hint: '', data: { path } };
  const suggestion = written.replace(/[^/]+(\/?)$/, (_, slash: string) => near + slash);
  const hint = sameLetters
    ? `There is "${sameLetters}": upper and lower case count. `
    : `Did you mean "${near}"? `;
  return { hint, data: { path, suggestion } };
}
