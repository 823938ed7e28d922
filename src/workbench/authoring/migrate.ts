import * as vscode from 'vscode';
import { migrations } from '../../project';
import { PoliteError } from '../shared/errors';
import { addEdits } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import type { WorkspaceProject } from '../shared/workspaces';

/**
 * Shows every older form of a project with its change in the editor's preview; what the person ticks there is changed.
 * @throws PoliteError when there is nothing to renew.
 */
export async function migrateProject(project: WorkspaceProject): Promise<void> {
  const found = migrations({ project: project.project, text: (path) => presentText(project, path) });
  if (found.length === 0) {
    throw new PoliteError(`Everything in the project "${project.project.name}" is written in today's form.`);
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { title, path, edits } of found) {
    // Nothing is ticked beforehand: a folder for each skill is a matter of taste.
    addEdits(edit, project, edits, { label: title, description: path, needsConfirmation: true });
  }
  await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}
