import * as vscode from 'vscode';
import { fileUsers } from '../../project';
import type { Snapshot } from '../delivery';
import { PoliteError } from '../shared/errors';
import { exists } from '../shared/exists';
import { changesToEdit } from '../shared/project-edits';
import { presentFiles } from '../shared/project-texts';
import { saveDocument } from '../shared/save-document';
import type { WorkspaceProject } from '../shared/workspaces';
import { planRestore, type RestorePlan, type TreeBefore } from './restore-plan';

/** @returns what bringing a version's files back does to the working tree as it is now, saved or not. */
export async function planFor(
  project: WorkspaceProject,
  agentId: string,
  version: Snapshot,
): Promise<RestorePlan> {
  return planRestore(version, await before(project, agentId, version));
}

async function before(project: WorkspaceProject, agentId: string, version: Snapshot): Promise<TreeBefore> {
  const present = presentFiles(project);
  const own = new Set(project.agent(agentId)?.files ?? []);
  const there = new Set(await present.list());
  const read = async (paths: readonly string[]) => {
    const files = await Promise.all(paths.map(async (path) => [path, await present.read(path)] as const));
    return new Map(files.flatMap(([path, bytes]) => (bytes ? [[path, bytes] as const] : [])));
  };
  const dirty = new Set(
    vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.toString()),
  );
  const others = [...version.files.keys()].filter((path) => there.has(path) && !own.has(path));
  return {
    files: await read([...own]),
    others: await read(others),
    users: fileUsers(project.project.agents.filter(({ id }) => id !== agentId)),
    unsaved: new Set(
      [...own, ...version.files.keys()].filter((path) => dirty.has(project.uri(path).toString())),
    ),
  };
}

/**
 * Writes a plan into the working tree as one edit that Undo takes back, and saves it.
 * @throws PoliteError when the editor does not take the edit; what the file system throws.
 */
export async function restore(project: WorkspaceProject, plan: RestorePlan): Promise<void> {
  // Opened first, so that the edit is made in the text that is there, whoever wrote it last.
  const changed = plan.written.filter(({ state }) => state === 'changed');
  await Promise.all(changed.map(({ path }) => vscode.workspace.openTextDocument(project.uri(path))));
  const edit = changesToEdit(
    project,
    new Map<string, string | undefined>([
      ...plan.written.map(({ path, bytes }) => [path, textOf(bytes)] as const),
      ...plan.deleted.map((path) => [path, undefined] as const),
    ]),
  );
  if (!(await vscode.workspace.applyEdit(edit, { isRefactoring: true }))) {
    throw new PoliteError('The editor did not take the changes; no file was restored.');
  }
  for (const { path, bytes } of plan.written) {
    const uri = project.uri(path);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.isDirty && !(await saveDocument(document))) {
      throw new PoliteError(`${path} is restored in its editor, but could not be saved there.`);
    }
    // Line ends and bytes that are no text are the file system's to write: an editor keeps its own.
    // A document that stayed open when its file was deleted makes no file of itself.
    if (!(await exists(uri)) || Buffer.compare(await vscode.workspace.fs.readFile(uri), bytes) !== 0) {
      await vscode.workspace.fs.writeFile(uri, bytes);
    }
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
