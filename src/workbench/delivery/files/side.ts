import * as vscode from 'vscode';
import type { WorkspaceProject } from '../../shared/workspaces';
import { changesBetween, type FileChange } from './changes';
import type { Snapshots } from './snapshots';
import { type AgentSource, type Snapshot, type Which, whichLabel } from './source';
import { versionUri } from './uri';

/** One side of a comparison: files, and the address at which the editor finds each. */
export interface Side extends Snapshot {
  /** What a person calls it: "v1.2.0", "draft", "Working Tree". */
  label: string;
  uri(path: string): vscode.Uri;
}

/** @returns a version, a draft or a recorded state as a side. Throws as `Snapshots.read`. */
export async function serverSide(
  snapshots: Snapshots,
  agent: AgentSource,
  which: Which,
  signal?: AbortSignal,
): Promise<Side> {
  const snapshot = await snapshots.read(agent, which, signal);
  return { ...snapshot, label: whichLabel(which), uri: (path) => versionUri(agent, which, path) };
}

/** @returns the saved files of the working tree as a side; the editor shows its own documents, saved or not. */
export async function treeSide(
  snapshots: Snapshots,
  project: WorkspaceProject,
  agentId: string,
): Promise<Side> {
  const snapshot = await snapshots.workingTree(project, agentId);
  return { ...snapshot, label: 'Working Tree', uri: (path) => project.uri(path) };
}

/** @returns what differs between two sides. Of a side that is not complete only the files that it has count. */
export function sideChanges(before: Side, after: Side): FileChange[] {
  return changesBetween(before.files, after.files).filter(
    ({ state }) => (state !== 'new' || before.complete) && (state !== 'gone' || after.complete),
  );
}

/** One row of the multi-diff editor. `before` is absent for a file that is new, `after` for one that is gone. */
export interface ChangePair {
  before?: vscode.Uri;
  after?: vscode.Uri;
}

/** @returns the rows that show what differs between two sides. */
export function changePairs(before: Side, after: Side): ChangePair[] {
  return sideChanges(before, after).map(({ path, state }) => ({
    ...(state === 'new' ? {} : { before: before.uri(path) }),
    ...(state === 'gone' ? {} : { after: after.uri(path) }),
  }));
}

/** Opens changed files below each other in the editor's multi-diff. @param title of its tab */
export async function openChanges(title: string, pairs: readonly ChangePair[]): Promise<void> {
  const rows = pairs.map(({ before, after }) => [after ?? before, before, after]);
  await vscode.commands.executeCommand('vscode.changes', title, rows);
}

/** Opens one file beside another. @param title of its tab */
export async function openDiff(title: string, before: vscode.Uri, after: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', before, after, title);
}
