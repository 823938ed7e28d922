import type { ProjectFiles } from '../types';
import type { FileChange } from './apply';

/** @returns a project's files as they are after changes; later additions to `changed` show too. */
export function overlay(files: ProjectFiles, changed: ReadonlyMap<string, FileChange>): ProjectFiles {
  return {
    partial: files.partial,
    async list() {
      const there = new Set(await files.list());
      for (const [path, change] of changed) {
        if (change === undefined) there.delete(path);
        else there.add(path);
      }
      return [...there].sort();
    },
    async read(path) {
      if (!changed.has(path)) return files.read(path);
      const change = changed.get(path);
      if (typeof change === 'object') return files.read(change.movedFrom);
      return change === undefined ? undefined : Buffer.from(change);
    },
  };
}
