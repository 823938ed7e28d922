import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const lockName = 'runtime.lock';
export const holderName = 'runtime.pid';

/** SQLite's code for a database that somebody else has locked. */
const busy = 5;

/** Another process works in the data folder. */
export class FolderInUse extends Error {
  constructor(
    readonly folder: string,
    readonly holder: string,
  ) {
    super(
      `The data folder ${folder} is in use by process ${holder}. Stop it, or choose another folder with --data.`,
    );
    this.name = 'FolderInUse';
  }
}

/**
 * Takes a data folder for this process alone.
 *
 * The lock is one of the operating system's, on a file, held through SQLite: it goes with the process, however
 * that dies, so that there is no stale lock to recognise and no process id to mistake for another's.
 *
 * @returns gives the folder free again.
 * @throws FolderInUse when a living process holds it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const holderFile = path.join(folder, holderName);
  const lock = new DatabaseSync(path.join(folder, lockName));
  try {
    lock.exec('pragma journal_mode=memory; begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== busy) throw error;
    throw new FolderInUse(folder, readHolder(holderFile));
  }
  writeFileSync(holderFile, String(process.pid));
  return () => {
    rmSync(holderFile, { force: true });
    lock.close();
  };
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown';
  } catch (error) {
    // It has the lock and has not yet written its name.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'unknown';
    throw error;
  }
}
