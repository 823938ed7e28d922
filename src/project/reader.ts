import { issue } from './rules/issue';
import { SourceFile } from './source-file';
import type { ProjectFiles, RangedIssue } from './types';

/** Reads files once, keeps those of an earlier reading whose bytes are the same, and notes what failed. */
export class Reader {
  readonly files = new Map<string, SourceFile>();
  readonly issues: RangedIssue[] = [];

  constructor(
    private readonly source: ProjectFiles,
    private readonly previous: ReadonlyMap<string, SourceFile>,
  ) {}

  /** @returns the file, or undefined when there is none or it could not be read; the latter becomes an issue. */
  async read(path: string): Promise<SourceFile | undefined> {
    const known = this.files.get(path);
    if (known) return known;
    let bytes: Uint8Array | undefined;
    try {
      bytes = await this.source.read(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const hint = 'Check that the file may be read by you.';
      this.issues.push(
        issue('unreadable-file', path, {
          message: `The file could not be read: ${reason.replace(/\.$/, '')}.`,
          hint,
        }),
      );
      return undefined;
    }
    if (!bytes) return undefined;
    const before = this.previous.get(path);
    const file = before?.sameBytes(bytes) ? before : new SourceFile(path, bytes);
    this.files.set(path, file);
    return file;
  }

  /** @returns the files that could be read, in the order of their paths. */
  async readAll(paths: readonly string[]): Promise<SourceFile[]> {
    const read = await Promise.all(paths.map((path) => this.read(path)));
    return read.filter((file) => file !== undefined);
  }
}
