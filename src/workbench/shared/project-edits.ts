import * as vscode from 'vscode';
import type { FileChange, FileEdit } from '../../project';
import { presentText } from './project-texts';
import type { WorkspaceProject } from './workspaces';

/** @returns a range of a text, by offsets of its UTF-16 units. */
function rangeOf(text: string, offset: number, length: number): vscode.Range {
  return new vscode.Range(positionOf(text, offset), positionOf(text, offset + length));
}

function positionOf(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
}

/**
 * Adds what a fix does to a project's files to an edit, as the editor applies and undoes it.
 * @param metadata has the editor ask the person before it makes these changes.
 */
export function addEdits(
  result: vscode.WorkspaceEdit,
  project: WorkspaceProject,
  edits: readonly FileEdit[],
  metadata?: vscode.WorkspaceEditEntryMetadata,
): void {
  for (const edit of edits) {
    const uri = project.uri(edit.path);
    if (edit.kind === 'create') createFile(result, uri, edit.text, metadata);
    else if (edit.kind === 'rename') result.renameFile(uri, project.uri(edit.to), undefined, metadata);
    else {
      const text = presentText(project, edit.path) ?? '';
      result.replace(uri, rangeOf(text, edit.offset, edit.length), edit.text, metadata);
    }
  }
}

/** @returns what a fix does to a project's files, as one edit. */
export function toWorkspaceEdit(project: WorkspaceProject, edits: readonly FileEdit[]): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit();
  addEdits(result, project, edits);
  return result;
}

/** @returns what becomes of files, as one edit; of each text only the stretch that differs is replaced. */
export function changesToEdit(
  project: WorkspaceProject,
  changes: ReadonlyMap<string, FileChange>,
): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit();
  const moved = new Set(
    [...changes.values()].flatMap((one) => (typeof one === 'object' ? [one.movedFrom] : [])),
  );
  for (const [path, change] of changes) {
    const uri = project.uri(path);
    if (typeof change === 'object') result.renameFile(project.uri(change.movedFrom), uri);
    else if (change === undefined) {
      if (!moved.has(path)) result.deleteFile(uri);
    } else {
      const before = presentText(project, path);
      if (before === undefined) createFile(result, uri, change);
      else replaceDifference(result, uri, before, change);
    }
  }
  return result;
}

function createFile(
  edit: vscode.WorkspaceEdit,
  uri: vscode.Uri,
  text: string,
  metadata?: vscode.WorkspaceEditEntryMetadata,
): void {
  // The text as an edit of its own: an action with the contents of a file does not survive the way to the window.
  edit.createFile(uri, undefined, metadata);
  edit.insert(uri, new vscode.Position(0, 0), text, metadata);
}

function replaceDifference(edit: vscode.WorkspaceEdit, uri: vscode.Uri, before: string, after: string): void {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - start;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const range = rangeOf(before, start, before.length - tail - start);
  edit.replace(uri, range, after.slice(start, after.length - tail));
}
