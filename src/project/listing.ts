import picomatch from 'picomatch';
import { compareBytes } from './hash';
import { folderOf } from './paths';

/** The paths of a project: which files and folders exist, and which of them a pattern matches. */
export class Listing {
  private readonly files: Set<string>;
  private readonly folders = new Set<string>();
  private readonly sorted: string[];

  constructor(paths: Iterable<string>) {
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
    for (const path of this.sorted) {
      if (!path.startsWith(prefix)) continue;
      const [name = '', rest] = path.slice(prefix.length).split('/', 2);
      if (!found.has(name)) found.set(name, { name, path: prefix + name, folder: rest !== undefined });
    }
    return [...found.values()];
  }

  /** @returns files, in byte order, that a pattern relative to the project matches. */
  matchFiles(pattern: string): string[] {
    return this.sorted.filter(matcher(pattern));
  }

  /** @returns folders, in byte order, that a pattern matches. */
  matchFolders(pattern: string): string[] {
    return [...this.folders].filter(matcher(pattern)).sort(compareBytes);
  }
}

/**
 * `windows: false` keeps a backslash an escape on every system. Names with a dot in front do not match `*`.
 * Paths outside the folder that a pattern begins with are told apart without it: a project at the root of a
 * large workspace has many.
 */
function matcher(pattern: string): (path: string) => boolean {
  const plain = /^(?:[^*?[\]{}()!\\+@|/]+\/)*/.exec(pattern)?.[0] ?? '';
  const matches = picomatch(pattern, { windows: false, nonegate: true, strictSlashes: true });
  return (path) => path.startsWith(plain) && matches(path);
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
