import * as vscode from 'vscode';
import type { ProjectFiles } from '../../project';
import type { WorkspaceProject } from './workspaces';

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((one) => !one.isClosed && one.uri.toString() === key);
}

/** @returns the present text of a project's file: what an editor holds, else what was last read from disk. */
export function presentText(project: WorkspaceProject, path: string): string | undefined {
  return openDocument(project.uri(path))?.getText() ?? project.project.text(path);
}

/** @returns a project's files as its editors show them, saved or not. */
export function presentFiles(project: WorkspaceProject): ProjectFiles {
  return {
    list: () => project.files.list(),
    async read(path) {
      const document = openDocument(project.uri(path));
      return document?.isDirty ? new TextEncoder().encode(document.getText()) : project.files.read(path);
    },
  };
}
