import * as vscode from 'vscode';
import { migrations } from '../../project';
import { PoliteError } from '../shared/errors';
import { addEdits } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import type { WorkspaceProject } from '../shared/workspaces';

/**
 * Renews what a person picks of the older forms in a project; the editor shows the changes before it makes them.
 * @throws PoliteError when there is nothing to renew, CancellationError when the person leaves.
 */
export async function migrateProject(project: WorkspaceProject): Promise<void> {
  const found = migrations({ project: project.project, text: (path) => presentText(project, path) });
  if (found.length === 0) {
    throw new PoliteError(`Everything in the project "${project.project.name}" is written in today's form.`);
  }
  const items = found.map((migration) => ({
    label: migration.title,
    description: migration.path,
    // A folder for each skill is a matter of taste; the other two are retired.
    picked: migration.kind !== 'folder',
    migration,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'What is to be renewed?',
    canPickMany: true,
  });
  if (!picked || picked.length === 0) {
    throw new vscode.CancellationError();
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { migration } of picked) {
    addEdits(edit, project, migration.edits, {
      label: migration.title,
      description: migration.path,
      needsConfirmation: true,
    });
  }
  await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}
