import * as vscode from 'vscode';
import { changesOf, type Move } from '../../project/language';
import { reportError } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import type { Log } from '../shared/log';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import { toWorkspaceEdit } from './convert';
import type { Indexes } from './indexes';

/** Keeps a project whole when a person renames or moves its files in the Explorer. */
export class FileMoves implements vscode.Disposable {
  private readonly store = new DisposableStore();
  /** Moves that a rename of ours makes: their texts are changed already. */
  private expected: ReadonlySet<string> = new Set();
  /** Files that were changed for a move and had no change of the person's in them. */
  private unsaved: vscode.Uri[] = [];

  constructor(
    private readonly indexes: Indexes,
    private readonly workspaces: Workspaces,
    private readonly log: Log,
  ) {
    this.store.add(
      vscode.workspace.onWillRenameFiles((event) => {
        event.waitUntil(Promise.resolve(this.edit(event.files)));
      }),
    );
    this.store.add(vscode.workspace.onDidRenameFiles(({ files }) => void this.save(files)));
  }

  /** Says which files move by a rename that changes the texts itself. */
  expect(project: WorkspaceProject, moves: readonly Move[]): void {
    this.expected = new Set(moves.map(({ from, to }) => key(project.uri(from), project.uri(to))));
  }

  dispose(): void {
    this.store.dispose();
  }

  private edit(files: readonly { oldUri: vscode.Uri; newUri: vscode.Uri }[]): vscode.WorkspaceEdit {
    const all = new vscode.WorkspaceEdit();
    const moves = new Map<WorkspaceProject, Move[]>();
    for (const { oldUri, newUri } of files) {
      if (this.expected.has(key(oldUri, newUri))) continue;
      const from = this.workspaces.find(oldUri);
      const to = this.workspaces.find(newUri);
      // What leaves its project has no path in it any more; the rules say what then is missing.
      if (!from || !to || from.project.folder.toString() !== to.project.folder.toString()) continue;
      moves.set(from.project, [...(moves.get(from.project) ?? []), { from: from.path, to: to.path }]);
    }
    this.expected = new Set();
    for (const [project, moved] of moves) {
      const changes = changesOf(this.indexes.of(project), moved);
      for (const [uri, edits] of toWorkspaceEdit(project, { changes, moves: [] }).entries())
        all.set(uri, edits);
    }
    const dirty = new Set(
      vscode.workspace.textDocuments.filter((one) => one.isDirty).map((one) => one.uri.toString()),
    );
    this.unsaved = all
      .entries()
      .map(([uri]) => uri)
      .filter((uri) => !dirty.has(uri.toString()));
    return all;
  }

  /** Saves what the move changed: a person who renames a file expects a project that works. */
  private async save(files: readonly { oldUri: vscode.Uri; newUri: vscode.Uri }[]): Promise<void> {
    const uris = this.unsaved.map((uri) => moved(uri, files).toString());
    this.unsaved = [];
    try {
      for (const document of vscode.workspace.textDocuments) {
        if (document.isDirty && uris.includes(document.uri.toString())) await document.save();
      }
    } catch (error) {
      reportError(this.log, error);
    }
  }
}

function key(from: vscode.Uri, to: vscode.Uri): string {
  return `${from.toString()} ${to.toString()}`;
}

function moved(uri: vscode.Uri, files: readonly { oldUri: vscode.Uri; newUri: vscode.Uri }[]): vscode.Uri {
  for (const { oldUri, newUri } of files) {
    if (uri.toString() === oldUri.toString()) return newUri;
    if (uri.path.startsWith(`${oldUri.path}/`)) {
      return newUri.with({ path: `${newUri.path}${uri.path.slice(oldUri.path.length)}` });
    }
  }
  return uri;
}
