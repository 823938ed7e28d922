import * as vscode from 'vscode';
import { type Agent, type AgentProject, loadProject, type ProjectFiles } from '../../project';
import { DisposableStore } from './disposables';
import { isSourcePath, WorkspaceFiles } from './files';
import type { Log } from './log';

/** How long changes gather before a project is read again; a save and its file event then count once. */
const coalesceMs = 25;

/** A project in the workspace, as its files on disk stand. */
export interface WorkspaceProject {
  /** The folder that holds `tavora.jsonc`. */
  readonly folder: vscode.Uri;
  /** Replaced by a new value when a file changes. */
  readonly project: AgentProject;
  /** The files themselves, as last read. */
  readonly files: ProjectFiles;
  /** @param path relative to the folder, with `/`. */
  uri(path: string): vscode.Uri;
  agent(id: string): Agent | undefined;
}

/** One project and its watcher. Reads again what changed, one reading at a time. */
export class OpenProject implements WorkspaceProject, vscode.Disposable {
  readonly files: WorkspaceFiles;
  private readonly store = new DisposableStore();
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();

  private constructor(
    readonly folder: vscode.Uri,
    private current: AgentProject,
    files: WorkspaceFiles,
    private readonly log: Log,
    private readonly onChange: () => void,
  ) {
    this.files = files;
    const watcher = this.store.add(
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '**/*')),
    );
    watcher.onDidCreate((uri) => this.touch(uri, true));
    watcher.onDidChange((uri) => this.touch(uri, false));
    watcher.onDidDelete((uri) => this.touch(uri, true));
  }

  /** Reads a project. @param onChange called after every later reading that found something different. */
  static async open(folder: vscode.Uri, log: Log, onChange: () => void): Promise<OpenProject> {
    const files = new WorkspaceFiles(folder);
    return new OpenProject(folder, await loadProject(files), files, log, onChange);
  }

  get project(): AgentProject {
    return this.current;
  }

  uri(path: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, ...path.split('/'));
  }

  agent(id: string): Agent | undefined {
    return this.current.agents.find((agent) => agent.id === id);
  }

  /** @returns the path of a file in this project, or undefined for one outside or left out. */
  pathOf(uri: vscode.Uri): string | undefined {
    const base = this.folder.path.endsWith('/') ? this.folder.path : `${this.folder.path}/`;
    if (uri.scheme !== this.folder.scheme || uri.authority !== this.folder.authority) {
      return undefined;
    }
    const path = uri.path.startsWith(base) ? uri.path.slice(base.length) : '';
    return path !== '' && isSourcePath(path) ? path : undefined;
  }

  /** Notes that a file changed; it is read a moment later. @param listed it came or went. */
  touch(uri: vscode.Uri, listed: boolean): void {
    const path = this.pathOf(uri);
    if (path === undefined || this.store.disposed) {
      return;
    }
    this.files.invalidate(path, listed);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.reload(), coalesceMs);
  }

  /** Settles when everything that was touched has been read. */
  async settled(): Promise<void> {
    if (this.timer !== undefined) {
      await this.reload();
    }
    await this.reading;
  }

  /** Looks at every file again, as a watcher may have missed one. Costs a reading of each. */
  async look(): Promise<void> {
    this.files.invalidateAll();
    await this.reload();
  }

  /** Reads now what was touched. */
  reload(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.reading = this.reading.then(async () => {
      try {
        await this.read();
      } catch (error) {
        this.log.error(`The project in ${this.folder.toString(true)} could not be read.`, error);
      }
    });
    return this.reading;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.store.dispose();
  }

  private async read(): Promise<void> {
    if (this.store.disposed || !(await this.files.refresh())) {
      return;
    }
    this.current = await loadProject(this.files, this.current);
    if (!this.store.disposed) {
      this.onChange();
    }
  }
}
