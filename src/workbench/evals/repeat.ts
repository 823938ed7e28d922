import * as vscode from 'vscode';

const most = 20;

/** @returns how often the profile "Draft, Repeated" runs each case: 1 to 20. */
export function repeatSetting(): number {
  const value = vscode.workspace.getConfiguration('tavora').get<number>('evals.repeat', 5);
  return isRepeat(value) ? value : 5;
}

/**
 * Asks how often each case is to be run, and keeps the answer as the setting.
 * @throws CancellationError when the person leaves.
 */
export async function askRepeat(): Promise<number> {
  const answer = await vscode.window.showInputBox({
    title: 'Repeat Evals',
    prompt: `How often is each case run? 1 to ${most}.`,
    value: String(repeatSetting()),
    validateInput: (text) =>
      isRepeat(Number(text.trim() || 'x')) ? undefined : `A whole number from 1 to ${most}.`,
  });
  if (answer === undefined) {
    throw new vscode.CancellationError();
  }
  const repeat = Number(answer.trim());
  await vscode.workspace
    .getConfiguration('tavora')
    .update('evals.repeat', repeat, vscode.ConfigurationTarget.Global);
  return repeat;
}

function isRepeat(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
