import * as vscode from 'vscode';
import type { EvalResults } from '../evals';
import { registerCommands } from '../shared/commands';
import { diagnosticSource } from '../shared/diagnostic-source';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import { readTarget, type Target } from '../shared/targets';
import type { Versions } from '../versions';
import { AgentDecorations } from './decorations';
import { treeItem } from './items';
import type { Row } from './row';
import { projectRow } from './rows';
import { VersionRows } from './version-rows';

export type { Row, RowKind } from './row';
export { stateText } from './rows';

/** The view "Agents": every project of the workspace, down to its skills. */
export class Explorer implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly redraw = this.store.add(new vscode.EventEmitter<Row | undefined>());
  private readonly view: vscode.TreeView<Row>;
  private readonly versionRows: VersionRows;
  private roots: Row[] | undefined;
  private parents = new Map<string, Row>();
  /** Everything of the rows that is seen. */
  private drawn = '';

  readonly onDidChangeTreeData = this.redraw.event;

  constructor(
    private readonly services: Services,
    private readonly results: EvalResults,
    versions: Versions,
  ) {
    const { workspaces, drafts, connection, log } = services;
    this.versionRows = new VersionRows(services, versions.history);
    this.view = this.store.add(
      vscode.window.createTreeView('tavora.agents', {
        treeDataProvider: this,
        showCollapseAll: true,
        canSelectMany: true,
      }),
    );
    this.store.add(vscode.window.registerFileDecorationProvider(new AgentDecorations()));
    this.store.add(workspaces.onDidChange(() => this.refresh()));
    this.store.add(drafts.onDidChange(() => this.refresh()));
    this.store.add(this.results.onDidChange(() => this.refresh()));
    this.store.add(connection.onDidChange(() => this.refresh()));
    this.store.add(
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some((uri) => workspaces.find(uri))) {
          this.refresh();
        }
      }),
    );
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.tellTrust()));
    this.store.add(
      registerCommands(log, {
        'tavora.moreVersions': async (value) => {
          const parent = this.parents.get((value as Row).id);
          if (parent) {
            this.versionRows.more(parent);
            this.redraw.fire(parent);
          }
        },
        'tavora.refresh': async () => {
          versions.history.forget();
          await workspaces.reload();
          if (connection.state.kind === 'connected') {
            await drafts.refresh();
          }
          results.refresh();
        },
        'tavora.revealAgent': async (target) => {
          const place = readTarget(workspaces, target);
          if (place) {
            await this.reveal(place);
          }
        },
      }),
    );
    this.tellTrust();
  }

  /** The rows as they are drawn now. */
  get rows(): readonly Row[] {
    if (!this.roots) {
      const { drafts, workspaces } = this.services;
      this.roots = workspaces.projects.map((project) =>
        projectRow(project, { drafts, results: this.results, ...problems }),
      );
      this.parents = new Map();
      for (const row of this.roots) {
        this.adopt(row);
      }
      this.drawn = JSON.stringify(this.roots, (key, value) => (key === 'project' ? undefined : value));
    }
    return this.roots;
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return treeItem(row);
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row?.lazy) {
      const rows = await this.versionRows.children(row);
      for (const child of rows) {
        this.parents.set(child.id, row);
      }
      return rows;
    }
    if (row) {
      return row.children;
    }
    await this.services.workspaces.ready;
    return [...this.rows];
  }

  getParent(row: Row): Row | undefined {
    return this.parents.get(row.id);
  }

  /** Shows and selects a project, or one of its agents. */
  async reveal({ project, agentId }: Target): Promise<void> {
    const root = this.rows.find((row) => row.project.folder.toString() === project.folder.toString());
    const row = agentId ? root?.children.find((one) => one.agentId === agentId) : root;
    if (row) {
      await this.view.reveal(row, { select: true, focus: true, expand: true });
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private adopt(parent: Row): void {
    for (const child of parent.children) {
      this.parents.set(child.id, parent);
      this.adopt(child);
    }
  }

  /** Draws anew when something that is seen has changed: events are many, and most change nothing. */
  private refresh(): void {
    const before = this.drawn;
    this.roots = undefined;
    if (this.rows.length === 0 || this.drawn !== before) {
      this.redraw.fire(undefined);
    }
  }

  private tellTrust(): void {
    this.view.message = vscode.workspace.isTrusted
      ? undefined
      : 'Restricted Mode: projects are checked and shown; nothing is sent and nothing runs.';
  }
}

function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === diagnosticSource);
}

/** What rows are told of the problems that the editor shows. */
const problems = {
  problems: (uri: vscode.Uri) => problemsOf(uri).length,
  hasErrors: (uri: vscode.Uri) =>
    problemsOf(uri).some(({ severity }) => severity === vscode.DiagnosticSeverity.Error),
};
