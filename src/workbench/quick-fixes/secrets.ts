import * as vscode from 'vscode';
import { checkOpenFile, fixesFor } from '../../project';
import type { Connection } from '../connection';
import { PoliteError } from '../shared/errors';
import { toWorkspaceEdit } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import type { WorkspaceProject } from '../shared/workspaces';

const rule = 'mcp-secret-in-source';

/**
 * Puts a secret that stands in a config into a vault of the connected server, and its name in its place. The value
 * goes from the text to the server and is kept, shown and logged nowhere else.
 *
 * @param offset where the value begins.
 * @throws PoliteError when there is no such value any more, or the server keeps no secrets.
 */
export async function moveSecret(
  connection: Connection,
  project: WorkspaceProject,
  path: string,
  offset: number,
): Promise<void> {
  const text = presentText(project, path) ?? '';
  const issue = checkOpenFile(project.project, path, text).find(
    (one) => one.code === rule && one.range?.offset === offset,
  );
  const [fix] = issue
    ? fixesFor({ project: project.project, text: (one) => presentText(project, one) }, issue)
    : [];
  const name = /"([^"]+)"/.exec(fix?.title ?? '')?.[1];
  if (!issue?.range || !fix || name === undefined) {
    throw new PoliteError('There is no secret in plain text here any more.');
  }
  const value: unknown = JSON.parse(text.slice(offset, offset + issue.range.length));
  const client = await connection.client(undefined, project.folder.toString());
  const vaults = await client.vaults.list();
  if (!vaults) {
    throw new PoliteError(`${connection.state.server.label} keeps no secrets.`);
  }
  let vault = vaults[0];
  if (vaults.length > 1) {
    const items = vaults.map((one) => ({ label: one.name, one }));
    const picked = await vscode.window.showQuickPick(items, { title: `Into which vault does "${name}" go?` });
    if (!picked) {
      throw new vscode.CancellationError();
    }
    vault = picked.one;
  }
  if (!vault) {
    vault = await client.vaults.create(project.project.name || 'secrets');
    await client.vaults.designate(vault.id);
  }
  await client.vaults.putSecret(vault.id, name, String(value));
  // Only now: a value that is neither in the file nor in a vault would be lost.
  await vscode.workspace.applyEdit(toWorkspaceEdit(project, fix.edits));
  void vscode.window.showInformationMessage(
    `"${name}" is in the vault "${vault.name}" of ${connection.state.server.label}. The value has been in a file: replace it where it came from.`,
  );
}
