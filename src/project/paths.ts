/** Longest path that is taken from a config. Windows and most servers refuse more. */
const longestPath = 1024;

/** The start of a path on a Windows drive, which no join would keep inside a folder. */
const drive = /^[A-Za-z]:/;

export type ResolvedPath = { path: string; folder: boolean } | { problem: string };

/** @returns the folder part of a `/`-path, "" for a file at the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** @returns the last part of a `/`-path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** @returns a file name without its last extension. */
export function stem(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/**
 * Resolves a path written in a config against the config's folder, without leaving the project.
 *
 * @param folder the config's folder relative to the project, "" for the project itself.
 * @param written what the author wrote; globs pass through unchanged.
 * @returns the path relative to the project, and whether it was written with a slash at its end; or a problem
 *   that completes the sentence "The path …".
 */
export function resolvePath(folder: string, written: string): ResolvedPath {
  if (!written.trim()) return { problem: 'is empty' };
  if (written.length > longestPath) return { problem: `is longer than ${longestPath} characters` };
  for (const character of written) {
    const code = character.charCodeAt(0);
    if (code < 32 || code === 127) return { problem: 'contains a control character' };
  }
  const absolute = { problem: 'is absolute; a project may only name files inside its own folder' };
  if (written.startsWith('/') || written.startsWith('\\') || drive.test(written)) return absolute;
  if (/\\(?![*?[\]{}()!\\])/.test(written)) return { problem: 'uses a backslash; write / on every system' };
  const parts = folder ? folder.split('/') : [];
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return { problem: 'leaves the folder that holds tavora.jsonc' };
  }
  const path = parts.join('/');
  return drive.test(path) ? absolute : { path, folder: written.endsWith('/') };
}

/** True for a path that a manifest may carry: relative, normalised, inside the project. */
export function isSafePath(path: string): boolean {
  const resolved = resolvePath('', path);
  return 'path' in resolved && resolved.path === path && !path.includes('\\');
}
