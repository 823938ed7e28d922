import { hasEnded, isUnserved, type TavoraClient } from '../../../client';
import type { EvalRun } from '../../../protocol';
import { sentence } from '../../shared/errors';
import { type EvalOwner, type EvalRecord, recordsOfRun } from './record';

/** The most that a server tells of an agent's runs. */
const mostRuns = 50;

/** How many runs are read at once. */
const atOnce = 4;

/**
 * Reads the runs of an agent that have ended and are not known yet, wherever they were started.
 * @param serverId the server's id of the agent
 * @param known how many results of each run are known, by its id
 * @param warn told in a sentence which run could not be read; the others are still read
 * @returns undefined when the server keeps no runs.
 * @throws ApiError or ConnectionError when the server cannot be asked.
 */
export async function runsFromServer(
  client: TavoraClient,
  owner: EvalOwner,
  serverId: string,
  known: ReadonlyMap<string, number>,
  warn: (message: string) => void,
  signal?: AbortSignal,
): Promise<EvalRecord[] | undefined> {
  const o = signal ? { signal } : {};
  let runs: EvalRun[];
  try {
    runs = await client.evals.ofAgent(serverId, { limit: mostRuns }, o);
  } catch (error) {
    if (isUnserved(error)) return undefined;
    throw error;
  }
  const wanted = runs.filter((run) => hasEnded(run) && run.passed + run.failed > (known.get(run.id) ?? 0));
  const semvers = wanted.some((run) => run.agent_version_id)
    ? await semversOf(client, serverId, signal)
    : new Map<string, string>();
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
  return found;
}

/** The semver of each deployed version, by its id. */
async function semversOf(
  client: TavoraClient,
  serverId: string,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  try {
    const versions = await client.configs.versions(serverId, signal ? { signal } : {});
    return new Map(versions.map(({ id, semver }) => [id, semver]));
  } catch (error) {
    if (isUnserved(error)) return new Map();
    throw error;
  }
}
