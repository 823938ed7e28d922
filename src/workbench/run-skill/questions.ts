import * as vscode from 'vscode';
import { inputRequestOf } from '../../protocol';

/**
 * Asks the person what a skill asks.
 * @returns the answer; undefined when the person leaves, and so stops the skill.
 */
export async function askPerson(
  args: unknown,
  token: vscode.CancellationToken,
): Promise<boolean | string | undefined> {
  const request = inputRequestOf(args);
  if (!request) {
    throw new Error('The skill asks something that has no id, so that no answer could be given to it.');
  }
  const { input_type: type, message, options, placeholder } = request;
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
