import * as vscode from 'vscode';
import { LanguageIndex } from '../../project/language';
import { DisposableStore } from '../shared/disposables';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';

/** How long reading ahead may keep the extension host, in milliseconds, and how long it then leaves it alone. */
const sliceMs = 8;
const pauseMs = 20;

/** A file of a project, as the editor has it. */
export interface IndexedFile {
  index: LanguageIndex;
  project: WorkspaceProject;
  path: string;
}

/** The index of every project, in which open files count as they stand in the editor. */
export class Indexes implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly known = new Map<string, LanguageIndex>();
  private readonly versions = new WeakMap<vscode.TextDocument, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly workspaces: Workspaces) {
    this.store.add(workspaces.onDidChange(() => this.reload()));
    this.store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.versions.delete(document);
        const found = workspaces.find(document.uri);
        if (found) this.known.get(found.project.folder.toString())?.edit(found.path, undefined);
      }),
    );
    this.reload();
  }

  /** @returns the index of a project, up to date with every open file. */
  of(project: WorkspaceProject): LanguageIndex {
    const key = project.folder.toString();
    let index = this.known.get(key);
    if (!index) {
      index = new LanguageIndex(project.project);
      this.known.set(key, index);
    }
    index.reload(project.project);
    this.takeOpenFiles();
    return index;
  }

  /** @returns undefined for a file outside of every project. */
  file(uri: vscode.Uri): IndexedFile | undefined {
    const found = this.workspaces.find(uri);
    return found && { ...found, index: this.of(found.project) };
  }

  get projects(): readonly WorkspaceProject[] {
    return this.workspaces.projects;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
    this.known.clear();
  }

  private takeOpenFiles(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (this.versions.get(document) === document.version) continue;
      const found = this.workspaces.find(document.uri);
      const index = found && this.known.get(found.project.folder.toString());
      if (!found || !index) continue;
      this.versions.set(document, document.version);
      index.edit(found.path, document.getText());
    }
  }

  private reload(): void {
    const folders = new Set(this.workspaces.projects.map(({ folder }) => folder.toString()));
    for (const key of this.known.keys()) if (!folders.has(key)) this.known.delete(key);
    for (const project of this.workspaces.projects) this.of(project);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.warm(), pauseMs);
  }

  /** Reads ahead in short slices, so that the first search in a large project need not wait. */
  private warm(): void {
    for (const index of this.known.values()) {
      if (!index.warm(sliceMs)) continue;
      this.timer = setTimeout(() => this.warm(), pauseMs);
      return;
    }
  }
}
