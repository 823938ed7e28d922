import * as vscode from 'vscode';
import type { AgentChoice } from '../../webviews/chat/messages';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';

/** An agent of one of the window's projects. */
export interface ChatAgent {
  project: WorkspaceProject;
  agentId: string;
}

/** How many opening messages the page offers, and the longest that fits. */
const mostSuggestions = 3;
const longestSuggestion = 160;

/** @returns what names an agent over all projects of the window. */
export function agentKey(folder: vscode.Uri, agentId: string): string {
  return `${folder.toString()}#${agentId}`;
}

/** @returns every agent that can be talked to, in the order of projects and files. */
export function agentChoices(workspaces: Workspaces): AgentChoice[] {
  return workspaces.projects.flatMap(({ folder, project }) =>
    project.agents
      .filter(({ id }) => id !== '')
      .map((agent) => ({
        key: agentKey(folder, agent.id),
        name: agent.name || agent.id,
        project: project.name || vscode.workspace.asRelativePath(folder, true),
        model: agent.model,
        suggestions: agent.evals
          .map(({ input }) => input.trim())
          .filter((input) => input !== '' && input.length <= longestSuggestion)
          .slice(0, mostSuggestions),
      })),
  );
}

/** @returns the agent of a key, as its project stands now; undefined when it is no longer there. */
export function findAgent(workspaces: Workspaces, key: string | undefined): ChatAgent | undefined {
  for (const project of workspaces.projects) {
    const agent = project.project.agents.find(({ id }) => agentKey(project.folder, id) === key);
    if (agent) {
      return { project, agentId: agent.id };
    }
  }
  return undefined;
}
