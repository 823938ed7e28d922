import type { AgentSession } from '../../protocol';
import type { Services } from './services';
import type { WorkspaceProject } from './workspaces';

/** An agent of one of the window's projects. */
export interface SessionOwner {
  project: WorkspaceProject;
  agentId: string;
}

/**
 * The agent of a session, where a project of the window has it. Two projects may have agents of the same id: the
 * one that the server knows by the session's own agent comes first.
 */
export function ownerOf(
  { workspaces, drafts }: Pick<Services, 'workspaces' | 'drafts'>,
  session: AgentSession,
): SessionOwner | undefined {
  const { local_id: agentId, agent_id: serverId } = session.metadata ?? {};
  if (typeof agentId !== 'string') {
    return undefined;
  }
  const having = workspaces.projects.filter((project) => project.agent(agentId));
  const project =
    having.find((one) => drafts.agentServerId(one, agentId) === serverId) ??
    (having.length === 1 ? having[0] : undefined);
  return project && { project, agentId };
}
