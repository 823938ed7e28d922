import * as vscode from 'vscode';
import { pagesOf } from '../../client';
import type { AgentSession } from '../../protocol';
import { PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { deleteSessions, exportSession, renameSession, titled } from '../shared/session-actions';
import { ownerOf } from '../shared/session-owner';
import { describeSession, isOfEval } from '../shared/session-text';
import type { ChatAgent } from './agents';

/** Sessions read at a time while an agent's are looked for. */
const pageSize = 100;

/** Most sessions of an agent that are offered; older ones are in the Sessions view. */
const mostOffered = 200;

type Item = vscode.QuickPickItem & { session: AgentSession };

const buttons = {
  rename: { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Rename' },
  export: { iconPath: new vscode.ThemeIcon('markdown'), tooltip: 'Export as Markdown' },
  trace: { iconPath: new vscode.ThemeIcon('list-tree'), tooltip: 'Open Trace' },
  delete: { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' },
} satisfies Record<string, vscode.QuickInputButton>;

type Action = keyof typeof buttons | 'resume';

/** What to do with a conversation that was picked. */
export interface HistoryActions {
  resume(session: AgentSession): Promise<void>;
  trace(session: AgentSession): Promise<void>;
}

/**
 * Shows an agent's earlier conversations, newest first, to search, rename, export, delete, look into, or go on with.
 * @param name the agent's, for people
 * @throws PoliteError when there are none
 */
export async function showHistory(
  services: Services,
  agent: ChatAgent,
  name: string,
  actions: HistoryActions,
): Promise<void> {
  for (;;) {
    const picked = await pick(services, agent, name);
    if (!picked) {
      return;
    }
    const { action, session } = picked;
    switch (action) {
      case 'resume':
      case 'trace':
        return await actions[action](session);
      case 'export':
        return await exportSession(services, session.id);
      case 'rename':
        await renameSession(services, session);
        break;
      case 'delete':
        await deleteSessions(services, [session]);
    }
  }
}

/** Shows what is found while it is read, until the person picks or leaves. */
async function pick(
  services: Services,
  agent: ChatAgent,
  name: string,
): Promise<{ action: Action; session: AgentSession } | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  const gone = new AbortController();
  picker.placeholder = `Go on with a conversation with ${name}`;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.keepScrollPosition = true;
  picker.busy = true;
  const picked = new Promise<{ action: Action; session: AgentSession } | undefined>((resolve) => {
    picker.onDidAccept(() => {
      const session = picker.activeItems[0]?.session;
      // Enter before anything is there picks nothing.
      if (session) {
        resolve({ action: 'resume', session });
      }
    });
    picker.onDidTriggerItemButton(({ button, item: { session } }) => {
      const [action] = Object.entries(buttons).find(([, one]) => one === button) ?? [];
      resolve({ action: action as keyof typeof buttons, session });
    });
    picker.onDidHide(() => resolve(undefined));
  });
  picker.show();
  try {
    const filled = fill(picker, services, agent, name, gone.signal);
    // What goes wrong after the person has picked or left concerns nobody.
    filled.catch(() => undefined);
    return await Promise.race([picked, filled.then(() => picked)]);
  } finally {
    gone.abort();
    picker.dispose();
  }
}

/** @throws PoliteError when there are none */
async function fill(
  picker: vscode.QuickPick<Item>,
  services: Services,
  agent: ChatAgent,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const sessions of conversationsOf(services, agent, signal)) {
      if (signal.aborted) {
        return;
      }
      const chosen = picker.activeItems[0]?.session.id;
      picker.items = [
        ...picker.items,
        ...sessions.map((session) => ({
          ...describeSession(titled(services, session)),
          session: titled(services, session),
          buttons: Object.values(buttons),
        })),
      ];
      // More of them below leave the person at the one that was reached. Before that the editor chooses the first,
      // which it does only where nobody sets what is chosen.
      if (chosen !== undefined) {
        picker.activeItems = picker.items.filter(({ session: { id } }) => id === chosen);
      }
    }
  } catch (error) {
    if (signal.aborted || picker.items.length === 0) {
      throw error;
    }
    services.log.warn(`Older conversations with ${name} could not be read: ${sentence(error)}`);
    picker.title = 'Older conversations could not be read';
  }
  picker.busy = false;
  if (picker.items.length === 0) {
    throw new PoliteError(
      `${name} has had no conversation on ${services.connection.state.server.label} yet.`,
    );
  }
}

/**
 * An agent's sessions on the server, newest first, as they are read. Two projects of the window may have an agent of the
 * same id; a session that could be of either is one of both. Nobody talked in one that a run of evals has made: it is none.
 * @param signal ends the reading
 */
export async function* conversationsOf(
  services: Pick<Services, 'connection' | 'workspaces' | 'drafts'>,
  { project, agentId }: ChatAgent,
  signal: AbortSignal,
): AsyncGenerator<AgentSession[]> {
  const client = await services.connection.client(signal);
  const isOwn = (session: AgentSession): boolean => {
    const owner = ownerOf(services, session);
    return (
      session.metadata?.local_id === agentId &&
      !isOfEval(session) &&
      (!owner || owner.project.folder.toString() === project.folder.toString())
    );
  };
  let found = 0;
  for await (const page of pagesOf((offset) =>
    client.sessions.list({ limit: pageSize, offset }, { signal }),
  )) {
    const own = page.filter(isOwn).slice(0, mostOffered - found);
    found += own.length;
    if (own.length > 0) {
      yield own;
    }
    if (found >= mostOffered) {
      break;
    }
  }
}
