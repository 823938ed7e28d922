import * as vscode from 'vscode';
import type { AgentSession } from '../../protocol';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import { deleteSession, exportSession, renameSession, titled } from '../shared/session-actions';
import { describeSession } from '../shared/session-text';

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
  agentId: string,
  name: string,
  actions: HistoryActions,
): Promise<void> {
  for (;;) {
    const sessions = await sessionsOf(services, agentId);
    if (sessions.length === 0) {
      throw new PoliteError(
        `${name} has had no conversation on ${services.connection.state.server.label} yet.`,
      );
    }
    const picked = await pick(
      sessions.map((session) => titled(services, session)),
      name,
    );
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
        await deleteSession(services, session);
    }
  }
}

function pick(
  sessions: readonly AgentSession[],
  name: string,
): Promise<{ action: Action; session: AgentSession } | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.placeholder = `Go on with a conversation with ${name}`;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = sessions.map((session) => ({
    ...describeSession(session),
    session,
    buttons: Object.values(buttons),
  }));
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      const session = picker.activeItems[0]?.session;
      resolve(session && { action: 'resume', session });
      picker.dispose();
    });
    picker.onDidTriggerItemButton(({ button, item: { session } }) => {
      const [action] = Object.entries(buttons).find(([, one]) => one === button) ?? [];
      resolve({ action: action as keyof typeof buttons, session });
      picker.dispose();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}

async function sessionsOf({ connection }: Services, agentId: string): Promise<AgentSession[]> {
  const client = await connection.client();
  const found: AgentSession[] = [];
  for (let offset = 0; found.length < mostOffered; offset += pageSize) {
    const page = await client.sessions.list({ limit: pageSize, offset });
    found.push(...page.filter(({ metadata }) => metadata?.local_id === agentId));
    if (page.length < pageSize) {
      break;
    }
  }
  return found.slice(0, mostOffered);
}
