import * as vscode from 'vscode';
import { PoliteError } from './errors';
import type { WorkspaceProject, Workspaces } from './workspaces';

/** A place in a skill, as a trace or a page names it. */
export interface SkillPlace {
  /** The skill's name, or its file relative to the folder with tavora.jsonc. */
  name: string;
  /** From 1. */
  line?: number;
  column?: number;
}

/**
 * Opens a skill's file at a place.
 * @param agent whose skill it is; any other of the window is taken where this one has none of the name
 * @param viewColumn beside a page that leads to it, so that both are seen; where the person is when left out
 * @throws PoliteError when no project of the window has such a skill
 */
export async function openSkill(
  workspaces: Workspaces,
  agent: { project: WorkspaceProject; agentId: string } | undefined,
  { name, line = 1, column = 1 }: SkillPlace,
  viewColumn: vscode.ViewColumn = vscode.ViewColumn.Active,
): Promise<void> {
  const all = workspaces.projects.flatMap((project) =>
    project.project.agents.map(({ id }) => ({ project, agentId: id })),
  );
  for (const { project, agentId } of agent ? [agent, ...all] : all) {
    const skill = project
      .agent(agentId)
      ?.skills.find((one) => one.name === name || one.path === name || one.files.includes(name));
    if (skill) {
      const path = skill.files.includes(name) ? name : skill.path;
      const at = new vscode.Position(line - 1, column - 1);
      const selection = new vscode.Range(at, at);
      await vscode.window.showTextDocument(project.uri(path), { selection, viewColumn });
      return;
    }
  }
  throw new PoliteError(`No project of this window has the skill "${name}"; it may have been renamed since.`);
}
