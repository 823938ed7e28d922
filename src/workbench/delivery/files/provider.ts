import * as vscode from 'vscode';
import type { SourceFiles } from '../../../project';
import { DisposableStore } from '../../shared/disposables';
import { PoliteError, sentence } from '../../shared/errors';
import type { Drafts } from '../drafts';
import { tavoraScheme } from './address';
import type { Snapshots } from './snapshots';
import { readVersionUri } from './uri';

/** The read-only files of versions, drafts and recorded states, at `tavora:` addresses. */
export class VersionFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly watched = new Map<string, vscode.Uri>();
  /** The drafts may be others with each event, all else never changes. */
  private draftTime = Date.now();

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly snapshots: Snapshots,
    drafts: Drafts,
  ) {
    this.store.add(
      vscode.workspace.registerFileSystemProvider(tavoraScheme, this, {
        isReadonly: new vscode.MarkdownString(
          'A version or a draft of the server: it can be compared, not edited.',
        ),
        isCaseSensitive: true,
      }),
    );
    this.store.add(drafts.onDidChange(() => this.draftsChanged()));
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    if (readVersionUri(uri)?.which.kind !== 'draft') {
      return new vscode.Disposable(() => undefined);
    }
    this.watched.set(uri.toString(), uri);
    return new vscode.Disposable(() => this.watched.delete(uri.toString()));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { files, path, draft } = await this.read(uri);
    const mtime = draft ? this.draftTime : 0;
    const bytes = files.get(path);
    if (bytes) {
      return { type: vscode.FileType.File, ctime: 0, mtime, size: bytes.byteLength };
    }
    if (path !== '' && ![...files.keys()].some((one) => one.startsWith(`${path}/`))) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return { type: vscode.FileType.Directory, ctime: 0, mtime, size: 0 };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { files, path } = await this.read(uri);
    const bytes = files.get(path);
    if (!bytes) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return bytes;
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { files, path } = await this.read(uri);
    const prefix = path === '' ? '' : `${path}/`;
    const entries = new Map<string, vscode.FileType>();
    for (const file of files.keys()) {
      if (file.startsWith(prefix)) {
        const [name = '', ...rest] = file.slice(prefix.length).split('/');
        entries.set(name, rest.length > 0 ? vscode.FileType.Directory : vscode.FileType.File);
      }
    }
    if (entries.size === 0) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return [...entries];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async read(uri: vscode.Uri): Promise<{ files: SourceFiles; path: string; draft: boolean }> {
    const place = readVersionUri(uri);
    if (!place) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    try {
      const { files } = await this.snapshots.read(place.agent, place.which);
      return { files, path: place.path, draft: place.which.kind === 'draft' };
    } catch (error) {
      if (error instanceof PoliteError) {
        throw vscode.FileSystemError.Unavailable(sentence(error));
      }
      throw error;
    }
  }

  private draftsChanged(): void {
    this.draftTime = Date.now();
    this.snapshots.forgetDrafts();
    if (this.watched.size > 0) {
      this.changed.fire(
        [...this.watched.values()].map((uri) => ({ type: vscode.FileChangeType.Changed, uri })),
      );
    }
  }
}
