import { baseName } from '../../paths';
import { moduleName } from '../../skills/context';
import type { SourceFile } from '../../source-file';
import type { Fact, FileFacts } from '../facts/fact';
import { type FileRole, readFacts } from '../facts/read';

interface Row {
  source: SourceFile;
  role: FileRole;
  facts: FileFacts;
  keys: ReadonlySet<string>;
}

/**
 * The facts of every file, and under which names they stand. A file is read again only when its text or its role
 * has changed.
 */
export class FactTable {
  private readonly rows = new Map<string, Row>();
  private readonly paths = new Map<string, Set<string>>();

  /** @returns the facts of a file as it stands. */
  read(source: SourceFile, role: FileRole): FileFacts {
    const known = this.rows.get(source.path);
    if (known?.source === source && known.role === role) return known.facts;
    this.remove(source.path);
    const facts = readFacts(source, role);
    const keys = new Set(facts.facts.flatMap(keysOf));
    this.rows.set(source.path, { source, role, facts, keys });
    for (const key of keys) {
      const paths = this.paths.get(key);
      if (paths) paths.add(source.path);
      else this.paths.set(key, new Set([source.path]));
    }
    return facts;
  }

  isRead(source: SourceFile, role: FileRole): boolean {
    const known = this.rows.get(source.path);
    return known?.source === source && known.role === role;
  }

  /** Forgets the files that are not among these. */
  keep(paths: ReadonlySet<string>): void {
    for (const path of this.rows.keys()) if (!paths.has(path)) this.remove(path);
  }

  /** @returns the files that use one of these names. */
  using(keys: readonly string[]): ReadonlySet<string> {
    return new Set(keys.flatMap((key) => [...(this.paths.get(key) ?? [])]));
  }

  private remove(path: string): void {
    const row = this.rows.get(path);
    if (!row) return;
    this.rows.delete(path);
    for (const key of row.keys) this.paths.get(key)?.delete(path);
  }
}

/** The names under which a fact can be looked up. */
export function keysOf({ meaning }: Fact): string[] {
  switch (meaning.kind) {
    case 'module':
      return [...new Set([meaning.name, moduleName(meaning.name, true)])].map(nameKey);
    case 'mention':
    case 'server':
      return [nameKey(meaning.name)];
    case 'file':
      return [tailKey(meaning.written)];
    case 'self':
      return [];
    default:
      return [otherKey(meaning.kind === 'export' ? 'member' : meaning.kind, meaning.name)];
  }
}

/** Key of a skill's or an MCP server's name. */
export const nameKey = (name: string): string => `name ${name}`;
/** Key of a path by its last part: from where it is meant is told later. */
export const tailKey = (path: string): string => `tail ${baseName(path.replace(/\/+$/, ''))}`;
export const otherKey = (kind: string, name: string): string => `${kind} ${name}`;
