import type { TavoraClient } from '../../client';
import { type Agent, type AgentProject, buildManifest, fatalIssuesOf } from '../../project';
import type { Issue } from '../../protocol';
import { CannotRun } from '../problem';
import { plain } from '../terminal';

/** @returns a line an issue, as people read them in a terminal. */
export function issueLines(issues: readonly Issue[]): string {
  return issues
    .map(({ file, line, column, message, code }) => {
      const place = [file, line, line ? column : undefined].filter((part) => part !== undefined).join(':');
      return `  ${place ? `${plain(place)}: ` : ''}${plain(message)} [${plain(code)}]`;
    })
    .join('\n');
}

/**
 * The agents to run, in the project's order.
 * @param names local ids; all agents that have evals when there is none
 * @throws CannotRun for an agent that the project does not have or that has no evals, or when none has any
 */
export function chooseAgents(project: AgentProject, names: readonly string[]): Agent[] {
  const ids = project.agents.map(({ id }) => id);
  const unknown = names.filter((name) => !ids.includes(name));
  if (unknown.length > 0) {
    const there = ids.length > 0 ? `It has ${ids.join(', ')}.` : 'It has no agents.';
    throw new CannotRun(`The project ${project.name} has no agent "${unknown.join('", "')}". ${there}`);
  }
  const chosen = project.agents.filter(({ id }) => names.length === 0 || names.includes(id));
  const without = chosen.filter(({ evals }) => evals.length === 0).map(({ id }) => id);
  if (names.length > 0 && without.length > 0) {
    throw new CannotRun(
      `${without.join(', ')} has no evals. Bind some in agent.jsonc: "evals": ["evals/*.json"].`,
    );
  }
  const agents = chosen.filter(({ evals }) => evals.length > 0);
  if (agents.length === 0) {
    throw new CannotRun(
      `No agent of ${project.name || 'the project'} has evals. Bind some in agent.jsonc: "evals": ["evals/*.json"].`,
    );
  }
  return agents;
}

interface Place {
  environment?: string;
  signal: AbortSignal;
}

/**
 * Syncs the agents' files as they are here.
 * @returns the server's id of each agent, by its local one
 * @throws CannotRun when the files have fatal issues; ApiError with `issues` when the server finds some
 */
export async function syncAgents(
  client: TavoraClient,
  project: AgentProject,
  agents: readonly Agent[],
  { environment, signal }: Place,
): Promise<Map<string, string>> {
  const agentIds = agents.map(({ id }) => id);
  const fatal = fatalIssuesOf(project, agentIds);
  if (fatal.length > 0) {
    throw new CannotRun(`The project has errors, so nothing was run.\n${issueLines(fatal)}`);
  }
  const manifest = buildManifest(project, { agentIds, ...(environment ? { environment } : {}) });
  const { agents: synced } = await client.source.sync(manifest, { signal });
  return new Map(synced.map(({ localId, agentId }) => [localId, agentId]));
}

/**
 * Finds the agents that the server has.
 * @returns the server's id of each agent, by its local one
 * @throws CannotRun when one of them is not there, or has nothing deployed
 */
export async function deployedAgents(
  client: TavoraClient,
  project: AgentProject,
  agents: readonly Agent[],
  { environment = '', signal }: Place,
): Promise<Map<string, string>> {
  const configs = await client.configs.list({ signal });
  const found = new Map<string, string>();
  for (const { id } of agents) {
    const config = configs.find(
      (one) =>
        one.code_first_project === project.name &&
        one.code_first_local_id === id &&
        (one.code_first_environment ?? environment) === environment,
    );
    if (!config?.active_version_id) {
      const where = environment ? ` in the environment "${environment}"` : '';
      throw new CannotRun(`${id} is not deployed at ${client.origin}${where}. Deploy it, or take --draft.`);
    }
    found.set(id, config.id);
  }
  return found;
}
