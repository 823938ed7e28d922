import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { appendFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { linesOf } from './lines';

/** How the files of the history end; another ending is a file that was never finished. */
const ending = '.jsonl';
const unfinished = '.part';

/** How long a file must have rested before it is put together with others, in milliseconds. */
const restMs = 60 * 60_000;

/** From this many files on they are put together. */
const manyFiles = 32;

/** Lines that were read, of one file. */
export interface Reading {
  file: string;
  lines: string[];
}

/**
 * Lines of text in a folder, only ever added to. Each window writes a file of its own, so that two windows do not
 * get into each other's way, and reads those of all.
 */
export class Segments {
  /** This window's file; undefined before there is one. */
  private own: string | undefined;
  private writing: Promise<void> = Promise.resolve();
  /** How far each file has been read, in bytes. */
  private readonly offsets = new Map<string, number>();
  private readonly torn = new Set<string>();

  /**
   * @param folder where the files lie; made when something is written
   * @param onTorn called once for a file that ends within a line: its writer was stopped, or is at it just now
   */
  constructor(
    private readonly folder: string,
    private readonly onTorn: (file: string) => void,
  ) {}

  /** Writes lines at the end of this window's file, one call after the other. @throws what the disk throws. */
  append(lines: readonly string[]): Promise<void> {
    const text = lines.map((line) => `${line}\n`).join('');
    const turn = this.writing.then(() => this.write(text));
    // The caller hears of a failure; the next one still gets its turn.
    this.writing = turn.catch(() => undefined);
    return turn;
  }

  /** What was written since the last call, by any window. @throws what the disk throws. */
  async *readNew(): AsyncGenerator<Reading> {
    for (const file of await this.files()) {
      const from = this.offsets.get(file) ?? 0;
      const size = await sizeOf(file);
      if (size === undefined || size <= from) continue;
      yield* this.readOn(file, from);
      if (size > (this.offsets.get(file) ?? 0) && !this.torn.has(file)) {
        this.torn.add(file);
        this.onTorn(file);
      }
    }
  }

  /** @returns whether there are so many files that they should be put together. */
  async isScattered(): Promise<boolean> {
    return (await this.files()).length >= manyFiles;
  }

  /**
   * Puts the files that have rested together in one and leaves out lines that are not wanted. What a window that is
   * stopped meanwhile leaves behind is read twice at most, never lost.
   * @param wanted called for each line
   * @throws what the disk throws.
   */
  async tidy(wanted: (line: string) => boolean): Promise<void> {
    const target = this.newFile();
    const taken: { file: string; size: number }[] = [];
    let written = false;
    for (const file of await this.files()) {
      const claimed = file === this.own ? undefined : await claim(file);
      if (!claimed) continue;
      let size = 0;
      for await (const piece of linesOf(claimed, 0)) {
        ({ size } = piece);
        const body = piece.lines
          .filter(wanted)
          .map((line) => `${line}\n`)
          .join('');
        await writeFile(`${target}${unfinished}`, body, { flag: 'a' });
        written = true;
      }
      taken.push({ file: claimed, size });
    }
    if (written) {
      await rename(`${target}${unfinished}`, target);
    }
    for (const { file, size } of taken) {
      // Whoever had opened the file before it was claimed may have added to it; it stays, and is read twice.
      const now = await sizeOf(file);
      if (now === size || size === 0) await rm(file, { force: true });
    }
  }

  private async write(text: string): Promise<void> {
    const { own } = this;
    // What follows a failure goes to another file: this one may end within a line.
    this.own = undefined;
    if (own !== undefined) {
      try {
        await appendFile(own, text, { flag: constants.O_WRONLY | constants.O_APPEND });
        this.own = own;
        return;
      } catch (error) {
        // Another window has put it together with others. A new name, as the old one counts as read.
        if (!isMissing(error)) throw error;
      }
    }
    const file = this.newFile();
    await mkdir(this.folder, { recursive: true });
    await appendFile(file, text, { flag: 'ax' });
    this.own = file;
  }

  private newFile(): string {
    return path.join(this.folder, `${Date.now().toString(36)}-${randomUUID()}${ending}`);
  }

  private async files(): Promise<string[]> {
    try {
      const names = await readdir(this.folder);
      return names
        .filter((name) => name.endsWith(ending))
        .sort()
        .map((name) => path.join(this.folder, name));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  private async *readOn(file: string, from: number): AsyncGenerator<Reading> {
    try {
      for await (const { lines, end } of linesOf(file, from)) {
        this.offsets.set(file, end);
        yield { file, lines };
      }
    } catch (error) {
      // Another window has just put it together with others, where its lines are found next time.
      if (!isMissing(error)) throw error;
    }
  }
}

/** Takes a file that has rested away from its writer. @returns its new name, or undefined when it must stay. */
async function claim(file: string): Promise<string | undefined> {
  try {
    if (Date.now() - (await stat(file)).mtimeMs < restMs) return undefined;
    const claimed = path.join(path.dirname(file), `${randomUUID()}${ending}`);
    await rename(file, claimed);
    return claimed;
  } catch (error) {
    // Windows does not rename what another window reads just now: next time, then.
    if (isMissing(error) || ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
