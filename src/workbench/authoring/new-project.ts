import * as vscode from 'vscode';
import { nameProblem, suggestName } from '../../project';
import { PoliteError } from '../shared/errors';
import { exists } from '../shared/exists';
import { askFolder } from '../shared/folders';
import { type ProjectNames, scaffold } from './scaffold';

/**
 * Writes a new project into `<parent>/tavora`.
 * @returns the folder that holds its tavora.jsonc.
 * @throws PoliteError when there is something already; nothing is overwritten.
 */
export async function createProject(parent: vscode.Uri, names: ProjectNames): Promise<vscode.Uri> {
  const problem = nameProblem('project', names.project) ?? nameProblem('agent', names.agentId);
  if (problem !== undefined) {
    throw new PoliteError(problem);
  }
  const folder = vscode.Uri.joinPath(parent, 'tavora');
  if (await exists(folder)) {
    throw new PoliteError(
      `${folder.fsPath} exists already. Choose another folder; a new project overwrites nothing.`,
    );
  }
  const encoder = new TextEncoder();
  for (const [path, text] of scaffold(names)) {
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder, ...path.split('/')),
      encoder.encode(text),
    );
  }
  return folder;
}

/**
 * Asks for the folder, the project's name and the first agent's id, each checked as it is typed.
 * @throws CancellationError when the person leaves.
 */
export async function askNewProject(): Promise<{ parent: vscode.Uri; names: ProjectNames }> {
  const parent = await askFolder('Where should the new project go?', 'Create Here');
  const base = parent.path.split('/').findLast((part) => part !== '') ?? '';
  const project = await askName('Name of the project', 'project', suggestName(base) || 'my-project');
  const agentId = await askName('Id of its first agent', 'agent', 'greeter');
  return { parent, names: { project, agentId } };
}

/**
 * Asks for a name, checked as it is typed.
 * @param taken names that it must not be
 * @throws CancellationError when the person leaves.
 */
export async function askName(
  title: string,
  what: string,
  value: string,
  taken: ReadonlySet<string> = new Set(),
): Promise<string> {
  const article = /^[aeiou]/.test(what) ? 'an' : 'a';
  const name = await vscode.window.showInputBox({
    title,
    value,
    ignoreFocusOut: true,
    validateInput: (text) =>
      nameProblem(what, text) ??
      (taken.has(text) ? `There is ${article} ${what} "${text}" already.` : undefined),
  });
  if (name === undefined) {
    throw new vscode.CancellationError();
  }
  return name;
}
