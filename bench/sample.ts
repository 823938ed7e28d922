import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ProjectFiles } from '../src/project';

/** The support sample in a folder of its own, and its files as the project room reads them. */
export class Sample {
  readonly files: ProjectFiles = {
    list: async () => {
      const entries = await readdir(this.project, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(this.project, path.join(entry.parentPath, entry.name)))
        .map((file) => file.split(path.sep).join('/'));
    },
    read: (file) => readFile(path.join(this.project, file)),
  };
  private readonly project: string;

  private constructor(
    private readonly home: string,
    /** What a person opens. */
    readonly folder: string,
  ) {
    this.project = path.join(folder, 'tavora');
  }

  static async copy(): Promise<Sample> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'tavora-bench-'));
    const folder = path.join(home, 'support');
    await cp(path.resolve('examples/support'), folder, { recursive: true });
    return new Sample(home, folder);
  }

  /** Saves a file of the project. */
  write(file: string, text: string): Promise<void> {
    return writeFile(path.join(this.project, file), text);
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
