import * as vscode from 'vscode';
import { PoliteError } from './errors';
import type { WorkspaceProject, Workspaces } from './workspaces';

/** A project, and one of its agents where one is meant. */
export interface Target {
  project: WorkspaceProject;
  agentId?: string;
}

/**
 * What a command was given, as a project: a row of the view, `{folder, agentId?}`, or a file's address. The
 * present state of the project is returned, however old the row is.
 * @returns undefined for anything else, or when the project is no longer there.
 */
export function readTarget(workspaces: Workspaces, value: unknown): Target | undefined {
  if (value instanceof vscode.Uri) {
    const found = workspaces.find(value);
    if (!found) {
      return undefined;
    }
    const { project, path } = found;
    const owners = project.project.agents.filter(
      (one) => one.configPath === path || one.files.includes(path),
    );
    const [owner] = owners;
    return { project, ...(owner && owners.length === 1 ? { agentId: owner.id } : {}) };
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { folder, project, agentId } = value as Record<string, unknown>;
  if (folder instanceof vscode.Uri) {
    const found = workspaces.at(folder);
    return found && { project: found, ...(typeof agentId === 'string' ? { agentId } : {}) };
  }
  return project
    ? readTarget(workspaces, { folder: (project as WorkspaceProject).folder, agentId })
    : undefined;
}

/**
 * What a command was given, else the project of the open file, else the only project, else what the person picks.
 * @throws CancellationError when nothing is picked, PoliteError when there is no project.
 */
export async function askTarget(workspaces: Workspaces, value: unknown): Promise<Target> {
  await workspaces.ready;
  const given = readTarget(workspaces, value);
  if (given) {
    return given;
  }
  const editor = vscode.window.activeTextEditor;
  const open = editor && readTarget(workspaces, editor.document.uri);
  if (open) {
    return { project: open.project };
  }
  const { projects } = workspaces;
  const [only] = projects;
  if (!only) {
    throw new PoliteError('There is no Tavora project in this workspace: no folder has a tavora.jsonc.', [
      { label: 'New Project…', run: () => vscode.commands.executeCommand('tavora.newProject') },
    ]);
  }
  if (projects.length === 1) {
    return { project: only };
  }
  const picked = await vscode.window.showQuickPick(
    projects.map((project) => ({
      label: project.project.name || '(no name)',
      description: vscode.workspace.asRelativePath(project.folder, true),
      project,
    })),
    { placeHolder: 'Which project?' },
  );
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return { project: picked.project };
}

/**
 * The agent that a command was given or that the open file belongs to, else the only one, else the one that is picked.
 * @throws CancellationError when nothing is picked, PoliteError when there is no project.
 */
export async function askAgent(
  workspaces: Workspaces,
  value: unknown,
): Promise<{ project: WorkspaceProject; agentId: string }> {
  const open = vscode.window.activeTextEditor?.document.uri;
  const { project, agentId } = await askTarget(workspaces, value ?? open);
  if (agentId !== undefined) return { project, agentId };
  const [first, ...others] = project.project.agents;
  if (first && others.length === 0) return { project, agentId: first.id };
  if (!first) throw new PoliteError(`The project "${project.project.name}" has no agent yet.`);
  const agents = project.project.agents.map(({ id, name }) => ({ label: id, description: name }));
  const picked = await vscode.window.showQuickPick(agents, { placeHolder: 'Which agent?' });
  if (!picked) throw new vscode.CancellationError();
  return { project, agentId: picked.label };
}
