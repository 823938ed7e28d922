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
 * @throws CannotRun for an agent that the project does not have, whose config cannot be read or that has no evals, and
 *   when none has any
 */
export function chooseAgents(project: AgentProject, names: readonly string[]): Agent[] {
  refuse(fatalIssuesOf(project, []));
  const ids = project.agents.map(({ id }) => id);
  const unknown = names.filter((name) => !ids.includes(name));
  if (unknown.length > 0) {
    const there = ids.length > 0 ? `It has ${ids.join(', ')}.` : 'It has no agents.';
    throw new CannotRun(`The project ${project.name} has no agent "${unknown.join('", "')}". ${there}`);
  }
  const chosen = project.agents.filter(({ id }) => names.length === 0 || names.includes(id));
  // An agent is not left out because nobody can tell that it has evals.
  const unread = chosen.filter(
    ({ evals, configPath }) => evals.length === 0 && isBroken(project, configPath),
  );
  refuse(unread.flatMap(({ id }) => fatalIssuesOf(project, [id])));
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

/** @throws CannotRun when what stands in the agents' files keeps them from a server. */
export function assertSound(project: AgentProject, agents: readonly Agent[]): void {
  const agentIds = agents.map(({ id }) => id);
  refuse(fatalIssuesOf(project, agentIds));
}

function refuse(fatal: readonly Issue[]): void {
  if (fatal.length === 0) return;
  throw new CannotRun(`The project has errors, so nothing was run.\n${issueLines(fatal)}`);
}

function isBroken({ issues }: AgentProject, path: string): boolean {
  return issues.some(({ severity, file }) => severity === 'fatal' && file === path);
}

interface Place {
  environment?: string;
  signal: AbortSignal;
}

/**
 * Syncs the agents' files as they are here.
 * @returns the server's id of each agent, by its local one
 * @throws ApiError with `issues` when the server finds some
 */
export async function syncAgents(
  client: TavoraClient,
  project: AgentProject,
  agents: readonly Agent[],
  { environment, signal }: Place,
): Promise<Map<string, string>> {
  const agentIds = agents.map(({ id }) => id);
  const manifest = buildManifest(project, { agentIds, ...(environment ? { environment } : {}) });
  const { agents: synced } = await client.source.sync(manifest, { signal });
  return new Map(synced.map(({ localId, agentId }) => [localId, agentId]));
}

/**
 * Finds the agents that the server has.
 * @returns the server's id of each agent, by its local one
 * @throws CannotRun when one of them is not there, or has nothing deployed, and when several are of its name and the
 *   server does not say of which environment they are
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
    const named = configs.filter(
      (one) => one.code_first_project === project.name && one.code_first_local_id === id,
    );
    const untold = named.filter((one) => typeof one.code_first_environment !== 'string');
    const told = named.find((one) => one.code_first_environment === environment);
    if (!told && untold.length > 1) {
      throw new CannotRun(
        `${client.origin} has ${untold.length} agents "${id}" and does not say of which environment each is, so nothing was run. Take --draft, or a server that does.`,
      );
    }
    const config = told ?? untold[0];
    if (!config?.active_version_id) {
      const where = environment ? ` in the environment "${environment}"` : '';
      throw new CannotRun(`${id} is not deployed at ${client.origin}${where}. Deploy it, or take --draft.`);
    }
    found.set(id, config.id);
  }
  return found;
}
