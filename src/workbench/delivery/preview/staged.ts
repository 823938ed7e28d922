import type { TavoraClient } from '../../../client';
import type { AgentConfig } from '../../../protocol';
import type { SourceScope } from '../server-state';

/** An agent as it was sent to be deployed. */
export interface SentAgent {
  localId: string;
  /** The server's id of the agent. */
  serverId: string;
  sourceHash: string;
}

/** What a server has at one moment, beside what was sent to it. */
export interface Staged {
  /** Agents that were sent, and of which another draft is staged by now; none where the server does not say. */
  replaced: string[];
  /** The project's other agents, which a deployment of all would make live too. */
  others: string[];
  /** By the server's id of the agent: what is live, where the server says over which files. */
  live: Map<string, { versionId: string; sourceHash: string }>;
}

/** Looks at what a server has staged and live of a project. @throws ApiError and ConnectionError. */
export async function lookAtStaged(
  client: TavoraClient,
  scope: SourceScope,
  sent: readonly SentAgent[],
  signal: AbortSignal,
): Promise<Staged> {
  const configs = (await client.configs.list({ signal })).filter((config) => mayBeOf(config, scope));
  const byId = new Map(sent.map((agent) => [agent.serverId, agent]));
  const staged: Staged = { replaced: [], others: [], live: new Map() };
  for (const config of configs) {
    const { id, draft_source_hash: draft, active_version_id: versionId, active_source_hash: hash } = config;
    const agent = byId.get(id);
    if (!agent) {
      staged.others.push(config.code_first_local_id || id);
    } else if (draft !== undefined && draft !== agent.sourceHash) {
      staged.replaced.push(agent.localId);
    }
    if (versionId && hash) {
      staged.live.set(id, { versionId, sourceHash: hash });
    }
  }
  return staged;
}

/** Agents of which the server does not say the environment may be of this one. */
function mayBeOf(config: AgentConfig, { project, environment = '' }: SourceScope): boolean {
  const { code_first_environment: said } = config;
  return config.code_first_project === project && (typeof said !== 'string' || said === environment);
}
