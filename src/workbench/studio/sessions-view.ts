import * as vscode from 'vscode';
import type { AgentSession } from '../../protocol';
import { registerCommands, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { isCancellation, PoliteError, sentence } from '../shared/errors';
import { Reader } from '../shared/reader';
import type { Services } from '../shared/services';
import { deleteSessions, exportSession, renameSession, titled } from '../shared/session-actions';
import type { SessionActivity } from '../shared/session-activity';
import { describeSession, statusIcons } from '../shared/session-text';
import { stopRun } from '../shared/stop-run';
import { type Grouping, groupings, groupSessions, type SessionGroup } from './session-groups';
import { type ListSessions, SessionPages } from './session-pages';
import { readSession } from './studio';

const groupingKey = 'tavora.sessionGrouping';

/** What the editor's welcome contents look at: nobody has asked the server yet, or it has no sessions. */
type ListState = 'unread' | 'empty' | 'listed' | 'failed';

/** A row of the view. */
export type SessionRow =
  | { sessionId: string; session: AgentSession }
  | { group: SessionGroup }
  | { more: true };

/** The view "Sessions": what the chosen server has, newest first. It never starts a server by itself. */
export class SessionsView implements vscode.TreeDataProvider<SessionRow>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly reader = new Reader(() =>
    this.read((list) => this.pages.update(list, this.takeTouched())),
  );
  private readonly view: vscode.TreeView<SessionRow>;
  private readonly pages = new SessionPages();
  /** Sessions of which something was heard since the last reading. */
  private touched = new Set<string>();
  /** Counts the servers that were left, so that what one of them answers late is not taken for the next one's. */
  private left = 0;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
  ) {
    this.view = this.store.add(
      vscode.window.createTreeView('tavora.sessions', { treeDataProvider: this, canSelectMany: true }),
    );
    this.store.add(
      activity.onDidChange((id) => {
        this.touched.add(id);
        this.reader.touch();
      }),
    );
    this.store.add(services.connection.onDidChange(() => this.connectionChanged()));
    this.store.add({ dispose: () => this.reader.dispose() });
    this.store.add(
      registerCommands(services.log, {
        'tavora.refreshSessions': () => this.refresh(),
        'tavora.deleteSession': (session, all) => this.delete(session, all),
        'tavora.stopRun': (session) => this.stop(session),
        'tavora.copySessionId': async (session) => {
          await vscode.env.clipboard.writeText(sessionOf(session));
        },
        'tavora.moreSessions': () => this.more(),
        'tavora.groupSessions': () => this.group(),
        'tavora.renameSession': (session) => this.rename(session),
        'tavora.exportSession': (session) => exportSession(services, sessionOf(session)),
        'tavora.compareSessions': (session, all) => this.compare(session, all),
      }),
    );
    this.show('unread');
  }

  /** What the view says above its rows. */
  get message(): string | undefined {
    return this.view.message;
  }

  getChildren(row?: SessionRow): SessionRow[] {
    if (row) {
      return 'group' in row ? row.group.sessions.map(rowOf) : [];
    }
    const [first, ...others] = groupSessions(this.sessions, this.grouping);
    const rows: SessionRow[] =
      first && first.label === '' && others.length === 0
        ? first.sessions.map(rowOf)
        : [first, ...others].flatMap((group) => (group ? [{ group }] : []));
    return this.pages.hasMore ? [...rows, { more: true }] : rows;
  }

  getTreeItem(row: SessionRow): vscode.TreeItem {
    if ('more' in row) {
      const item = new vscode.TreeItem('Load more…');
      item.id = 'more';
      item.command = { command: 'tavora.moreSessions', title: 'Load More' };
      return item;
    }
    if ('group' in row) {
      const { label, sessions } = row.group;
      const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
      item.id = `group/${this.grouping}/${label}`;
      item.description = String(sessions.length);
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
    await this.read((list) => this.pages.refresh(list));
  }

  dispose(): void {
    this.store.dispose();
  }

  private async more(): Promise<void> {
    await this.read((list) => this.pages.readMore(list));
  }

  /** All that were read, by the titles that they have here. */
  private get sessions(): AgentSession[] {
    return this.pages.all.map((session) => titled(this.services, session));
  }

  private get grouping(): Grouping {
    return this.services.context.workspaceState.get<Grouping>(groupingKey, 'none');
  }

  private async group(): Promise<void> {
    const picked = await vscode.window.showQuickPick(
      Object.entries(groupings).map(([id, label]) => ({
        label,
        id: id as Grouping,
        description: id === this.grouping ? 'as now' : '',
      })),
      { placeHolder: 'How are sessions shown?' },
    );
    if (picked) {
      await this.services.context.workspaceState.update(groupingKey, picked.id);
      this.changed.fire();
    }
  }

  /** Deletes what is selected, or the one row that the menu was opened on. */
  private async delete(value: unknown, all: unknown): Promise<void> {
    const rows = Array.isArray(all) ? all : value === undefined ? this.view.selection : [value];
    const sessions = rows.filter((row) => readSession(row) !== undefined).map((row) => this.known(row));
    if (sessions.length === 0) {
      sessions.push(this.known(value));
    }
    const gone = new Set<string>();
    try {
      await deleteSessions(this.services, sessions, (id) => gone.add(id));
    } finally {
      if (gone.size > 0) {
        this.pages.remove(gone);
        this.changed.fire();
        // Older ones take their places.
        this.reader.touch();
      }
    }
  }

  private async stop(value: unknown): Promise<void> {
    const sessionId = sessionOf(value);
    try {
      await stopRun(this.services, sessionId);
    } finally {
      // It may have ended by itself before.
      this.activity.report(sessionId);
    }
  }

  private async rename(value: unknown): Promise<void> {
    if (await renameSession(this.services, this.known(value))) {
      await this.reader.now();
    }
  }

  /** Puts two sessions side by side: those that are selected, or one and another that is picked. */
  private async compare(value: unknown, all: unknown): Promise<void> {
    const chosen = (Array.isArray(all) ? all : this.view.selection).flatMap((one) => readSession(one) ?? []);
    const [one, two] = chosen.length === 2 ? chosen : [readSession(value) ?? chosen[0]];
    if (!one) {
      throw new PoliteError('Select two sessions in the Sessions view first.');
    }
    const beside = two?.sessionId ?? (await this.pickOther(one.sessionId));
    await runCommand('tavora.openStudio', { sessionId: one.sessionId, beside });
  }

  private async pickOther(sessionId: string): Promise<string> {
    const others = this.sessions.filter(({ id }) => id !== sessionId);
    const picked = await vscode.window.showQuickPick(
      others.map((session) => ({ ...describeSession(session), id: session.id })),
      { placeHolder: 'Compare with which session?', matchOnDescription: true, matchOnDetail: true },
    );
    if (!picked) {
      throw new vscode.CancellationError();
    }
    return picked.id;
  }

  /** @throws PoliteError when a command was given no session of the view. */
  private known(value: unknown): AgentSession {
    const id = sessionOf(value);
    // A row may have been selected that another reading has taken away since: what it showed is known still.
    const session = this.sessions.find((one) => one.id === id) ?? shownBy(value);
    if (!session) {
      throw new PoliteError('That session is no longer in the list. Refresh it to see what there is.');
    }
    return session;
  }

  private connectionChanged(): void {
    if (this.services.connection.state.kind === 'connected') {
      this.reader.touch();
    } else if (this.services.connection.state.kind === 'idle') {
      // Another server has other sessions.
      this.left += 1;
      this.pages.clear();
      this.changed.fire();
      this.show('unread');
    }
  }

  private async read(work: (list: ListSessions) => Promise<void>): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      return;
    }
    const { left } = this;
    const isLeft = () => this.left !== left;
    try {
      const client = await this.services.connection.client();
      await work(async (page) => {
        const sessions = await client.sessions.list(page);
        if (isLeft()) {
          throw new vscode.CancellationError();
        }
        return sessions;
      });
      this.changed.fire();
      this.show(this.pages.all.length === 0 ? 'empty' : 'listed');
    } catch (error) {
      if (!isCancellation(error) && !isLeft()) {
        this.services.log.warn(`The sessions could not be read: ${sentence(error)}`);
        this.show('failed', sentence(error));
      }
    }
  }

  private takeTouched(): ReadonlySet<string> {
    const { touched } = this;
    this.touched = new Set();
    return touched;
  }

  /** What stands in the place of the rows; a welcome content is shown only where no message is. */
  private show(state: ListState, message?: string): void {
    this.view.message = message;
    void vscode.commands.executeCommand('setContext', 'tavora.sessionList', state);
  }
}

function rowOf(session: AgentSession): SessionRow {
  return { sessionId: session.id, session };
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

function shownBy(value: unknown): AgentSession | undefined {
  return typeof value === 'object' && value !== null && 'session' in value
    ? (value as Extract<SessionRow, { session: unknown }>).session
    : undefined;
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
