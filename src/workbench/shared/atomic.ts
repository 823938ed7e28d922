import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Where writes begin; a file that is left here was never finished. */
const unfinished = '.part';

/**
 * Writes a file whole or not at all, whoever else writes or reads it. Folders are made.
 * @throws what the disk throws; nothing is left behind then.
 */
export async function writeAtomically(file: string, content: Uint8Array | string): Promise<void> {
  const part = `${file}.${randomUUID()}${unfinished}`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(part, content);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    // Windows does not replace a file that another window reads just now; where both write the same, it is there.
    const there = codeOf(error) === 'EPERM' ? await readIfThere(file) : undefined;
    if (!there || Buffer.compare(there, Buffer.from(content)) !== 0) throw error;
  }
}

/** @returns a file's bytes, or undefined when there is none. */
export async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** @returns the names in a folder, none for one that does not exist; finished files only. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await allIn(folder)).filter((name) => !isUnfinished(name));
}

/** @returns every name in a folder, those of unfinished files too. */
export async function allIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** True for the name of a file whose writing has not ended, or was cut off. */
export function isUnfinished(name: string): boolean {
  return name.endsWith(unfinished);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
