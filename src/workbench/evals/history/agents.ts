import type { Agent } from '../../../project';
import type { WorkspaceProject, Workspaces } from '../../shared/workspaces';

/** An agent of the window's projects that has evals. */
export interface EvalAgent {
  /** Names it in a page and over a reload. */
  key: string;
  project: WorkspaceProject;
  agent: Agent;
}

/** @returns the agents that have evals, in the order of their projects. */
export function evalAgents(workspaces: Workspaces): EvalAgent[] {
  return workspaces.projects.flatMap((project) =>
    project.project.agents
      .filter(({ evals }) => evals.length > 0)
      .map((agent) => ({ key: agentKey(project, agent.id), project, agent })),
  );
}

/** @returns the name of an agent in a page and over a reload. */
export function agentKey(project: WorkspaceProject, agentId: string): string {
  return JSON.stringify([project.folder.toString(), agentId]);
}
