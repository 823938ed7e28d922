import type { TavoraClient } from '../../../client';
import { type Agent, fileHashes, folderOf, type SourceFiles } from '../../../project';
import { type ReceivedSource, receiveSource } from '../../../project/merge';
import type { AgentConfig, ManifestAgent } from '../../../protocol';
import { inParallel } from '../../shared/in-parallel';
import type { Archive } from '../archive';
import { partsOf } from '../files/parts';
import { versionFromServer } from '../files/server-files';
import type { Snapshot } from '../files/source';
import type { ServerAgent } from '../preview/drift';
import type { ProjectRecords } from '../records';
import { type SourceScope, serverAgents } from '../server-state';

/** How many agents are read at a time. */
const width = 4;

/** Where a source is rebuilt from. */
export interface Remains {
  client: TavoraClient;
  scope: SourceScope;
  archive: Archive;
  /** The key that the records use. */
  server: string;
  known: ProjectRecords;
  /** The one agent that is meant; undefined for all. */
  only?: string | undefined;
  /** An agent of the working tree, which says where its parts belong, with the text of its config. */
  here(agentId: string): { agent: Agent; config: string } | undefined;
}

/**
 * What can be had of a project from a server that does not give out its source: of an agent whose live version went
 * there from this workspace what was sent last, of others what the server tells of the version that is live, or of the
 * agent. One that is not in the working tree gets an `agent.jsonc` made of that. A file that agents share in different
 * states is that of the agent that went there last.
 * @throws ApiError, ConnectionError; ReceivedError for what must not be written.
 */
export async function rebuildSource(remains: Remains, signal: AbortSignal): Promise<ReceivedSource> {
  const { client, scope, known, only } = remains;
  const agents = await serverAgents(client, scope, known, { signal });
  const there = agents.filter(({ localId }) => only === undefined || localId === only);
  const found = await inParallel(there, width, async (agent) => {
    const sent = await sentFromHere(remains, agent);
    const { localId: id, live } = agent;
    return { id, ...(sent ?? { at: live?.at ?? '', snapshot: await told(remains, agent, signal) }) };
  });
  const outdated = outdatedPaths(found);
  const received = await receiveSource({
    project: scope.project,
    agents: found.map(({ id, snapshot }) => {
      const files = [...snapshot.files].filter(([path]) => !outdated.get(id)?.includes(path));
      return manifestAgent(id, new Map(files));
    }),
  });
  const parts = new Set(found.flatMap(({ id, snapshot }) => (snapshot.complete ? [] : [id])));
  return {
    files: received.files,
    agents: received.agents.map((agent) => {
      const paths = outdated.get(agent.id);
      if (parts.has(agent.id)) return { ...agent, partial: true };
      return paths ? { ...agent, partial: true, outdated: paths } : agent;
    }),
  };
}

/** An agent as it was found. */
interface Found {
  id: string;
  /** When it went to the server like this, ISO 8601; "" when nobody knows. */
  at: string;
  snapshot: Snapshot;
}

/** @returns by agent, the files that another one has in another state, which went to the server later. */
function outdatedPaths(found: readonly Found[]): Map<string, string[]> {
  const newest = new Map<string, string>();
  const outdated = new Map<string, string[]>();
  const time = ({ at }: Found) => Date.parse(at) || 0;
  for (const { id, snapshot } of [...found].sort((a, b) => time(b) - time(a))) {
    for (const { path, hash } of fileHashes(snapshot.files)) {
      if (newest.has(path) && newest.get(path) !== hash) {
        outdated.set(id, [...(outdated.get(id) ?? []), path]);
      } else {
        newest.set(path, hash);
      }
    }
  }
  return outdated;
}

/** What this workspace sent last, as long as nobody else is known to have deployed since. */
async function sentFromHere(
  { archive, server, scope, known }: Remains,
  { localId, live }: ServerAgent,
): Promise<Omit<Found, 'id'> | undefined> {
  const place = { project: scope.project, agentId: localId };
  const version = live && (await archive.version(place, { server, versionId: live.versionId }));
  if (live && !version) {
    return undefined;
  }
  const deployed = version && { hash: version.sourceHash, at: version.deployedAt };
  for (const state of [known[localId]?.synced, deployed]) {
    const files = state?.hash ? await archive.files(place, state.hash) : undefined;
    if (state && files) {
      const snapshot = { files: new Map(files.map(({ path, bytes }) => [path, bytes])), complete: true };
      return { at: state.at, snapshot };
    }
  }
  return undefined;
}

async function told(
  { client, scope, server, here }: Remains,
  { localId, serverId, live }: ServerAgent,
  signal: AbortSignal,
): Promise<Snapshot> {
  const mine = here(localId);
  const config = await client.configs.get(serverId, { signal });
  const { project, environment = '' } = scope;
  const source = { server, project, environment, agentId: localId, serverId };
  const snapshot = live
    ? await versionFromServer(client, source, live.versionId, mine?.agent, signal)
    : partsOf(config, localId, mine?.agent);
  if (snapshot.complete) {
    return snapshot;
  }
  // The server keeps no config: it stays what it is here.
  const path = mine?.agent.configPath ?? `agents/${localId}/agent.jsonc`;
  const text = mine?.config ?? configText(localId, config, snapshot.files, folderOf(path));
  return { ...snapshot, files: new Map([[path, new TextEncoder().encode(text)], ...snapshot.files]) };
}

/** What an agent's config says as far as a server tells it; the parts that came with it are named. */
function configText(
  id: string,
  { name, description, provider, model, enabled_capabilities: capabilities }: AgentConfig,
  files: SourceFiles,
  folder: string,
): string {
  const own = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
  const parts = own.map((path) => path.slice(folder.length + 1));
  const persona = parts.find((path) => path === 'persona.md');
  const skills = parts.filter((path) => path !== persona);
  const config = {
    id,
    name,
    ...(description ? { description } : {}),
    model: provider ? `${provider}/${model}` : model,
    ...(persona ? { persona } : {}),
    ...(capabilities ? { capabilities } : {}),
    ...(skills.length > 0 ? { skills } : {}),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function manifestAgent(id: string, files: SourceFiles): ManifestAgent {
  const hashes = new Map(fileHashes(files).map(({ path, hash }) => [path, hash]));
  return {
    id,
    sourceHash: '',
    files: [...files].map(([path, bytes]) => ({
      path,
      hash: hashes.get(path) ?? '',
      size: bytes.byteLength,
      content: Buffer.from(bytes).toString('base64'),
    })),
  };
}
