import * as vscode from 'vscode';
import type { AgentSession } from '../../protocol';
import type { Services } from './services';
import { sessionMarkdown } from './session-markdown';
import { showText } from './text-document';

const titlesKey = 'tavora.sessionTitles';

/** The session with the title that was given to it here, where its server has no way to keep one. */
export function titled({ context }: Services, session: AgentSession): AgentSession {
  const own = context.workspaceState.get<Record<string, string>>(titlesKey, {})[session.id];
  return own === undefined ? session : { ...session, title: own };
}

/** Asks for another title and gives it to the session. @returns false when none was given */
export async function renameSession(services: Services, session: AgentSession): Promise<boolean> {
  const { connection, context } = services;
  const title = await vscode.window.showInputBox({
    title: 'Rename Session',
    value: titled(services, session).title,
    validateInput: (text) => (text.trim() === '' ? 'A session needs a title.' : undefined),
  });
  if (title === undefined) {
    return false;
  }
  const client = await connection.client();
  const kept = await client.sessions.rename(session.id, title.trim());
  const { [session.id]: _, ...others } = context.workspaceState.get<Record<string, string>>(titlesKey, {});
  await context.workspaceState.update(titlesKey, kept ? others : { ...others, [session.id]: title.trim() });
  return true;
}

/** Deletes a session when the person confirms it. @returns false when not */
export async function deleteSession(services: Services, session: AgentSession): Promise<boolean> {
  const { connection } = services;
  const confirmed = await vscode.window.showWarningMessage(
    `Delete “${titled(services, session).title || 'Untitled session'}” with all its steps?`,
    { modal: true, detail: `It is deleted on ${connection.state.server.label}, for good.` },
    'Delete',
  );
  if (confirmed !== 'Delete') {
    return false;
  }
  const client = await connection.client();
  await client.sessions.delete(session.id);
  return true;
}

/** Opens a session as a Markdown document that has not been saved yet. */
export async function exportSession({ connection }: Services, sessionId: string): Promise<void> {
  const client = await connection.client();
  const { session, steps } = await client.sessions.get(sessionId);
  await showText(sessionMarkdown(session, steps), 'markdown');
}
