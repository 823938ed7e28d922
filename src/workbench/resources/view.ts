import * as vscode from 'vscode';
import { DisposableStore } from '../shared/disposables';
import { isCancellation, sentence } from '../shared/errors';
import { Reader } from '../shared/reader';
import type { Services } from '../shared/services';
import { type Resources, readResources } from './read';
import { type ResourceRow, resourceRows } from './rows';

const answerMs = 10_000;

/**
 * The view "Secrets and Hosts": what the connected server's vaults have by name, who uses it, and the hosts that skills
 * may call. It is read while it is seen, and never starts or connects a server by itself.
 */
export class ResourcesView implements vscode.TreeDataProvider<ResourceRow>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly reader = new Reader(() => this.read());
  private readonly view: vscode.TreeView<ResourceRow>;
  private known: Resources | undefined;
  private abort = new AbortController();

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {
    const { connection, workspaces } = services;
    this.view = this.store.add(vscode.window.createTreeView('tavora.resources', { treeDataProvider: this }));
    this.store.add({ dispose: () => this.reader.dispose() });
    this.store.add(this.view.onDidChangeVisibility(() => this.touch()));
    this.store.add(
      connection.onDidChange(({ kind }) => (kind === 'connected' ? this.touch() : this.forget())),
    );
    // Who uses a secret is in the projects.
    this.store.add(workspaces.onDidChange(() => this.known && this.changed.fire()));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.say()));
    this.say();
  }

  /** The rows as they are drawn now; none while nothing has been read. */
  get rows(): ResourceRow[] {
    const projects = this.services.workspaces.projects.map(({ project }) => project);
    return this.known ? resourceRows(this.known, projects) : [];
  }

  /** What the view says above its rows. */
  get message(): string | undefined {
    return this.view.message;
  }

  getChildren(row?: ResourceRow): ResourceRow[] {
    return row ? row.children : this.rows;
  }

  getTreeItem(row: ResourceRow): vscode.TreeItem {
    const { Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(row.label, row.kind === 'group' ? Expanded : None);
    item.id = row.id;
    item.description = row.description;
    const color = row.kind === 'missing' ? new vscode.ThemeColor('list.warningForeground') : undefined;
    item.iconPath = new vscode.ThemeIcon(row.icon, color);
    item.contextValue = row.kind === 'group' ? `tavora.${row.id}` : `tavora.${row.kind}`;
    // Names come from files and servers: as text, never as Markdown.
    item.tooltip = new vscode.MarkdownString();
    item.tooltip.appendText([row.label, ...row.details].join('\n'));
    item.accessibilityInformation = { label: [row.label, row.description].filter(Boolean).join(', ') };
    return item;
  }

  /** Shows the view and reads what there is; starts the embedded runtime where that is the chosen server. */
  async refresh(): Promise<void> {
    await vscode.commands.executeCommand('tavora.resources.focus');
    await this.services.connection.client();
    await this.reader.now();
  }

  /** Reads again what has been changed. */
  async reread(): Promise<void> {
    await this.reader.now();
  }

  dispose(): void {
    this.abort.abort();
    this.store.dispose();
  }

  private touch(): void {
    if (this.view.visible && this.services.connection.state.kind === 'connected') {
      this.reader.touch();
    }
  }

  /** Another server, or the same one started anew, may have others. */
  private forget(): void {
    this.abort.abort();
    this.known = undefined;
    this.changed.fire();
    this.say(this.services.connection.state.message);
  }

  private async read(): Promise<void> {
    const { connection, log } = this.services;
    if (!vscode.workspace.isTrusted || connection.state.kind !== 'connected') {
      return;
    }
    this.abort = new AbortController();
    const { signal } = this.abort;
    try {
      const client = await connection.client(signal);
      const known = await readResources(client, connection.state.server.label, {
        signal,
        timeoutMs: answerMs,
      });
      if (!signal.aborted) {
        this.known = known;
        this.say();
        this.changed.fire();
      }
    } catch (error) {
      if (!isCancellation(error)) {
        log.warn(`Secrets and hosts could not be read: ${sentence(error)}`);
        this.say(sentence(error));
      }
    }
  }

  private say(message?: string): void {
    this.view.message = vscode.workspace.isTrusted
      ? message
      : 'Secrets and hosts are shown when you trust this workspace.';
  }
}
