import { isUnserved, type TavoraClient } from '../../../client';
import { type Agent, contentOf } from '../../../project';
import type { AgentVersion, ManifestAgent } from '../../../protocol';
import type { AgentSource, Snapshot } from './source';

/** Loaded when a server gives only parts. */
const reading = () => import('./parts');

/**
 * A deployed version as a server gives it: its files, or the parts that the public answer holds.
 * @throws ApiError, ConnectionError; ManifestError for files that do not fit their hashes.
 */
export async function versionFromServer(
  client: TavoraClient,
  { serverId, agentId }: AgentSource,
  versionId: string,
  known: Agent | undefined,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const exported = await client.configs.versionFiles(serverId, versionId, { signal });
  if (exported) return wholeOf(exported);
  const { partsOf } = await reading();
  const version = await client.configs.version(serverId, versionId, { signal });
  return {
    ...partsOf(version, agentId, known),
    ...(version.source_hash ? { sourceHash: version.source_hash } : {}),
  };
}

/**
 * The draft as a server gives it: its files, or the parts that the public answer holds.
 * @returns undefined when the server does not have the agent.
 * @throws as versionFromServer.
 */
export async function draftFromServer(
  client: TavoraClient,
  { project, environment, serverId, agentId }: AgentSource,
  known: Agent | undefined,
  signal?: AbortSignal,
): Promise<Snapshot | undefined> {
  const exported = await client.source.export(project, {
    ...(environment ? { environment } : {}),
    signal,
  });
  const found = exported?.agents.find(({ id }) => id === agentId);
  if (found) return wholeOf(found);
  if (exported || !serverId) return undefined;
  const { partsOf } = await reading();
  try {
    return partsOf(await client.configs.get(serverId, { signal }), agentId, known);
  } catch (error) {
    if (isUnserved(error)) return undefined;
    throw error;
  }
}

/** @returns the version of an agent that was made of a state of source, where the server says so. */
export async function versionOfSource(
  client: TavoraClient,
  serverId: string,
  sourceHash: string,
  signal?: AbortSignal,
): Promise<AgentVersion | undefined> {
  const versions = await client.configs.versions(serverId, { signal });
  return versions.find((one) => one.source_hash === sourceHash);
}

function wholeOf({ sourceHash, files }: ManifestAgent): Snapshot {
  return { files: new Map(files.map((file) => [file.path, contentOf(file)])), complete: true, sourceHash };
}
