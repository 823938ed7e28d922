import { loadProject } from '../load';
import { checkOpenFile, projectIssues } from '../open-file';
import type { RuleView } from '../rules/view';
import type { AgentProject, ProjectFiles, RangedIssue } from '../types';
import { applyEdits, type FileChange } from './apply';
import type { Fix, FixSource } from './fix';
import { fixesFor } from './fixes-for';
import { overlay } from './overlay';

/** More rounds than any project needs; an end, should two rules ever disagree. */
const mostRounds = 500;

/**
 * Ends every problem of one file that has one answer and concerns no other file, as if a person took each fix in turn.
 * @param view what the person sees of the rules.
 * @returns the new text; the same text when nothing can be done.
 */
export function fixFile(project: AgentProject, path: string, text: string, view: RuleView = {}): string {
  let now = text;
  for (let round = 0; round < mostRounds; round++) {
    const source: FixSource = { project, text: (one) => (one === path ? now : project.text(one)) };
    const fix = firstFix(source, checkOpenFile(project, path, now, view), (one) =>
      one.edits.every((edit) => edit.kind === 'text' && edit.path === path),
    );
    const next = fix && applyEdits(fix.edits, () => now).get(path);
    if (typeof next !== 'string' || next === now) break;
    now = next;
  }
  return now;
}

/**
 * Ends every problem of a project that has one answer, whichever files it takes.
 * @param files the project's files as they stand, unsaved changes included.
 * @returns what becomes of each file that is different, by path.
 */
export async function fixAll(
  files: ProjectFiles,
  filter: (issue: RangedIssue) => boolean = () => true,
  view: RuleView = {},
): Promise<Map<string, FileChange>> {
  const changed = new Map<string, FileChange>();
  const present = overlay(files, changed);
  let project: AgentProject | undefined;
  for (let round = 0; round < mostRounds; round++) {
    project = await loadProject(present, project);
    if (!takeRound(project, projectIssues(project, view).filter(filter), changed)) break;
  }
  return changed;
}

/** Takes the fixes of one reading that do not meet in a file. @returns whether anything is different. */
function takeRound(
  project: AgentProject,
  issues: readonly RangedIssue[],
  changed: Map<string, FileChange>,
): boolean {
  const source: FixSource = { project, text: (path) => project.text(path) };
  const touched = new Set<string>();
  let any = false;
  for (const issue of issues) {
    const fix = firstFix(source, [issue], ({ edits }) => !edits.some(({ path }) => touched.has(path)));
    if (!fix) continue;
    for (const [path, change] of applyEdits(fix.edits, source.text)) {
      touched.add(path);
      if (change === source.text(path) && change !== undefined) continue;
      changed.set(path, change);
      any = true;
    }
  }
  return any;
}

function firstFix(
  source: FixSource,
  issues: readonly RangedIssue[],
  usable: (fix: Fix) => boolean,
): Fix | undefined {
  for (const issue of issues) {
    const fix = fixesFor(source, issue).find((one) => one.preferred);
    if (fix && usable(fix)) return fix;
  }
  return undefined;
}
