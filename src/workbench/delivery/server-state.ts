import { ApiError, type TavoraClient } from '../../client';
import type { AgentProject } from '../../project';
import type { AgentConfig, DiffResult, Manifest } from '../../protocol';
import type { LiveVersion, ServerAgent } from './preview/drift';
import type { AgentRecord, ProjectRecords } from './records';

/** Whose agents: a project's, in the environment that is worked in. */
export type SourceScope = Pick<Manifest, 'project' | 'environment'>;

/**
 * What a server has now of the agents of a project.
 * @param known spares a question for each version that was seen before
 * @throws ApiError or ConnectionError when the server cannot be asked.
 */
export async function serverAgents(
  client: TavoraClient,
  scope: SourceScope,
  known: ProjectRecords,
  o: { signal?: AbortSignal } = {},
): Promise<ServerAgent[]> {
  const configs = (await client.configs.list(o)).filter((one) => isOf(one, scope, known));
  const agents = configs.map(async (config): Promise<ServerAgent[]> => {
    const localId = config.code_first_local_id;
    if (!localId) {
      return [];
    }
    const live = await liveVersion(client, config, known[localId], o);
    const { draft_source_hash: draft } = config;
    return [
      {
        serverId: config.id,
        localId,
        ...(live ? { live } : {}),
        ...(draft === undefined ? {} : { draft: draft ?? '' }),
      },
    ];
  });
  return (await Promise.all(agents)).flat();
}

/**
 * Brings records up to date with what a server really has: of agents that it lost only what the working tree has of
 * them is kept, a draft or a deployment that came from somewhere else is noticed.
 * @param manifest the project's source for the environment that is asked about
 * @throws ApiError or ConnectionError when the server cannot be asked.
 */
export async function recordsFromServer(
  client: TavoraClient,
  project: AgentProject,
  manifest: Manifest,
  known: ProjectRecords,
): Promise<ProjectRecords> {
  const agents = await serverAgents(client, manifest, known);
  const told = agents.every(({ draft }) => draft !== undefined);
  const diff = agents.length === 0 || told ? undefined : await differences(client, manifest);
  const there = agents.map(
    (agent) => [agent.localId, recordOf(project, agent, known[agent.localId], diff)] as const,
  );
  return { ...withoutServer(known), ...Object.fromEntries(there) };
}

/** What working trees are based on, which stays true, and is to be told, when the server has it no more. */
function withoutServer(known: ProjectRecords): ProjectRecords {
  return Object.fromEntries(
    Object.entries(known).flatMap(([id, { base, common }]): [string, AgentRecord][] =>
      base || common ? [[id, { ...(base ? { base } : {}), ...(common ? { common } : {}) }]] : [],
    ),
  );
}

function recordOf(
  project: AgentProject,
  { serverId, localId, live, draft }: ServerAgent,
  known: AgentRecord | undefined,
  diff: DiffResult | undefined,
): AgentRecord {
  const local = project.agents.find(({ id }) => id === localId)?.sourceHash;
  const { at = '', semver = '', versionId = '', hash = '' } = live ?? {};
  const base = live && hash !== '' && hash === local ? { semver, versionId } : known?.base;
  const synced =
    draft === undefined ? syncedByDiff(project, localId, known, diff) : syncedAs(draft, local, known);
  return {
    serverId,
    ...(synced ? { synced } : {}),
    ...(live ? { deployed: { hash, at, semver, versionId } } : {}),
    ...(base ? { base } : {}),
    ...commonOf(local, synced, known),
  };
}

/** What both sides have just been found to have, else what they had before. */
function commonOf(
  local: string | undefined,
  synced: AgentRecord['synced'],
  known: AgentRecord | undefined,
): Pick<AgentRecord, 'common'> {
  const common = local !== undefined && synced?.hash === local ? local : known?.common;
  return common ? { common } : {};
}

/**
 * Whether an agent is the project's, in the scope's environment. A server that does not say the environment of an
 * agent is believed by the id that it gave when this was synced.
 */
function isOf(config: AgentConfig, { project, environment }: SourceScope, known: ProjectRecords): boolean {
  if (config.code_first_project !== project) {
    return false;
  }
  const { code_first_environment: said, code_first_local_id: localId } = config;
  if (typeof said === 'string') {
    return said === (environment ?? '');
  }
  return !environment || (localId ? known[localId]?.serverId : undefined) === config.id;
}

/** @returns undefined when the server cannot compare, or not these files; what was recorded is believed then. */
async function differences(client: TavoraClient, manifest: Manifest): Promise<DiffResult | undefined> {
  try {
    return await client.source.diff(manifest);
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) {
      return undefined;
    }
    throw error;
  }
}

function syncedByDiff(
  project: AgentProject,
  id: string,
  known: AgentRecord | undefined,
  diff: DiffResult | undefined,
): AgentRecord['synced'] {
  const agent = project.agents.find((one) => one.id === id);
  if (!diff || !agent) {
    return known?.synced;
  }
  const folder = agent.configPath.slice(0, agent.configPath.lastIndexOf('/') + 1);
  const same = !diff.paths.some(({ path }) => agent.files.includes(path) || path.startsWith(folder));
  return same ? { hash: agent.sourceHash, at: known?.synced?.at ?? '' } : otherDraft(agent.sourceHash, known);
}

function syncedAs(
  draft: string,
  local: string | undefined,
  known: AgentRecord | undefined,
): AgentRecord['synced'] {
  if (draft === '') {
    return undefined;
  }
  return draft === local ? { hash: draft, at: known?.synced?.at ?? '' } : otherDraft(local, known);
}

/** The server has a draft, and it is not what the files say now. */
function otherDraft(local: string | undefined, known: AgentRecord | undefined): AgentRecord['synced'] {
  const hash = known?.synced?.hash === local ? '' : (known?.synced?.hash ?? '');
  return { hash, at: known?.synced?.at ?? '' };
}

/** @returns undefined when nothing is live. */
async function liveVersion(
  client: TavoraClient,
  config: AgentConfig,
  known: AgentRecord | undefined,
  o: { signal?: AbortSignal },
): Promise<LiveVersion | undefined> {
  const versionId = config.active_version_id;
  if (!versionId) {
    return undefined;
  }
  const { active_source_hash: told, active_created_by: author } = config;
  const by = author ? { by: author } : {};
  if (known?.deployed?.versionId === versionId) {
    const { hash, at, semver } = known.deployed;
    return { ...liveOf(versionId, semver, at, told ?? hash), ...by };
  }
  if (config.active_semver && told) {
    return { ...liveOf(versionId, config.active_semver, config.published_at ?? '', told), ...by };
  }
  const { semver, created_at, created_by, source_hash } = await client.configs.version(
    config.id,
    versionId,
    o,
  );
  return {
    ...liveOf(versionId, semver, created_at, told ?? source_hash),
    ...(created_by ? { by: created_by } : {}),
  };
}

function liveOf(versionId: string, semver: string, at: string, hash: string | null | undefined): LiveVersion {
  return { versionId, semver, at, ...(hash ? { hash } : {}) };
}
