import picomatch from 'picomatch';
import { compareBytes } from './hash';
import { folderOf } from './paths';

/** The paths of a project: which files and folders exist, and which of them a pattern matches. */
export class Listing {
  private readonly files: Set<string>;
  private readonly folders = new Set<string>();
  private readonly sorted: string[];

  /** @param partial true when other files may exist too. */
  constructor(
    paths: Iterable<string>,
    readonly partial = false,
  ) {
    this.files = new Set(paths);
    this.sorted = [...this.files].sort(compareBytes);
    for (const path of this.files) {
      for (let folder = folderOf(path); folder && !this.folders.has(folder); folder = folderOf(folder)) {
        this.folders.add(folder);
      }
    }
  }

  hasFile(path: string): boolean {
    return this.files.has(path);
  }

  hasFolder(path: string): boolean {
    return this.folders.has(path);
  }

  /** @returns what stands directly in a folder, by name. */
  entries(folder: string): { name: string; path: string; folder: boolean }[] {
    const prefix = folder ? `${folder}/` : '';
    const found = new Map<string, { name: string; path: string; folder: boolean }>();
    for (const path of this.below(folder)) {
      const [name = '', rest] = path.slice(prefix.length).split('/', 2);
      if (!found.has(name)) found.set(name, { name, path: prefix + name, folder: rest !== undefined });
    }
    return [...found.values()];
  }

  /** @returns the files of a folder, however deep, in byte order; all files for "". */
  below(folder: string): readonly string[] {
    if (!folder) return this.sorted;
    const prefix = `${folder}/`;
    const from = this.firstFrom(prefix);
    let to = from;
    while (this.sorted[to]?.startsWith(prefix)) to++;
    return this.sorted.slice(from, to);
  }

  /** @returns the files of that name, in byte order. */
  named(name: string): string[] {
    return this.sorted.filter((path) => path === name || path.endsWith(`/${name}`));
  }

  /** True when both name the same files. */
  equals(paths: readonly string[]): boolean {
    return paths.length === this.files.size && paths.every((path) => this.files.has(path));
  }

  /** @returns the index of the first path that is not before a text. */
  private firstFrom(text: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareBytes(this.sorted[middle] ?? '', text) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @returns files, in byte order, that a pattern relative to the project matches. */
  matchFiles(pattern: string): string[] {
    const { base, matches } = compiled(pattern);
    return this.below(base).filter(matches);
  }

  /** @returns folders, in byte order, that a pattern matches. */
  matchFolders(pattern: string): string[] {
    const { base, matches } = compiled(pattern);
    const found = new Set<string>();
    for (const path of this.below(base)) {
      for (let folder = folderOf(path); folder.length > base.length; folder = folderOf(folder)) {
        if (found.has(folder)) break;
        found.add(folder);
      }
    }
    return [...found].filter(matches).sort(compareBytes);
  }
}

/**
 * `windows: false` keeps a backslash an escape on every system. Names with a dot in front do not match `*`.
 * Only what lies below the folder that a pattern begins with can match it: a large project has many others.
 */
function compiled(pattern: string): { base: string; matches: (path: string) => boolean } {
  const plain = /^(?:[^*?[\]{}()!\\+@|/]+\/)*/.exec(pattern)?.[0] ?? '';
  const matches = picomatch(pattern, { windows: false, nonegate: true, strictSlashes: true });
  return { base: plain.slice(0, -1), matches: (path) => matches(path) };
}

/** True when a written path is a pattern rather than a name. */
export function isGlob(written: string): boolean {
  return /[*?[\]{}]/.test(written.replace(/\\./g, ''));
}

/** @returns a pattern that matches exactly this text. */
export function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!\\+@|^$]/g, '\\$&');
}

/** @returns a path with the escapes of a pattern taken away. */
export function unescapeGlob(written: string): string {
  return written.replace(/\\(.)/g, '$1');
}

/** @returns what is wrong with a pattern, as the end of a sentence, or undefined. */
export function globProblem(pattern: string): string | undefined {
  const open: string[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (character === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) return 'a bracket [ is never closed';
      i = end;
    } else if (character === '{') open.push(character);
    else if (character === '}' && open.pop() === undefined) return 'a brace } was never opened';
    else if (character === ']') return 'a bracket ] was never opened';
  }
  return open.length > 0 ? 'a brace { is never closed' : undefined;
}
