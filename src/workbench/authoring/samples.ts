import * as vscode from 'vscode';
import { PoliteError } from '../shared/errors';
import { exists } from '../shared/exists';

/** The projects that come with the extension, in `examples/`. */
export const samples = [
  {
    name: 'support',
    title: 'Support',
    about: 'Orders and refunds: module and prompt skills, evals, a fault to find',
  },
  { name: 'broken', title: 'Broken', about: 'One of every problem that the rules know' },
] as const;

/**
 * Copies a sample out of the extension, beside what is there already.
 * @returns the new folder.
 * @throws PoliteError for a sample that does not exist.
 */
export async function copySample(
  extension: vscode.Uri,
  name: string,
  parent: vscode.Uri,
): Promise<vscode.Uri> {
  const sample = samples.find((one) => one.name === name);
  if (!sample) {
    throw new PoliteError(
      `There is no sample "${name}". There are: ${samples.map((one) => one.name).join(', ')}.`,
    );
  }
  const base = `tavora-${sample.name}`;
  let folder = vscode.Uri.joinPath(parent, base);
  for (let count = 2; await exists(folder); count++) {
    folder = vscode.Uri.joinPath(parent, `${base}-${count}`);
  }
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(extension, 'examples', sample.name), folder);
  return folder;
}

/** @throws CancellationError when the person picks none. */
export async function askSample(): Promise<string> {
  const items = samples.map(({ name, title, about }) => ({ label: title, detail: about, name }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Which sample?' });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.name;
}
