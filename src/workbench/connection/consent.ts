import * as vscode from 'vscode';
import { isLoopback } from './profile';
import type { ServerInfo } from './state';

/**
 * Asks before a key is sent where others could read it. Plain http on this machine needs no question.
 * @throws CancellationError when the person does not agree.
 */
export async function consentToPlainHttp(origin: string): Promise<void> {
  if (new URL(origin).protocol === 'https:' || isLoopback(origin)) {
    return;
  }
  await agree(
    `${origin} is reached over plain http.`,
    'Everyone on the way can read the API key and what the agents say. Use https wherever the server has it.',
    'Send It Unencrypted',
  );
}

/**
 * Asks before a server is used that a project names: whoever wrote the project chose it.
 * @throws CancellationError when the person does not agree.
 */
export async function consentToSuggestion(project: string, origin: string): Promise<void> {
  await agree(
    `The project "${project}" asks to be sent to ${origin}.`,
    'Its source, your conversations and the API key that you give next go to that server. Agree only if you know it.',
    'Use This Server',
  );
}

/** @throws CancellationError when the person does not agree. */
export async function consentToImport(from: string, origin: string): Promise<void> {
  await agree(
    `Use the API key of ${from} for ${origin}?`,
    'It is copied into the secret storage of the editor and sent to that server only.',
    'Use It',
  );
}

/**
 * Asks before something reaches people who use it: for a server that is marked as production its name must be typed.
 * @param what completes "Type its name to …", such as `deploy support`.
 * @throws CancellationError when the person leaves; a name that is mistyped is not taken.
 */
export async function confirmProduction({ label, production }: ServerInfo, what: string): Promise<void> {
  if (!production) {
    return;
  }
  const typed = await vscode.window.showInputBox({
    title: `${label} is marked as production`,
    prompt: `Type ${label} to ${what}`,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === label ? undefined : `That is not the name: type ${label} to ${what}, Escape to leave.`,
  });
  if (typed === undefined || typed.trim() !== label) {
    throw new vscode.CancellationError();
  }
}

async function agree(message: string, detail: string, yes: string): Promise<void> {
  const picked = await vscode.window.showWarningMessage(message, { modal: true, detail }, yes);
  if (picked !== yes) {
    throw new vscode.CancellationError();
  }
}
