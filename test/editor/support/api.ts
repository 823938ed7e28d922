import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';

/** @returns the parts of the extension under test, activated, with the workspace searched. */
export async function activated(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi>('tavora.tavora-vscode');
  assert.ok(extension, 'The extension is not installed in this host.');
  const api = await extension.activate();
  await api.workspaces.ready;
  // In a browser the editor saves by itself after a second; a test says when.
  await vscode.workspace
    .getConfiguration('files')
    .update('autoSave', 'off', vscode.ConfigurationTarget.Global);
  return api;
}

/** @returns the folder that the host has open. */
export function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'The host has no folder open.');
  return folder.uri;
}

/**
 * Waits until something holds. The time is a little less than a test has, so that it is said what did not happen: on
 * a busy machine an editor takes seconds for what is done at once elsewhere.
 * @param look called again every 20 ms; what it throws counts as "not yet"
 * @throws the last error of `look`, or that it never became true
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 25_000,
): Promise<Exclude<T, undefined | null | false>> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const value = await look();
      if (value) {
        return value as Exclude<T, undefined | null | false>;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (Date.now() < end);
  throw last ?? new Error(`It did not happen within ${timeoutMs} ms: ${what}.`);
}

/** @returns the problems that the extension shows for a file; the editor's own JavaScript hints are not ours. */
export function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'tavora');
}

export async function write(uri: vscode.Uri, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

/** Replaces a stretch of a document without saving it. */
export async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const at = document.getText().indexOf(from);
  assert.ok(at >= 0, `"${from}" is not in ${document.uri.path}`);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(at), document.positionAt(at + from.length));
  edit.replace(document.uri, range, to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Saves a document. VS Code only says no, without an error, when the file has changed behind the editor's back. */
export async function save(document: vscode.TextDocument): Promise<void> {
  assert.ok(await document.save(), `${document.uri.path} could not be saved`);
}

/** Closes every editor and throws away what was not saved. */
export async function closeEditors(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until(`${document.uri.path} is as on disk`, () => !document.isDirty);
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
