import * as vscode from 'vscode';
import { compareFiles, fileHashes, type SourceChange } from '../../../project';
import type { WorkspaceProject } from '../../shared/workspaces';
import type { Snapshots } from './snapshots';
import { type AgentSource, type Snapshot, type Which, whichLabel } from './source';
import { versionUri, withoutVersion } from './uri';

/** One side of a comparison: files, and the address at which the editor finds each. */
export interface Side extends Snapshot {
  /** What a person calls it: "v1.2.0", "draft", "Working Tree". */
  label: string;
  /** @param beside the file that it is compared with, as the same one */
  uri(path: string, beside?: vscode.Uri): vscode.Uri;
}

/** @returns a version, a draft or a recorded state as a side. Throws as `Snapshots.read`. */
export async function serverSide(
  snapshots: Snapshots,
  agent: AgentSource,
  which: Which,
  signal?: AbortSignal,
): Promise<Side> {
  const snapshot = await snapshots.read(agent, which, signal);
  return {
    ...snapshot,
    label: whichLabel(which),
    uri: (path, beside) => versionUri(agent, which, path, beside),
  };
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

/** One row of the multi-diff editor. `before` is absent for a file that is new, `after` for one that is gone. */
export interface ChangePair {
  before?: vscode.Uri;
  after?: vscode.Uri;
}

/**
 * @returns the rows that show what differs between two sides; a file that moved is one row. Of a side that is not
 * complete only the files that it has count.
 */
export function changePairs(before: Side, after: Side): ChangePair[] {
  return compareFiles(fileHashes(before.files), fileHashes(after.files)).flatMap((change) =>
    pairOf(change, before, after),
  );
}

function pairOf(change: SourceChange, before: Side, after: Side): ChangePair[] {
  const { path, state } = change;
  switch (state) {
    case 'unchanged':
      return [];
    case 'new':
      return before.complete ? [{ after: after.uri(path) }] : [];
    case 'gone':
      return after.complete ? [{ before: before.uri(path) }] : [];
    case 'moved':
      return [{ before: before.uri(change.from), after: after.uri(path) }];
    case 'changed': {
      const then = before.uri(path, withoutVersion(after.uri(path)));
      // A file of the working tree has its own path: the other one takes it.
      return [{ before: then, after: after.uri(path, then) }];
    }
  }
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
