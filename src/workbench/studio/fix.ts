import { applyEdits, modify, parse } from 'jsonc-parser';
import picomatch from 'picomatch';
import * as vscode from 'vscode';
import { PoliteError } from '../shared/errors';
import type { WorkspaceProject } from '../shared/workspaces';

/** What an analysis suggests. */
export interface SuggestedFix {
  /** Text for the persona; "" for none. */
  changes: string;
  evalCase: { name: string; prompt: string; criteria: string } | undefined;
}

/**
 * Writes a suggestion into the project once the person has seen it as a diff and confirmed it: the persona gets the
 * text, the eval case a file of its own, and the agent's configuration names that file where no pattern does.
 * @returns false when the person did not want it
 * @throws PoliteError when the agent has no persona to change
 */
export async function applyFix(
  project: WorkspaceProject,
  agentId: string,
  { changes, evalCase }: SuggestedFix,
): Promise<boolean> {
  const agent = project.agent(agentId);
  if (!agent) {
    throw new PoliteError(`The project "${project.project.name}" has no agent "${agentId}" any more.`);
  }
  const edit = new vscode.WorkspaceEdit();
  const confirm = { needsConfirmation: true, label: 'Suggested fix' };
  if (changes !== '') {
    if (agent.personaPath === undefined) {
      throw new PoliteError(
        `The agent "${agentId}" has no persona that the suggestion could be written into.`,
      );
    }
    const uri = project.uri(agent.personaPath);
    const document = await vscode.workspace.openTextDocument(uri);
    const end = document.lineAt(document.lineCount - 1).range.end;
    const gap = document.getText().endsWith('\n') ? '\n' : '\n\n';
    edit.insert(uri, end, `${gap}${changes.trim()}\n`, confirm);
  }
  if (evalCase) {
    const config = project.uri(agent.configPath);
    const folder = vscode.Uri.joinPath(config, '..');
    const file = await freeFile(vscode.Uri.joinPath(folder, 'evals'), evalCase.name);
    const { name, prompt, criteria } = evalCase;
    const contents = new TextEncoder().encode(
      `${JSON.stringify({ name, input: prompt, criteria }, undefined, 2)}\n`,
    );
    edit.createFile(file, { contents }, confirm);
    await bindEval(edit, config, `evals/${file.path.slice(file.path.lastIndexOf('/') + 1)}`, confirm);
  }
  return await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}

/** Names a new eval file in the agent's configuration, unless one of its patterns does so already. */
async function bindEval(
  edit: vscode.WorkspaceEdit,
  config: vscode.Uri,
  path: string,
  confirm: vscode.WorkspaceEditEntryMetadata,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(config);
  const text = document.getText();
  const { evals } = (parse(text, [], { allowTrailingComma: true }) ?? {}) as { evals?: unknown };
  const patterns = Array.isArray(evals) ? evals.filter((one) => typeof one === 'string') : [];
  if (patterns.some((pattern) => picomatch(pattern.replace(/^\.\//, ''))(path))) {
    return;
  }
  const formattingOptions = { insertSpaces: true, tabSize: 2 };
  const edits = modify(text, ['evals', patterns.length], path, { formattingOptions, isArrayInsertion: true });
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(text.length));
  edit.replace(config, whole, applyEdits(text, edits), confirm);
}

/** @returns the first file of that name which is not there yet. */
async function freeFile(folder: vscode.Uri, title: string): Promise<vscode.Uri> {
  const base =
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '') || 'case';
  for (let count = 1; ; count++) {
    const file = vscode.Uri.joinPath(folder, `${count === 1 ? base : `${base}-${count}`}.json`);
    try {
      await vscode.workspace.fs.stat(file);
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') {
        return file;
      }
      throw error;
    }
  }
}
