import * as vscode from 'vscode';
import { projectDeclarations, typesConfig } from '../../project';
import { exists } from '../shared/exists';
import type { WorkspaceProject } from '../shared/workspaces';

/**
 * Writes the declarations of a project into it, and a `jsconfig.json` unless the project has one.
 * @returns the files that were written.
 */
export async function writeTypes(project: WorkspaceProject): Promise<vscode.Uri[]> {
  const encoder = new TextEncoder();
  const written: vscode.Uri[] = [];
  const write = async (path: string, text: string) => {
    const uri = project.uri(path);
    await vscode.workspace.fs.writeFile(uri, encoder.encode(text));
    written.push(uri);
  };
  for (const [path, text] of projectDeclarations(project.project)) {
    await write(path, text);
  }
  const kept = await exists(project.uri('jsconfig.json'));
  if (!kept) {
    await write('jsconfig.json', typesConfig);
  }
  const where = vscode.workspace.asRelativePath(project.uri('types'));
  void vscode.window.showInformationMessage(
    kept
      ? `The types are in ${where}. The project has a jsconfig.json of its own, which was left as it is: include "types/*.d.ts" in it.`
      : `The types are in ${where}, and a jsconfig.json names them.`,
  );
  return written;
}
