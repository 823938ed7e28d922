import type { Snapshot } from '../snapshot';
import type { RangedIssue } from '../types';
import { hideIgnored, type Ignore } from './ignores';
import { sortIssues, uniqueIssues } from './issue';
import { applyLevels, type RuleLevels } from './levels';
import { type ServerFacts, serverIssues } from './server-rules';

/** What beside the files decides which problems a person sees. */
export interface RuleView {
  /** What the connected server has; rules that ask for it are silent without. */
  server?: ServerFacts;
  /** Levels that a person has set for the editor; they come before those of `tavora.jsonc`. */
  levels?: RuleLevels;
}

/** @returns every problem of a loaded project as a view shows it, sorted by file and place. */
export function issuesInView(snapshot: Snapshot, view: RuleView): RangedIssue[] {
  const byFile = new Map<string, RangedIssue[]>();
  const all = [...snapshot.found, ...(view.server ? serverIssues(snapshot, view.server) : [])];
  for (const one of all) {
    const list = byFile.get(one.file);
    if (list) list.push(one);
    else byFile.set(one.file, [one]);
  }
  for (const file of snapshot.files.values()) {
    if (file.ignores.length > 0 && !byFile.has(file.path)) byFile.set(file.path, []);
  }
  const shown = [...byFile].flatMap(([path, issues]) =>
    issuesOfFile(snapshot, view, path, issues, ignoresOf(snapshot, path)),
  );
  return sortIssues(shown);
}

/** Of a file that no agent uses nothing else is checked, so only comments about that count. */
function ignoresOf({ files, spare }: Snapshot, path: string): readonly Ignore[] {
  const used = files.get(path);
  return used ? used.ignores : (spare.get(path)?.ignores ?? []).filter((one) => isAboutUse(one.code));
}

/** True for rules that say of a file that nothing uses it. */
export function isAboutUse(code: string): boolean {
  return code === 'unused-file' || code === 'unreachable-agent';
}

/**
 * @param issues everything that the rules say of the file.
 * @returns what of it a view shows.
 */
export function issuesOfFile(
  snapshot: Snapshot,
  view: RuleView,
  path: string,
  issues: RangedIssue[],
  ignores: readonly Ignore[],
): RangedIssue[] {
  const left = hideIgnored(path, uniqueIssues(issues), ignores);
  return applyLevels(left, { ...snapshot.config.levels, ...view.levels });
}
