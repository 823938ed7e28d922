import * as vscode from 'vscode';
import type { Agent, SkillFile } from '../../project';
import { PoliteError } from './errors';
import type { WorkspaceProject, Workspaces } from './workspaces';

/** A skill, and the agent as which it runs. */
export interface SkillTarget {
  project: WorkspaceProject;
  agent: Agent;
  skill: SkillFile;
}

/** What a row of a view, a lens or a file stands for. */
interface Given {
  folder?: unknown;
  project?: { folder?: unknown };
  agentId?: unknown;
  skill?: unknown;
  open?: { path?: unknown };
}

/**
 * The skill that a command was given, else that of the open file, else what the person picks.
 * @throws CancellationError when nothing is picked, PoliteError when there is no skill to run.
 */
export async function askSkill(workspaces: Workspaces, value: unknown): Promise<SkillTarget> {
  await workspaces.ready;
  const all = workspaces.projects.flatMap((project) =>
    project.project.agents.flatMap((agent) =>
      agent.skills
        .filter(({ kind }) => kind === 'module')
        .map((skill): SkillTarget => ({ project, agent, skill })),
    ),
  );
  const uri = value instanceof vscode.Uri ? value : undefined;
  const meant = uri ? inFile(all, uri) : named(all, value);
  const editor = vscode.window.activeTextEditor;
  const found = meant.length > 0 || !editor || uri ? meant : inFile(all, editor.document.uri);
  const [only] = found;
  if (only && found.length === 1) {
    return only;
  }
  if (all.length === 0) {
    throw new PoliteError('There is no skill to run: no agent of this workspace has a JavaScript skill.');
  }
  const choices = found.length > 0 ? found : all;
  const picked = await vscode.window.showQuickPick(
    choices.map((target) => ({
      label: target.skill.name,
      description: target.agent.name || target.agent.id,
      detail: target.skill.description,
      target,
    })),
    { title: found.length > 0 ? 'As which agent?' : 'Which skill?', matchOnDescription: true },
  );
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.target;
}

function inFile(all: readonly SkillTarget[], uri: vscode.Uri): SkillTarget[] {
  const key = uri.toString();
  return all.filter(({ project, skill }) => skill.files.some((path) => project.uri(path).toString() === key));
}

function named(all: readonly SkillTarget[], value: unknown): SkillTarget[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { folder, project, agentId, skill, open } = value as Given;
  const where = folder ?? project?.folder;
  if (!(where instanceof vscode.Uri)) {
    return [];
  }
  return all.filter(
    (one) =>
      one.project.folder.toString() === where.toString() &&
      (typeof agentId !== 'string' || one.agent.id === agentId) &&
      (typeof skill === 'string'
        ? one.skill.name === skill
        : one.skill.files.some((path) => path === open?.path)),
  );
}
