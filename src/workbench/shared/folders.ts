import * as vscode from 'vscode';
import type { Workspaces } from './workspaces';

/**
 * Asks for a folder: one of the workspace's, or any other.
 * @throws CancellationError when the person leaves.
 */
export async function askFolder(title: string, openLabel: string): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 0) {
    const items = [
      ...folders.map(({ name, uri }) => ({ label: name, description: uri.fsPath, uri })),
      { label: '$(folder-opened) Another Folder…', description: '', uri: undefined },
    ];
    const picked = await vscode.window.showQuickPick(items, { title });
    if (!picked) {
      throw new vscode.CancellationError();
    }
    if (picked.uri) {
      return picked.uri;
    }
  }
  const chosen = await vscode.window.showOpenDialog({
    title,
    openLabel,
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  });
  const [folder] = chosen ?? [];
  if (!folder) {
    throw new vscode.CancellationError();
  }
  return folder;
}

/** Opens a folder, in a window of its own where this one has another; one that it shows already is searched again. */
export async function openFolder(workspaces: Workspaces, folder: vscode.Uri): Promise<void> {
  if (vscode.workspace.getWorkspaceFolder(folder)) {
    await workspaces.reload();
    return;
  }
  const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
}
