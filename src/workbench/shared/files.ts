import * as vscode from 'vscode';
import type { ProjectFiles } from '../../project';

const leftOut = new Set(['.runs', 'node_modules', '.git']);

/** @returns whether a path relative to the project can be source. */
export function isSourcePath(path: string): boolean {
  return !path.split('/').some((part) => leftOut.has(part));
}

/**
 * A project's folder on any file system of the editor, read once and again only where something changed.
 * The same bytes give the same array, so that a reader can tell by identity what is unchanged.
 */
export class WorkspaceFiles implements ProjectFiles {
  /** The listing, or the one that is being made; undefined when the folder must be listed again. */
  private listing: Promise<readonly string[]> | undefined;
  /** As of the last refresh, whoever has listed the folder since. */
  private seen: readonly string[] | undefined;
  private readonly contents = new Map<string, Uint8Array>();
  private readonly dirty = new Set<string>();

  constructor(private readonly folder: vscode.Uri) {}

  /** @param listed true when a file came or went, so that the folder must be listed again. */
  invalidate(path: string, listed: boolean): void {
    this.dirty.add(path);
    if (listed) {
      this.listing = undefined;
    }
  }

  invalidateAll(): void {
    this.listing = undefined;
    for (const path of this.contents.keys()) {
      this.dirty.add(path);
    }
  }

  /** Reads again what was invalidated. @returns whether anything is different now. */
  async refresh(): Promise<boolean> {
    const listed = this.seen;
    const now = await this.list();
    this.seen = now;
    let changed =
      listed === undefined || listed.length !== now.length || now.some((path, i) => path !== listed[i]);
    const again = [...this.dirty];
    this.dirty.clear();
    await Promise.all(
      again.map(async (path) => {
        const before = this.contents.get(path);
        const now = await readBytes(this.uri(path));
        if (now === undefined) {
          changed ||= before !== undefined;
          this.contents.delete(path);
        } else if (before === undefined || Buffer.compare(before, now) !== 0) {
          changed = true;
          this.contents.set(path, now);
        }
      }),
    );
    return changed;
  }

  async list(): Promise<string[]> {
    const listing = this.listing ?? listFolder(this.folder, '').then((paths) => paths.sort());
    this.listing = listing;
    try {
      const paths = await listing;
      this.seen ??= paths;
      return [...paths];
    } catch (error) {
      if (this.listing === listing) {
        this.listing = undefined;
      }
      throw error;
    }
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const known = this.contents.get(path);
    if (known !== undefined) {
      return known;
    }
    const bytes = await readBytes(this.uri(path));
    if (bytes !== undefined) {
      this.contents.set(path, bytes);
    }
    return bytes;
  }

  private uri(path: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, ...path.split('/'));
  }
}

async function listFolder(folder: vscode.Uri, prefix: string): Promise<string[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const lists = await Promise.all(
    entries.map(async ([name, type]) => {
      if (leftOut.has(name)) {
        return [];
      }
      // A linked folder may lead round in a circle or out of the workspace; a linked file is only a file.
      const linked = (type & vscode.FileType.SymbolicLink) !== 0;
      if ((type & vscode.FileType.Directory) !== 0) {
        return linked ? [] : await listInner(vscode.Uri.joinPath(folder, name), `${prefix}${name}/`);
      }
      return [`${prefix}${name}`];
    }),
  );
  return lists.flat();
}

/** Lists a folder that was there a moment ago: one that has been deleted since holds nothing. */
async function listInner(folder: vscode.Uri, prefix: string): Promise<string[]> {
  try {
    return await listFolder(folder, prefix);
  } catch (error) {
    if (isGone(error)) {
      return [];
    }
    throw error;
  }
}

/** @returns a file's bytes as they are now; undefined when there is no such file. */
export async function readBytes(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (isGone(error) || (error instanceof vscode.FileSystemError && error.code === 'FileIsADirectory')) {
      return undefined;
    }
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
}
