import { unlessUnserved } from '../../client';
import type { Begun } from '../connection';
import { isSameServer, lookAtStaged, type Place } from '../delivery';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import type { WorkspaceProject } from '../shared/workspaces';
import type { RunContext } from './history';

/** An agent where its evals are run. */
export interface PlacedAgent {
  /** The server's id of it. */
  serverId: string;
  /** Over what its evals are run, as far as it is known before. */
  over: RunContext;
}

/** Where the evals of a project are run: fixed for the whole test run, whatever is chosen or deployed meanwhile. */
export interface RunPlace extends Begun {
  /** By the agents' ids in their files. */
  agents: ReadonlyMap<string, PlacedAgent>;
  /** What had to be done first that nobody asked for, as sentences. */
  notes: readonly string[];
}

/**
 * Brings the chosen server up to date for a draft, and finds out over what the evals of agents are run there.
 * @param ids of the agents, in their files
 * @throws as `Drafts.ensureSynced`; PoliteError when another server is chosen meanwhile.
 */
export async function placeOf(
  services: Pick<Services, 'connection' | 'drafts'>,
  project: WorkspaceProject,
  ids: readonly string[],
  target: 'draft' | 'live',
  signal: AbortSignal,
): Promise<RunPlace> {
  const { drafts, connection } = services;
  const chosen = await drafts.place(project, signal);
  const { server } = chosen;
  const place =
    target === 'draft'
      ? await draftPlace(services, project, ids, chosen, signal)
      : await livePlace(services, project, ids, chosen);
  const now = connection.state.server;
  if (!isSameServer(server, now)) {
    throw new PoliteError(`${now.label} was chosen in the place of ${server.label}, so nothing was run.`);
  }
  return place;
}

async function draftPlace(
  { drafts }: Pick<Services, 'drafts'>,
  project: WorkspaceProject,
  ids: readonly string[],
  { server, client, scope }: Place,
  signal: AbortSignal,
): Promise<RunPlace> {
  const { agents: synced } = await drafts.ensureSynced(project, signal, ids);
  const hashOf = (id: string) => drafts.recordsAt(server, scope.project)[id]?.synced?.hash ?? '';
  const sent = synced
    .filter(({ localId }) => ids.includes(localId))
    .map(({ localId, agentId }) => ({ localId, serverId: agentId, sourceHash: hashOf(localId) }));
  // This window knows what it sent, not whether another has sent a draft since.
  const replaced = (await unlessUnserved(lookAtStaged(client, scope, sent, signal)))?.replaced ?? [];
  const notes: string[] = [];
  if (replaced.length > 0) {
    await drafts.sync(project, signal, ids);
    const names = replaced.map((id) => `"${id}"`).join(', ');
    notes.push(
      `The draft of ${names} on ${server.label} was another one; the files of this workspace were sent again.`,
    );
  }
  const agents = sent.map(({ localId, serverId }) => {
    const sourceHash = hashOf(localId);
    const over: RunContext = { target: 'draft', ...(sourceHash ? { sourceHash } : {}) };
    return [localId, { serverId, over }] as const;
  });
  return { server, client, agents: new Map(agents), notes };
}

async function livePlace(
  { drafts }: Pick<Services, 'drafts'>,
  project: WorkspaceProject,
  ids: readonly string[],
  { server, client }: Begun,
): Promise<RunPlace> {
  // Another may have deployed since: the results are of what is live now.
  await drafts.refresh();
  const records = drafts.recordsAt(server, project.project.name);
  const agents = ids.flatMap((id) => {
    const { serverId, deployed } = records[id] ?? {};
    if (serverId === undefined) return [];
    const over: RunContext = {
      target: 'live',
      ...(deployed?.hash ? { sourceHash: deployed.hash } : {}),
      ...(deployed ? { semver: deployed.semver, versionId: deployed.versionId } : {}),
    };
    return [[id, { serverId, over }] as const];
  });
  return { server, client, agents: new Map(agents), notes: [] };
}
