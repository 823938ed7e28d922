import { compareBytes } from '../../../project';
import type { SourceFiles } from './source';

export interface FileChange {
  path: string;
  state: 'new' | 'changed' | 'gone';
}

/** @returns what differs from one state to another, in order of the paths. */
export function changesBetween(before: SourceFiles, after: SourceFiles): FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(compareBytes);
  return paths.flatMap((path): FileChange[] => {
    const [then, now] = [before.get(path), after.get(path)];
    if (!then) return [{ path, state: 'new' }];
    if (!now) return [{ path, state: 'gone' }];
    return Buffer.compare(then, now) === 0 ? [] : [{ path, state: 'changed' }];
  });
}
