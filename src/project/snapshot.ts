import type { AgentConfigSource } from './config/agent-config';
import type { ProjectConfig } from './config/project-config';
import type { Listing } from './listing';
import type { SourceFile } from './source-file';
import type { Agent, AgentProject, RangedIssue } from './types';

/** One agent as it was loaded; kept as it is while none of its files changes. */
export interface LoadedAgent {
  source: AgentConfigSource;
  agent: Agent;
  /** Every file that it was made from, its config first. */
  files: readonly SourceFile[];
  /** What the rules say of its skills, prompts and evals. */
  issues: readonly RangedIssue[];
}

/** What a loaded project remembers beside its public value: the files, and which of them mean what. */
export interface Snapshot {
  listing: Listing;
  files: ReadonlyMap<string, SourceFile>;
  /** Files that no agent uses, of which only their comments are read. */
  spare: ReadonlyMap<string, SourceFile>;
  config: ProjectConfig;
  agents: readonly LoadedAgent[];
  /** Everything that the rules found, before comments and levels hide any of it. */
  found: readonly RangedIssue[];
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
