import type { JsonObject } from '../../protocol';

/**
 * What a new session is told of its agent, so that it can be found again: a server keeps it, and not every one adds it.
 * @param localId the agent's id in its project's files
 * @param serverId the agent's id on the server
 */
export function sessionMetadata(localId: string, serverId: string, target: 'draft' | 'live'): JsonObject {
  return { local_id: localId, agent_id: serverId, target };
}
