import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DeployEntry, readEntry } from './entry';

export interface LogLimits {
  /** Size from which on the oldest entries go, in bytes. */
  bytes: number;
  /** How many entries are left then. */
  entries: number;
}

const usualLimits: LogLimits = { bytes: 1024 * 1024, entries: 1000 };

/** The deployments of a workspace, a line of JSON each, the newest last. Entries are added and never changed. */
export class DeployLog {
  private turn: Promise<void> = Promise.resolve();

  /** @param file made when something is written */
  constructor(
    private readonly file: string,
    private readonly limits: LogLimits = usualLimits,
  ) {}

  /** Adds entries, one caller after another. @throws what the disk throws. */
  append(entries: readonly DeployEntry[]): Promise<void> {
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    const write = async () => {
      await mkdir(path.dirname(this.file), { recursive: true });
      // One write, so that two windows do not write into each other's lines.
      await appendFile(this.file, lines);
      await this.shorten();
    };
    const written = this.turn.then(write);
    // Whoever asked is told of a failure; the next one tries for itself.
    this.turn = written.catch(() => undefined);
    return written;
  }

  /** @returns the entries, newest first. What cannot be read is left out. */
  async entries(): Promise<DeployEntry[]> {
    return (await this.lines()).flatMap((line) => readEntry(line) ?? []).reverse();
  }

  private async shorten(): Promise<void> {
    if ((await stat(this.file)).size <= this.limits.bytes) {
      return;
    }
    const kept = (await this.lines()).slice(-this.limits.entries);
    const part = `${this.file}.part`;
    await writeFile(part, kept.map((line) => `${line}\n`).join(''));
    await rename(part, this.file);
  }

  private async lines(): Promise<string[]> {
    try {
      return (await readFile(this.file, 'utf8')).split('\n').filter((line) => line !== '');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return [];
      }
      throw error;
    }
  }
}
