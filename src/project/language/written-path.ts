import { escapeGlob } from '../listing';

/** @returns a path of the project as it is written in a file of `folder`; "" where both are the same. */
export function relativePath(folder: string, path: string): string {
  const from = folder ? folder.split('/') : [];
  const to = path.split('/');
  let same = 0;
  while (same < from.length && same < to.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}

/** @returns the same for a field that takes patterns: brackets of a name get a backslash. */
export function relativeBinding(folder: string, path: string): string {
  return escapeGlob(relativePath(folder, path));
}
