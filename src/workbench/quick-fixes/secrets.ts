import * as vscode from 'vscode';
import { checkOpenFile, fixesFor } from '../../project';
import { type Connection, confirmProduction } from '../connection';
import { PoliteError } from '../shared/errors';
import { toWorkspaceEdit } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import { putSecret } from '../shared/put-secret';
import { vaultForSecret } from '../shared/vault-choice';
import type { WorkspaceProject } from '../shared/workspaces';

const rule = 'mcp-secret-in-source';

/**
 * Puts a secret that stands in a config into a vault of the connected server, and its name in its place. The value
 * goes from the text to the server and is kept, shown and logged nowhere else.
 *
 * @param offset where the value begins.
 * @throws PoliteError when there is no such value any more, or the server keeps no secrets; CancellationError when the
 *   person does not want it.
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
  const { server } = connection.state;
  const { label } = server;
  await confirmProduction(server, `add the secret ${name}`);
  const vault = await vaultForSecret(client, label, name, project.project.name || 'secrets');
  if ((await client.vaults.secrets(vault.id)).some((one) => one.name === name)) {
    await askReplace(name, vault.name, label);
  }
  await putSecret(client, vault.id, name, String(value));
  // Only now: a value that is neither in the file nor in a vault would be lost.
  if (!(await vscode.workspace.applyEdit(toWorkspaceEdit(project, fix.edits)))) {
    throw new PoliteError(
      `"${name}" is in the vault "${vault.name}" of ${label}, and its value is still in ${path}: the file has changed meanwhile. Put the name in its place.`,
    );
  }
  void vscode.window.showInformationMessage(
    `"${name}" is in the vault "${vault.name}" of ${label}. The value has been in a file: replace it where it came from.`,
  );
}

/** @throws CancellationError when the value that is there is to stay. */
async function askReplace(name: string, vault: string, label: string): Promise<void> {
  const question = `The vault "${vault}" of ${label} has a secret "${name}" already. Replace its value by the one in the file?`;
  const detail = 'Its value is lost then: no server gives it out again.';
  const picked = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Replace');
  if (picked !== 'Replace') {
    throw new vscode.CancellationError();
  }
}
