import * as vscode from 'vscode';
import type { FilePlan } from '../../../project/merge';
import { PoliteError } from '../../shared/errors';
import { saveDocument } from '../../shared/save-document';
import type { WorkspaceProject } from '../../shared/workspaces';

/**
 * Writes what was planned as one edit that can be undone, and saves it; a file with conflicts stays unsaved, for its
 * person to merge.
 * @throws PoliteError when the editor does not make the edit; nothing is written then.
 */
export async function applyPlans(project: WorkspaceProject, plans: readonly FilePlan[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const saved: vscode.Uri[] = [];
  for (const plan of plans) {
    const uri = project.uri(plan.path);
    if (plan.kind === 'create') {
      edit.createFile(uri, { ignoreIfExists: false });
      edit.insert(uri, new vscode.Position(0, 0), plan.text);
    } else if (plan.kind === 'delete') {
      edit.deleteFile(uri);
    } else if (plan.kind === 'update' || plan.kind === 'merge' || plan.kind === 'conflict') {
      const document = await vscode.workspace.openTextDocument(uri);
      const end = document.positionAt(document.getText().length);
      // A byte order mark is the document's own: its editor writes it again.
      edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), end), plan.text.replace(/^\uFEFF/, ''));
    }
    if (['create', 'update', 'merge'].includes(plan.kind)) {
      saved.push(uri);
    }
  }
  if (edit.size > 0 && !(await vscode.workspace.applyEdit(edit))) {
    throw new PoliteError(
      `Nothing was pulled: the editor did not make the changes in ${project.project.name}. Close its files and pull again.`,
    );
  }
  for (const uri of saved) {
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.isDirty && !(await saveDocument(document))) {
      throw new PoliteError(
        `${vscode.workspace.asRelativePath(uri)} has what was pulled and is not saved: it has changed on disk. Compare and save it.`,
      );
    }
  }
}

/** A conflict with the addresses of what it was made from. */
export interface ConflictSides {
  output: vscode.Uri;
  base: vscode.Uri;
  ours: vscode.Uri;
  theirs: vscode.Uri;
}

/**
 * Opens a conflict in the merge editor. An editor without one shows the file, whose marked conflicts it decorates.
 * @param label what the server is called
 */
export async function openMerge({ output, base, ours, theirs }: ConflictSides, label: string): Promise<void> {
  const commands = await vscode.commands.getCommands();
  if (!commands.includes('_open.mergeEditor')) {
    await vscode.window.showTextDocument(output, { preview: false });
    return;
  }
  await vscode.commands.executeCommand('_open.mergeEditor', {
    base,
    input1: { uri: theirs, title: 'Incoming', description: label },
    input2: { uri: ours, title: 'Current', description: 'Working Tree' },
    output,
  });
}
