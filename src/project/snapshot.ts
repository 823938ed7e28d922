import type { AgentConfigSource } from './config/agent-config';
import type { Listing } from './listing';
import type { SourceFile } from './source-file';
import type { AgentProject } from './types';

/** What a loaded project remembers beside its public value: the files, and which of them mean what. */
export interface Snapshot {
  listing: Listing;
  files: ReadonlyMap<string, SourceFile>;
  configs: readonly AgentConfigSource[];
}

const snapshots = new WeakMap<AgentProject, Snapshot>();

export function remember(project: AgentProject, snapshot: Snapshot): void {
  snapshots.set(project, snapshot);
}

/** @throws TypeError for a project that `loadProject` did not make. */
export function snapshotOf(project: AgentProject): Snapshot {
  const snapshot = snapshots.get(project);
  if (!snapshot) throw new TypeError(`The project "${project.name}" was not made by loadProject.`);
  return snapshot;
}

/** @throws RangeError for a path that the project has not read. */
export function sourceFileOf(project: AgentProject, path: string): SourceFile {
  const file = snapshotOf(project).files.get(path);
  if (!file) throw new RangeError(`The project "${project.name}" has not read "${path}".`);
  return file;
}
