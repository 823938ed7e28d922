import * as vscode from 'vscode';
import type { AgentSession } from '../../protocol';
import { PoliteError, sentence } from './errors';
import { inParallel } from './in-parallel';
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

/** How many sessions are deleted at a time, and how many of their titles a question names. */
const deletedAtOnce = 4;
const named = 5;

/**
 * Deletes sessions when the person confirms it, with one question for all.
 * @returns false when it was not confirmed
 * @throws PoliteError when the server keeps some of them; `onDeleted` has been told of the others
 */
export async function deleteSessions(
  services: Services,
  sessions: readonly AgentSession[],
  onDeleted: (id: string) => void = () => undefined,
): Promise<boolean> {
  const { connection } = services;
  const titles = sessions.map((session) => `“${titled(services, session).title || 'Untitled session'}”`);
  const [only] = titles;
  if (only === undefined) {
    return false;
  }
  const where = `on ${connection.state.server.label}, for good.`;
  const more = titles.length > named ? `\n… and ${titles.length - named} more` : '';
  const confirmed = await vscode.window.showWarningMessage(
    titles.length === 1
      ? `Delete ${only} with all its steps?`
      : `Delete ${titles.length} sessions with all their steps?`,
    {
      modal: true,
      detail:
        titles.length === 1
          ? `It is deleted ${where}`
          : `They are deleted ${where}\n\n${titles.slice(0, named).join('\n')}${more}`,
    },
    'Delete',
  );
  if (confirmed !== 'Delete') {
    return false;
  }
  const client = await connection.client();
  const failures: string[] = [];
  await inParallel(sessions, deletedAtOnce, async ({ id }) => {
    try {
      await client.sessions.delete(id);
      onDeleted(id);
    } catch (error) {
      failures.push(sentence(error));
    }
  });
  const [first] = failures;
  if (first !== undefined) {
    throw new PoliteError(
      sessions.length === 1
        ? `${only} was not deleted. ${first}`
        : `${failures.length} of ${sessions.length} sessions were not deleted. ${first}`,
    );
  }
  return true;
}

/** Opens a session as a Markdown document that has not been saved yet. */
export async function exportSession(services: Services, sessionId: string): Promise<void> {
  const client = await services.connection.client();
  const { session, steps } = await client.sessions.get(sessionId);
  await showText(sessionMarkdown(titled(services, session), steps), 'markdown');
}
