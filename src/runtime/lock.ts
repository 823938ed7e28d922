import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const lockName = 'runtime.lock';
export const holderName = 'runtime.pid';

/** SQLite's codes for a database that somebody else has locked, and for a file that is none. */
const busy = 5;
const notDatabase = 26;

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
  const lock = hold(path.join(folder, lockName), () => new FolderInUse(folder, readHolder(holderFile)));
  writeFileSync(holderFile, String(process.pid));
  return () => {
    rmSync(holderFile, { force: true });
    lock.close();
  };
}

function hold(file: string, inUse: () => FolderInUse): DatabaseSync {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('pragma journal_mode=memory; begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    const { errcode } = error as { errcode?: number };
    if (errcode === busy) throw inUse();
    if (errcode !== notDatabase) throw error;
    // Nobody can hold a file that is no database, and nothing is kept in it.
    rmSync(file);
    return hold(file, inUse);
  }
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
