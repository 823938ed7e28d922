import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** A file that no document holds is left alone for this long: the request that wrote it may still run. */
const graceMs = 60 * 60_000;

const namePattern = /^[0-9a-f]{64}$/;

/** @returns the SHA-256 of bytes, in hex: the name under which they are kept. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The bytes of documents, a file each, named by their hash: the same bytes are kept once. A file is written
 * under another name, flushed and renamed, so that there is never half of one.
 */
export class Files {
  readonly #folder: string;

  /** @param folder absolute path; it is made when the first file is. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps bytes. They are on the disk when this settles. @returns their hash. */
  async put(bytes: Uint8Array): Promise<string> {
    const name = sha256(bytes);
    const target = this.#path(name);
    if (await exists(target)) return name;
    const folder = path.dirname(target);
    await mkdir(folder, { recursive: true });
    const temporary = path.join(folder, `.${randomUUID()}`);
    try {
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return name;
  }

  /** @throws when there are no such bytes. */
  async get(name: string): Promise<Uint8Array> {
    return readFile(this.#path(name));
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  /** Removes what a process that died left behind: files that no document holds, and halves of files. */
  async sweep(isHeld: (name: string) => Promise<boolean>): Promise<number> {
    const now = Date.now();
    let removed = 0;
    for (const entry of await list(this.#folder)) {
      for (const name of await list(path.join(this.#folder, entry))) {
        const file = path.join(this.#folder, entry, name);
        const { mtimeMs } = await stat(file);
        if (now - mtimeMs < graceMs || (namePattern.test(name) && (await isHeld(name)))) continue;
        await rm(file, { force: true });
        removed += 1;
      }
    }
    return removed;
  }

  #path(name: string): string {
    if (!namePattern.test(name)) throw new Error(`${JSON.stringify(name)} is not the name of a kept file.`);
    return path.join(this.#folder, name.slice(0, 2), name);
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
