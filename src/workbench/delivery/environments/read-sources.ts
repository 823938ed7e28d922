import { PoliteError } from '../../shared/errors';
import { inParallel } from '../../shared/in-parallel';
import type { ServerAgent } from '../preview/drift';
import type { DeliveryServices } from '../services';
import { askVersion } from './ask';
import { asked } from './asked';
import type { EnvironmentReader, LiveSource } from './live';
import type { Promotion } from './promotion';

/** How many versions are read at a time. */
const width = 4;

/**
 * Reads what is live in an environment, with the choice of an earlier version where one agent is meant; and of which
 * agents nothing is.
 * @param agentId undefined for all that is live
 * @throws PoliteError when nothing is; CancellationError when the person leaves.
 */
export async function readSources(
  { connection, drafts }: Pick<DeliveryServices, 'connection' | 'drafts'>,
  reader: EnvironmentReader,
  agentId: string | undefined,
): Promise<Pick<Promotion, 'sources' | 'notLive'>> {
  const { server } = reader;
  const { label } = server;
  const what = agentId ?? reader.project;
  const known = drafts.recordsAt(server, reader.project);
  const title = `Reading what is live on ${label}`;
  const there = (await asked(connection, server, title, (signal) => reader.agents(known, signal))).filter(
    ({ localId }) => agentId === undefined || localId === agentId,
  );
  const live = there.flatMap((agent) => (agent.live ? [{ agent, version: agent.live }] : []));
  const [only] = live;
  if (!only) {
    throw new PoliteError(`Nothing of ${what} is live on ${label}. Deploy it there first.`);
  }
  const chosen = agentId === undefined ? live : [await chooseVersion(connection, reader, only.agent)];
  const sources = await asked(connection, server, title, (signal) =>
    inParallel(chosen, width, ({ agent, version }) => reader.source(agent, version, signal)),
  );
  return { sources, notLive: there.flatMap(({ localId, live }) => (live ? [] : localId)).sort() };
}

async function chooseVersion(
  connection: DeliveryServices['connection'],
  reader: EnvironmentReader,
  agent: ServerAgent,
): Promise<Pick<LiveSource, 'agent' | 'version'>> {
  const { localId, live } = agent;
  const title = `Reading the versions of ${localId}`;
  const versions = await asked(connection, reader.server, title, (signal) => reader.versions(agent, signal));
  return { agent, version: await askVersion(localId, versions, live) };
}
