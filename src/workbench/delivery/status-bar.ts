import * as vscode from 'vscode';
import type { Connection, ConnectionState } from '../connection';
import { registerCommands, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import type { Log } from '../shared/log';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import type { DraftState, Drafts } from './drafts';

/** The more an agent needs attention the later it stands. */
const order: readonly DraftState[] = ['deployed', 'draft', 'unsynced', 'changed'];
const words: Record<DraftState, string> = {
  deployed: 'deployed',
  draft: 'draft',
  unsynced: 'not synced',
  changed: 'changed',
};
const icons: Record<ConnectionState['kind'], string> = {
  idle: 'circle-outline',
  starting: 'loading~spin',
  connected: 'pass',
  failed: 'error',
};

/** The status bar item: which server, how the draft stands, when it was synced; a click opens a menu. */
export class StatusBar implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly item = this.store.add(
    vscode.window.createStatusBarItem('tavora.status', vscode.StatusBarAlignment.Left, 10),
  );

  constructor(
    log: Log,
    private readonly workspaces: Workspaces,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
  ) {
    this.item.name = 'Tavora';
    this.item.command = 'tavora.menu';
    this.store.add(connection.onDidChange(() => this.draw()));
    this.store.add(drafts.onDidChange(() => this.draw()));
    this.store.add(vscode.window.onDidChangeActiveTextEditor(() => this.draw()));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.draw()));
    this.store.add(registerCommands(log, { 'tavora.menu': () => this.menu() }));
    this.draw();
  }

  /** What the item says now. */
  get text(): string {
    return this.item.text;
  }

  /** The theme colour that the item stands out with, if it does. */
  get background(): string | undefined {
    return this.item.backgroundColor?.id;
  }

  dispose(): void {
    this.store.dispose();
  }

  private draw(): void {
    const project = this.project();
    if (!project) {
      this.item.hide();
      return;
    }
    const { server, kind, message } = this.connection.state;
    const trusted = vscode.workspace.isTrusted;
    const state = this.overall(project);
    const parts = [`$(${trusted ? icons[kind] : 'shield'}) ${trusted ? server.label : 'Restricted Mode'}`];
    if (state) {
      parts.push(words[state]);
    }
    this.item.text = parts.join(' · ');
    this.item.tooltip = this.tooltip(project, message);
    this.item.accessibilityInformation = {
      label: `Tavora: ${trusted ? `${server.label} ${kind}` : 'Restricted Mode'}${state ? `, ${words[state]}` : ''}`,
    };
    const color = kind === 'failed' ? 'error' : server.color;
    this.item.backgroundColor = color && new vscode.ThemeColor(`statusBarItem.${color}Background`);
    this.item.show();
  }

  private tooltip(project: WorkspaceProject, message: string | undefined): vscode.MarkdownString {
    const { server, kind } = this.connection.state;
    const text = new vscode.MarkdownString();
    const lines = [
      `${server.label}: ${message ?? kind}${server.origin ? ` (${server.origin})` : ''}`,
      ...(server.environment ? [`Environment: ${server.environment}`] : []),
      ...(server.production ? ['Production: a deployment is confirmed by typing its name.'] : []),
      ...project.project.agents.map(({ id, name }) => {
        const at = this.drafts.record(project, id)?.synced?.at;
        const synced = at ? `, synced ${new Date(at).toLocaleString()}` : '';
        return `${name}: ${words[this.drafts.state(project, id)]}${synced}`;
      }),
    ];
    text.appendText(lines.join('\n'));
    return text;
  }

  private project(): WorkspaceProject | undefined {
    const editor = vscode.window.activeTextEditor;
    return (editor && this.workspaces.find(editor.document.uri)?.project) ?? this.workspaces.projects[0];
  }

  private overall(project: WorkspaceProject): DraftState | undefined {
    const states = project.project.agents.map(({ id }) => this.drafts.state(project, id));
    return order.findLast((state) => states.includes(state));
  }

  private async menu(): Promise<void> {
    const project = this.project();
    const target = project && { folder: project.folder };
    const items: (vscode.QuickPickItem & { run(): Thenable<unknown> })[] = [
      { label: '$(cloud-upload) Sync Draft', run: () => runCommand('tavora.sync', target) },
      { label: '$(rocket) Deploy', run: () => runCommand('tavora.deploy', target) },
      { label: '$(comment-discussion) Chat', run: () => runCommand('tavora.chat', target) },
      { label: '$(cloud-download) Pull from Server…', run: () => runCommand('tavora.pull', target) },
      { label: '$(arrow-circle-right) Promote…', run: () => runCommand('tavora.promote', target) },
      { label: '$(checklist) Validate', run: () => runCommand('tavora.validate', target) },
      { label: '$(plug) Choose Server or Environment…', run: () => runCommand('tavora.connect') },
      { label: '$(debug-restart) Restart Embedded Runtime', run: () => runCommand('tavora.restartRuntime') },
      { label: '$(output) Show Log', run: () => runCommand('tavora.showLog') },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: `Tavora: ${project?.project.name ?? 'no project'}`,
    });
    await picked?.run();
  }
}
