import * as vscode from 'vscode';
import { type InputRequest, inputRequestOf } from '../../protocol';
import { cancellation } from '../shared/errors';

/**
 * Asks the person what a skill asks.
 * @param signal takes the question back
 * @returns the answer; undefined when the person leaves, and so stops the skill.
 */
export async function askPerson(args: unknown, signal: AbortSignal): Promise<boolean | string | undefined> {
  const request = inputRequestOf(args);
  if (!request) {
    throw new Error('The skill asks something that has no id, so that no answer could be given to it.');
  }
  const { token, end } = cancellation(signal);
  try {
    return await ask(request, token);
  } finally {
    end();
  }
}

async function ask(
  { input_type: type, message, options, placeholder }: InputRequest,
  token: vscode.CancellationToken,
): Promise<boolean | string | undefined> {
  if (type === 'confirm') {
    const items = [
      { label: 'Yes', value: true },
      { label: 'No', value: false },
    ];
    const picked = await vscode.window.showQuickPick(items, { title: message, ignoreFocusOut: true }, token);
    return picked?.value;
  }
  if (type === 'choice') {
    const items = (options ?? []).map((label) => ({ label }));
    const picked = await vscode.window.showQuickPick(items, { title: message, ignoreFocusOut: true }, token);
    return picked?.label;
  }
  return await vscode.window.showInputBox(
    { title: message, placeHolder: placeholder ?? '', ignoreFocusOut: true },
    token,
  );
}
