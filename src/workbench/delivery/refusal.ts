import * as vscode from 'vscode';
import { fatalIssuesOf, type RangedIssue } from '../../project';
import type { Issue } from '../../protocol';
import { PoliteError } from '../shared/errors';
import type { WorkspaceProject } from '../shared/workspaces';

/** What is not deployed because rules or evals say no to it: nothing went wrong on the way. */
export class Refusal extends PoliteError {}

/** @returns the fatal problems that keep the named agents, or the whole project, from a server. */
export function fatalIssues({ project }: WorkspaceProject, agentIds?: readonly string[]): RangedIssue[] {
  return fatalIssuesOf(project, agentIds);
}

/** A refusal that names the first problem and leads to the others. @param what "Sync of support" */
export function refusal(what: string, issues: readonly Issue[]): Refusal {
  const [first] = issues;
  const place = first?.file ? `${first.file}${first.line ? `:${first.line}` : ''}: ` : '';
  const rest = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
  return new Refusal(`${what} refused: ${rest} to fix first. ${place}${first?.message ?? ''}`, [
    { label: 'Show Problems', run: () => vscode.commands.executeCommand('workbench.actions.view.problems') },
  ]);
}

/** Where a merge has left both sides for a person to choose from. */
const conflict = /^<{7} .*$[\s\S]*^={7}$[\s\S]*^>{7} /m;

/** @throws PoliteError when a file of the named agents, or of the whole project, still has a conflict of a merge. */
export function assertMerged(project: WorkspaceProject, agentIds?: readonly string[]): void {
  const agents = project.project.agents.filter(({ id }) => agentIds?.includes(id) ?? true);
  for (const path of new Set(agents.flatMap(({ files }) => files))) {
    if (conflict.test(project.project.text(path) ?? '')) {
      throw new PoliteError(
        `Nothing was sent: ${path} still has conflicts of a merge. Choose a side of each first.`,
        [{ label: 'Open', run: () => vscode.window.showTextDocument(project.uri(path)) }],
      );
    }
  }
}
