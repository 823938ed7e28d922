import * as vscode from 'vscode';
import { PoliteError } from '../../shared/errors';

/**
 * Makes sure that paths stay inside a folder when they are written: none of the folders on the way, and none of the
 * files, is a link to somewhere else.
 * @throws PoliteError for a link, and for a file where a folder must be or a folder where a file must be.
 */
export async function assertInside(folder: vscode.Uri, paths: readonly string[]): Promise<void> {
  const looked = new Map<string, vscode.FileType | undefined>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      const part = parts.slice(0, depth).join('/');
      if (!looked.has(part)) {
        looked.set(part, await typeOf(vscode.Uri.joinPath(folder, ...parts.slice(0, depth))));
      }
      const type = looked.get(part);
      if (type === undefined) {
        break;
      }
      check(part, type, depth === parts.length);
    }
  }
}

function check(part: string, type: vscode.FileType, last: boolean): void {
  if ((type & vscode.FileType.SymbolicLink) !== 0) {
    throw new PoliteError(
      `Nothing was pulled: ${part} is a link to somewhere else, and a pull writes into the project only.`,
    );
  }
  if (((type & vscode.FileType.Directory) !== 0) === last) {
    throw new PoliteError(
      last
        ? `Nothing was pulled: ${part} is a folder here and a file on the server. Move one of them.`
        : `Nothing was pulled: ${part} is a file here and a folder on the server. Move one of them.`,
    );
  }
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') {
      return undefined;
    }
    throw error;
  }
}
