import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ProjectFiles } from '../project';
import { CannotRun } from './problem';

const leftOut = new Set(['.runs', 'node_modules', '.git']);

/** The files of a folder on this machine. Linked folders are not entered: they may lead round in a circle. */
export class DiskFiles implements ProjectFiles {
  /** @param folder an absolute path. */
  constructor(readonly folder: string) {}

  async list(): Promise<string[]> {
    return (await this.below('')).sort();
  }

  async read(file: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(path.join(this.folder, ...file.split('/')));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  private async below(prefix: string): Promise<string[]> {
    const entries = await readdir(path.join(this.folder, ...prefix.split('/')), { withFileTypes: true });
    const lists = await Promise.all(
      entries.map(async (entry) => {
        if (leftOut.has(entry.name)) return [];
        const name = prefix ? `${prefix}/${entry.name}` : entry.name;
        if (entry.isDirectory()) return this.below(name);
        if (entry.isSymbolicLink()) return (await this.isFile(name)) ? [name] : [];
        return entry.isFile() ? [name] : [];
      }),
    );
    return lists.flat();
  }

  private async isFile(file: string): Promise<boolean> {
    try {
      return (await stat(path.join(this.folder, ...file.split('/')))).isFile();
    } catch (error) {
      // A link that leads nowhere is no file.
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

/** True for an error of the system that says: there is no such file. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes(String(error.code))
  );
}

const configName = 'tavora.jsonc';

/**
 * Finds the project that a folder is or holds.
 *
 * @param folder an absolute path: the project's own folder, or a workspace with a project in it.
 * @returns the absolute path of the folder with `tavora.jsonc`.
 * @throws CannotRun when there is no such folder, no project in it, or more than one.
 */
export async function findProject(folder: string): Promise<string> {
  const files = new DiskFiles(folder);
  let paths: string[];
  try {
    paths = await files.list();
  } catch (error) {
    if (isMissing(error)) throw new CannotRun(`There is no folder ${folder}.`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new CannotRun(`The folder ${folder} could not be read: ${reason}`);
  }
  for (const usual of [configName, `tavora/${configName}`]) {
    if (paths.includes(usual)) return path.dirname(path.join(folder, ...usual.split('/')));
  }
  const configs = paths.filter((one) => one.endsWith(`/${configName}`));
  const [only, ...others] = configs;
  if (only && others.length === 0) return path.dirname(path.join(folder, ...only.split('/')));
  if (only) {
    const list = configs.map((one) => `  ${one.slice(0, -configName.length - 1)}`).join('\n');
    throw new CannotRun(`There are several projects in ${folder}; name one of them:\n${list}`);
  }
  // Agents without a project are a problem of their own, which has a rule.
  if (paths.some((one) => /^agents\/[^/]+\/agent\.jsonc$/.test(one))) return folder;
  throw new CannotRun(`There is no ${configName} in ${folder}, so there is no project to check.`);
}
