import { hashBytes } from './hash';

/** Files of an agent by their path relative to the folder with `tavora.jsonc`, with `/`. */
export type SourceFiles = ReadonlyMap<string, Uint8Array>;

/** A file of an agent as a comparison needs it. `hash` is `sha256:` and hex over its bytes. */
export interface FileHash {
  path: string;
  hash: string;
}

/** What becomes of one file. A moved one has the same bytes at another path. */
export type SourceChange =
  | { state: 'new' | 'changed' | 'gone' | 'unchanged'; path: string }
  | { state: 'moved'; path: string; from: string };

/** How many files there are of each kind. */
export type ChangeCounts = Record<SourceChange['state'], number>;

/** @returns files with their hashes, as a comparison takes them. */
export function fileHashes(files: SourceFiles): FileHash[] {
  return [...files].map(([path, bytes]) => ({ path, hash: hashBytes(bytes) }));
}

/**
 * Compares two states of an agent's files, such as a deployed version and the working tree, in order of their paths. A file that
 * went and one that came with the same bytes are one file that moved.
 */
export function compareFiles(before: readonly FileHash[], now: readonly FileHash[]): SourceChange[] {
  const old = new Map(before.map(({ path, hash }) => [path, hash]));
  const paths = new Set(now.map(({ path }) => path));
  const gone = new Map<string, string[]>();
  for (const { path, hash } of before) {
    if (!paths.has(path)) {
      gone.set(hash, [...(gone.get(hash) ?? []), path]);
    }
  }
  const changes = now.map(({ path, hash }): SourceChange => {
    const was = old.get(path);
    if (was !== undefined) {
      return { state: was === hash ? 'unchanged' : 'changed', path };
    }
    const from = gone.get(hash)?.shift();
    return from === undefined ? { state: 'new', path } : { state: 'moved', path, from };
  });
  const left = [...gone.values()].flat().map((path): SourceChange => ({ state: 'gone', path }));
  return [...changes, ...left].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Counts the files of each kind. */
export function countChanges(changes: readonly SourceChange[]): ChangeCounts {
  const counts: ChangeCounts = { new: 0, changed: 0, gone: 0, moved: 0, unchanged: 0 };
  for (const { state } of changes) {
    counts[state] += 1;
  }
  return counts;
}

/** @returns how many files of the first have their bytes in the second too, from 0 to 1. */
export function shareOf(before: readonly FileHash[], now: readonly FileHash[]): number {
  if (before.length === 0) {
    return 0;
  }
  const hashes = new Set(now.map(({ hash }) => hash));
  return before.filter(({ hash }) => hashes.has(hash)).length / before.length;
}
