import * as vscode from 'vscode';
import type { RangedIssue } from '../../project';
import type { Issue } from '../../protocol';
import { PoliteError } from '../shared/errors';
import type { WorkspaceProject } from '../shared/workspaces';

/** @returns the fatal problems that keep the named agents, or the whole project, from a server. */
export function fatalIssues(project: WorkspaceProject, agentIds?: readonly string[]): RangedIssue[] {
  const fatal = project.project.issues.filter(({ severity }) => severity === 'fatal');
  if (!agentIds) {
    return fatal;
  }
  const files = new Set<string>([project.project.configPath]);
  for (const id of agentIds) {
    const agent = project.agent(id);
    for (const path of agent ? [agent.configPath, ...agent.files] : []) {
      files.add(path);
    }
  }
  return fatal.filter(({ file }) => files.has(file));
}

/** A refusal that names the first problem and leads to the others. @param what "Sync of support" */
export function refusal(what: string, issues: readonly Issue[]): PoliteError {
  const [first] = issues;
  const place = first?.file ? `${first.file}${first.line ? `:${first.line}` : ''}: ` : '';
  const rest = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
  return new PoliteError(`${what} refused: ${rest} to fix first. ${place}${first?.message ?? ''}`, [
    { label: 'Show Problems', run: () => vscode.commands.executeCommand('workbench.actions.view.problems') },
  ]);
}
