import * as vscode from 'vscode';
import { PoliteError } from './errors';
import { saveDocument } from './save-document';
import type { WorkspaceProject, Workspaces } from './workspaces';

/**
 * Saves the open files of a project, so that what is read from disk is what is seen.
 * @throws PoliteError when the editor does not save one, as when it has changed on disk.
 */
export async function saveInside(workspaces: Workspaces, project: WorkspaceProject): Promise<void> {
  const key = project.folder.toString();
  const inside = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && workspaces.find(uri)?.project.folder.toString() === key,
  );
  for (const document of inside) {
    if (!(await saveDocument(document))) {
      const name = vscode.workspace.asRelativePath(document.uri);
      throw new PoliteError(
        `${name} is not saved: it has changed on disk. Compare and save it, then try again.`,
        [{ label: 'Open', run: () => vscode.window.showTextDocument(document) }],
      );
    }
  }
}
