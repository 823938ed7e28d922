import { hasEnded, type TavoraClient, unlessUnserved } from '../../../client';
import type { AgentVersion } from '../../../protocol';
import { sentence } from '../../shared/errors';
import { type EvalOwner, type EvalRecord, recordsOfRun } from './record';

/** The most that a server tells of an agent's runs. */
const mostRuns = 50;

/** How many runs are read at once. */
const atOnce = 4;

/** What a server told of an agent. */
export interface ServerHistory {
  /** The results that were not known; undefined when the server keeps no runs. */
  records: EvalRecord[] | undefined;
  /** Its deployed versions, as far as the server tells. */
  versions: AgentVersion[];
}

/**
 * Reads the runs of an agent that have ended and are not known yet, wherever they were started.
 * @param serverId the server's id of the agent
 * @param known how many results of each run are known, by its id
 * @param warn told in a sentence which run could not be read; the others are still read
 * @throws ApiError or ConnectionError when the server cannot be asked.
 */
export async function historyFromServer(
  client: TavoraClient,
  owner: EvalOwner,
  serverId: string,
  known: ReadonlyMap<string, number>,
  warn: (message: string) => void,
  signal?: AbortSignal,
): Promise<ServerHistory> {
  const o = signal ? { signal } : {};
  const [versions, runs] = await Promise.all([
    unlessUnserved(client.configs.versions(serverId, o)),
    unlessUnserved(client.evals.ofAgent(serverId, { limit: mostRuns }, o)),
  ]);
  if (!runs) return { records: undefined, versions: versions ?? [] };
  const wanted = runs.filter((run) => hasEnded(run) && run.passed + run.failed > (known.get(run.id) ?? 0));
  const semvers = new Map((versions ?? []).map(({ id, semver }) => [id, semver]));
  const found: EvalRecord[] = [];
  const next = wanted.values();
  const worker = async () => {
    for (const run of next) {
      try {
        const detail = await client.evals.run(run.id, o);
        const semver = semvers.get(run.agent_version_id ?? '');
        // A run without a target is of what is live: the API's default.
        found.push(...recordsOfRun(owner, detail, { target: 'live', ...(semver ? { semver } : {}) }));
      } catch (error) {
        signal?.throwIfAborted();
        warn(`The eval run ${run.id} of ${owner.agentId} could not be read: ${sentence(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { records: found, versions: versions ?? [] };
}
