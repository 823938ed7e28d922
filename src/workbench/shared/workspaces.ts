import * as vscode from 'vscode';
import { DisposableStore } from './disposables';
import { isSourcePath } from './files';
import type { Log } from './log';
import { OpenProject, type WorkspaceProject } from './open-project';

export type { WorkspaceProject };

/** How long arriving files gather before a search. */
const arrivalMs = 100;
/** With more arrivals than this a search is cheaper than a look at each. */
const manyArrivals = 100;

/** Finds every `tavora.jsonc` of the workspace and keeps its project up to date with the files. */
export class Workspaces implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly opened = new Map<string, OpenProject>();
  private busy: Promise<void> = Promise.resolve();
  private readonly arrivals: vscode.Uri[] = [];
  private arrival: NodeJS.Timeout | undefined;

  /** One event for every change of any project: found, gone, or read anew. */
  readonly onDidChange = this.changed.event;
  /** Settles when the workspace was searched for the first time. */
  readonly ready: Promise<void>;

  constructor(private readonly log: Log) {
    // A folder that comes or goes is one event, without one for the tavora.jsonc in it.
    const all = this.store.add(vscode.workspace.createFileSystemWatcher('**/*', false, true, false));
    all.onDidCreate((uri) => this.came(uri));
    all.onDidDelete((uri) => this.went(uri));
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
    // Another program may have written while the person was there; a watcher can miss a folder that is new.
    this.store.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) {
          void this.look();
        }
      }),
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

  /** Searches the workspace and looks at every project's files again. */
  async reload(): Promise<void> {
    await this.enqueue(() => this.search());
    await this.look();
  }

  /** @returns a project as its files are at this moment, whatever a watcher has said. */
  async fresh(project: WorkspaceProject): Promise<WorkspaceProject> {
    const open = this.opened.get(project.folder.toString());
    await open?.look();
    return open ?? project;
  }

  private async look(): Promise<void> {
    await Promise.all([...this.opened.values()].map((project) => project.look()));
  }

  dispose(): void {
    clearTimeout(this.arrival);
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
      this.close(project);
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

  private close(project: OpenProject): void {
    project.dispose();
    if (this.opened.delete(project.folder.toString())) {
      this.changed.fire();
    }
  }

  /** Looks for projects once the folders that came have all come. */
  private came(uri: vscode.Uri): void {
    if (!isSourcePath(uri.path)) {
      return;
    }
    this.arrivals.push(uri);
    clearTimeout(this.arrival);
    this.arrival = setTimeout(() => {
      const uris = this.arrivals.splice(0);
      void this.enqueue(async () => {
        if (await anyMayHoldProject(uris)) {
          await this.search();
        }
      });
    }, arrivalMs);
  }

  private went(uri: vscode.Uri): void {
    for (const project of this.opened.values()) {
      const config = project.uri('tavora.jsonc').toString();
      if (config === uri.toString() || config.startsWith(`${uri.toString()}/`)) {
        void this.enqueue(async () => this.close(project));
      }
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

async function anyMayHoldProject(uris: readonly vscode.Uri[]): Promise<boolean> {
  if (uris.length > manyArrivals || uris.some((uri) => uri.path.endsWith('/tavora.jsonc'))) {
    return true;
  }
  const kinds = await Promise.allSettled(uris.map((uri) => vscode.workspace.fs.stat(uri)));
  // What cannot be looked at is gone again.
  return kinds.some(
    (kind) => kind.status === 'fulfilled' && (kind.value.type & vscode.FileType.Directory) !== 0,
  );
}
