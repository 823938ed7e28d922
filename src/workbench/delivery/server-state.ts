import { ApiError, type TavoraClient } from '../../client';
import { type AgentProject, buildManifest } from '../../project';
import type { AgentConfig, DiffResult } from '../../protocol';
import type { AgentRecord, ProjectRecords } from './records';

/**
 * Brings records up to date with what a server really has: agents that it lost are forgotten, a draft or a
 * deployment that came from somewhere else is noticed.
 * @throws ApiError or ConnectionError when the server cannot be asked.
 */
export async function recordsFromServer(
  client: TavoraClient,
  project: AgentProject,
  known: ProjectRecords,
): Promise<ProjectRecords> {
  const configs = (await client.configs.list()).filter((one) => one.code_first_project === project.name);
  if (configs.length === 0) {
    return {};
  }
  const diff = await differences(client, project);
  const records: ProjectRecords = {};
  for (const config of configs) {
    const id = config.code_first_local_id;
    if (id) {
      records[id] = {
        serverId: config.id,
        ...syncedNow(project, id, known[id], diff),
        ...(await deployedNow(client, config, known[id])),
      };
    }
  }
  return records;
}

/** @returns undefined when the server cannot compare, or not these files; what was recorded is believed then. */
async function differences(client: TavoraClient, project: AgentProject): Promise<DiffResult | undefined> {
  try {
    return await client.source.diff(buildManifest(project));
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) {
      return undefined;
    }
    throw error;
  }
}

function syncedNow(
  project: AgentProject,
  id: string,
  known: AgentRecord | undefined,
  diff: DiffResult | undefined,
): Pick<AgentRecord, 'synced'> {
  const agent = project.agents.find((one) => one.id === id);
  if (!diff || !agent) {
    return known?.synced ? { synced: known.synced } : {};
  }
  const folder = agent.configPath.slice(0, agent.configPath.lastIndexOf('/') + 1);
  const same = !diff.paths.some(({ path }) => agent.files.includes(path) || path.startsWith(folder));
  if (same) {
    return { synced: { hash: agent.sourceHash, at: known?.synced?.at ?? '' } };
  }
  // The server has a draft, and it is not what the files say now.
  const hash = known?.synced?.hash === agent.sourceHash ? '' : (known?.synced?.hash ?? '');
  return { synced: { hash, at: known?.synced?.at ?? '' } };
}

async function deployedNow(
  client: TavoraClient,
  config: AgentConfig,
  known: AgentRecord | undefined,
): Promise<Pick<AgentRecord, 'deployed'>> {
  const versionId = config.active_version_id;
  if (!versionId) {
    return {};
  }
  if (known?.deployed?.versionId === versionId) {
    return { deployed: known.deployed };
  }
  const { semver, created_at } = await client.configs.version(config.id, versionId);
  return { deployed: { hash: '', at: created_at, semver, versionId } };
}
