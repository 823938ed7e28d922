import * as vscode from 'vscode';
import { DisposableStore } from './disposables';
import { isSourcePath } from './files';
import type { Log } from './log';
import { OpenProject, type WorkspaceProject } from './open-project';

export type { WorkspaceProject };

/** Finds every `tavora.jsonc` of the workspace and keeps its project up to date with the files. */
export class Workspaces implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly opened = new Map<string, OpenProject>();
  private busy: Promise<void> = Promise.resolve();

  /** One event for every change of any project: found, gone, or read anew. */
  readonly onDidChange = this.changed.event;
  /** Settles when the workspace was searched for the first time. */
  readonly ready: Promise<void>;

  constructor(private readonly log: Log) {
    const configs = this.store.add(
      vscode.workspace.createFileSystemWatcher('**/tavora.jsonc', false, true, false),
    );
    configs.onDidCreate((uri) => this.enqueue(() => this.open(uri)));
    configs.onDidDelete((uri) => this.enqueue(async () => this.close(uri)));
    this.store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.enqueue(() => this.search())));
    // A watcher may be late or missing (virtual file systems); what the editor itself does is known at once.
    this.store.add(vscode.workspace.onDidSaveTextDocument(({ uri }) => this.touch(uri, false)));
    this.store.add(vscode.workspace.onDidCreateFiles(({ files }) => this.touchAll(files)));
    this.store.add(vscode.workspace.onDidDeleteFiles(({ files }) => this.touchAll(files)));
    this.store.add(
      vscode.workspace.onDidRenameFiles(({ files }) =>
        this.touchAll(files.flatMap(({ oldUri, newUri }) => [oldUri, newUri])),
      ),
    );
    this.ready = this.enqueue(() => this.search());
  }

  /** The projects, in order of their folders. */
  get projects(): readonly WorkspaceProject[] {
    return [...this.opened.values()].sort((a, b) => (a.folder.path < b.folder.path ? -1 : 1));
  }

  /** @returns the innermost project that a file belongs to, with the file's path in it. */
  find(uri: vscode.Uri): { project: WorkspaceProject; path: string } | undefined {
    let found: { project: OpenProject; path: string } | undefined;
    for (const project of this.opened.values()) {
      const path = project.pathOf(uri);
      if (path !== undefined && (!found || path.length < found.path.length)) {
        found = { project, path };
      }
    }
    return found;
  }

  /** @returns the project of a folder, as it stands now. */
  at(folder: vscode.Uri): WorkspaceProject | undefined {
    return this.opened.get(folder.toString());
  }

  /** Settles when every change that is known so far has been read. */
  async settled(): Promise<void> {
    await Promise.all([...this.opened.values()].map((project) => project.settled()));
    await this.busy;
  }

  /** Searches the workspace and reads every project anew. */
  async reload(): Promise<void> {
    for (const project of this.opened.values()) {
      project.files.invalidateAll();
    }
    await this.enqueue(() => this.search());
    await Promise.all([...this.opened.values()].map((project) => project.reload()));
  }

  dispose(): void {
    for (const project of this.opened.values()) {
      project.dispose();
    }
    this.opened.clear();
    this.store.dispose();
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.busy = this.busy.then(async () => {
      try {
        if (!this.store.disposed) {
          await task();
        }
      } catch (error) {
        this.log.error('The workspace could not be searched for Tavora projects.', error);
      }
    });
    return this.busy;
  }

  private async search(): Promise<void> {
    const configs = await vscode.workspace.findFiles('**/tavora.jsonc', '**/{node_modules,.git,.runs}/**');
    const there = new Set(configs.map((uri) => folderOf(uri).toString()));
    for (const project of [...this.opened.values()].filter((one) => !there.has(one.folder.toString()))) {
      this.close(project.uri('tavora.jsonc'));
    }
    await Promise.all(configs.map((uri) => this.open(uri)));
    this.changed.fire();
  }

  private async open(config: vscode.Uri): Promise<void> {
    const folder = folderOf(config);
    const key = folder.toString();
    if (this.opened.has(key) || !isSourcePath(config.path)) {
      return;
    }
    const project = await OpenProject.open(folder, this.log, () => this.changed.fire());
    if (this.store.disposed) {
      project.dispose();
      return;
    }
    this.opened.set(key, project);
    this.changed.fire();
  }

  private close(config: vscode.Uri): void {
    const key = folderOf(config).toString();
    this.opened.get(key)?.dispose();
    if (this.opened.delete(key)) {
      this.changed.fire();
    }
  }

  private touchAll(uris: readonly vscode.Uri[]): void {
    for (const uri of uris) {
      this.touch(uri, true);
    }
    // A folder that came or went may hold projects.
    void this.enqueue(() => this.search());
  }

  private touch(uri: vscode.Uri, listed: boolean): void {
    for (const project of this.opened.values()) {
      project.touch(uri, listed);
    }
  }
}

function folderOf(config: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(config, '..');
}
