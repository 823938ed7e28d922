import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A sample project copied to a folder of its own, so that a journey may change it. */
export class Sample {
  private readonly home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tavora-journey-')));
  /** The folder that a person opens. */
  readonly folder: string;

  constructor(name = 'support') {
    this.folder = path.join(this.home, name);
    cpSync(path.join(process.cwd(), 'examples', name), this.folder, { recursive: true });
  }

  /** The absolute path of a file of the sample. */
  file(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
