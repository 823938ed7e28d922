import * as vscode from 'vscode';
import type { AgentSession } from '../../protocol';
import { registerCommands, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { isCancellation, PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { describeSession, statusIcons } from '../shared/session-text';
import { Reader } from './reader';
import { readSession } from './studio';

/** Sessions read at a time. */
const pageSize = 30;

/** A row of the view. */
export type SessionRow = { sessionId: string; session: AgentSession } | { more: true };

/** The view "Sessions": what the chosen server has, newest first. It never starts a server by itself. */
export class SessionsView implements vscode.TreeDataProvider<SessionRow>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly reader = new Reader(() => this.read());
  private readonly view: vscode.TreeView<SessionRow>;
  private sessions: AgentSession[] = [];
  private wanted = pageSize;
  private hasMore = false;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly services: Services,
    activity: SessionActivity,
  ) {
    this.view = this.store.add(vscode.window.createTreeView('tavora.sessions', { treeDataProvider: this }));
    this.store.add(activity.onDidChange(() => this.reader.touch()));
    this.store.add(services.connection.onDidChange(() => this.connectionChanged()));
    this.store.add({ dispose: () => this.reader.dispose() });
    this.store.add(
      registerCommands(services.log, {
        'tavora.refreshSessions': () => this.refresh(),
        'tavora.deleteSession': (session) => this.delete(session),
        'tavora.copySessionId': async (session) => {
          await vscode.env.clipboard.writeText(sessionOf(session));
        },
        'tavora.moreSessions': () => this.more(),
      }),
    );
    this.say('');
  }

  getChildren(row?: SessionRow): SessionRow[] {
    if (row) {
      return [];
    }
    const rows: SessionRow[] = this.sessions.map((session) => ({ sessionId: session.id, session }));
    return this.hasMore ? [...rows, { more: true }] : rows;
  }

  getTreeItem(row: SessionRow): vscode.TreeItem {
    if ('more' in row) {
      const item = new vscode.TreeItem('Load more…');
      item.id = 'more';
      item.command = { command: 'tavora.moreSessions', title: 'Load More' };
      return item;
    }
    const { session } = row;
    const { label, description } = describeSession(session);
    const { icon, color } = statusIcons[session.status] ?? { icon: 'circle-outline', color: '' };
    const item = new vscode.TreeItem(label);
    item.id = session.id;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
    item.contextValue = `tavora.session.${session.status}`;
    item.tooltip = tooltip(session);
    item.accessibilityInformation = { label: `${label}, ${session.status}, ${description}` };
    item.command = { command: 'tavora.openStudio', title: 'Open Trace', arguments: [session.id] };
    return item;
  }

  /** Reads the list again; starts the embedded runtime where that is the chosen server. */
  async refresh(): Promise<void> {
    await this.services.connection.client();
    await this.reader.now();
  }

  dispose(): void {
    this.store.dispose();
  }

  private async more(): Promise<void> {
    this.wanted += pageSize;
    await this.reader.now();
  }

  private async delete(value: unknown): Promise<void> {
    const sessionId = sessionOf(value);
    const title = this.sessions.find(({ id }) => id === sessionId)?.title || 'this session';
    const confirmed = await vscode.window.showWarningMessage(
      `Delete “${title}” with all its steps?`,
      { modal: true, detail: `It is deleted on ${this.services.connection.state.server.label}, for good.` },
      'Delete',
    );
    if (confirmed !== 'Delete') {
      throw new vscode.CancellationError();
    }
    const client = await this.services.connection.client();
    await client.sessions.delete(sessionId);
    await this.reader.now();
  }

  private connectionChanged(): void {
    if (this.services.connection.state.kind === 'connected') {
      this.reader.touch();
    } else if (this.sessions.length > 0 && this.services.connection.state.kind === 'idle') {
      // Another server has other sessions.
      this.show([], false);
      this.say('');
    }
  }

  private async read(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      return this.say('Sessions are shown when you trust this workspace.');
    }
    try {
      const client = await this.services.connection.client();
      const found: AgentSession[] = [];
      // One more than is shown tells whether there are others.
      while (found.length <= this.wanted) {
        const limit = Math.min(100, this.wanted + 1 - found.length);
        const page = await client.sessions.list({ limit, offset: found.length });
        found.push(...page);
        if (page.length < limit) {
          break;
        }
      }
      this.show(found.slice(0, this.wanted), found.length > this.wanted);
      this.say(found.length === 0 ? 'No sessions yet. A chat makes one.' : undefined);
    } catch (error) {
      if (!isCancellation(error)) {
        this.services.log.warn(`The sessions could not be read: ${sentence(error)}`);
        this.say(sentence(error));
      }
    }
  }

  private show(sessions: AgentSession[], hasMore: boolean): void {
    this.sessions = sessions;
    this.hasMore = hasMore;
    this.changed.fire();
  }

  private say(message: string | undefined): void {
    this.view.message = message === '' ? 'Sessions appear here after the first chat.' : message;
  }
}

/** @throws PoliteError when a command was given no session. */
function sessionOf(value: unknown): string {
  const session = readSession(value);
  if (!session) {
    throw new PoliteError('Choose a session in the Sessions view first.', [
      { label: 'Refresh Sessions', run: () => runCommand('tavora.refreshSessions') },
    ]);
  }
  return session.sessionId;
}

function tooltip(session: AgentSession): vscode.MarkdownString {
  const { label, detail } = describeSession(session);
  const text = new vscode.MarkdownString();
  // Titles come from messages: they are text, not Markdown.
  text.appendText(`${label}\n${detail}`);
  const tokens = session.prompt_tokens + session.completion_tokens;
  const spent = [
    tokens > 0 ? `${tokens} tokens` : '',
    session.duration_ms > 0 ? `${session.duration_ms} ms` : '',
  ];
  text.appendText(`\n${spent.filter(Boolean).join(' · ')}\n${session.created_at}\n${session.id}`);
  return text;
}
