import { hasEnded, type TavoraClient, unlessUnserved } from '../../../client';
import { type Agent, CaseLabels } from '../../../project';
import type { AgentVersion, EvalRun } from '../../../protocol';
import { type EvalOwner, type EvalRecord, recordsOfRun } from './record';

/** The most that a server tells of an agent's runs. */
const mostRuns = 50;

/** How many runs are read at once. */
const atOnce = 4;

/** What a server told of an agent. */
export interface ServerHistory {
  /** The results that were not known; undefined when the server keeps no runs. */
  records: EvalRecord[] | undefined;
  /** The runs that they were read from. */
  read: EvalRun[];
  /** Its deployed versions, as far as the server tells. */
  versions: AgentVersion[];
}

/**
 * Reads the runs of an agent that have ended and are not known yet, wherever they were started.
 * @param of the agent, as its files are here, and the server's id of it
 * @param known how many results of each run are known, by its id
 * @param warn told in a sentence which run could not be read; the others are still read
 * @throws ApiError or ConnectionError when the server cannot be asked.
 */
export async function historyFromServer(
  client: TavoraClient,
  owner: EvalOwner,
  { agent, serverId }: { agent: Agent; serverId: string },
  known: ReadonlyMap<string, number>,
  warn: (message: string) => void,
  signal?: AbortSignal,
): Promise<ServerHistory> {
  const o = signal ? { signal } : {};
  const [versions, runs] = await Promise.all([
    unlessUnserved(client.configs.versions(serverId, o)),
    unlessUnserved(client.evals.ofAgent(serverId, { limit: mostRuns }, o)),
  ]);
  if (!runs) return { records: undefined, read: [], versions: versions ?? [] };
  const labels = await CaseLabels.read(agent, () => client.evals.caseFiles(serverId, o));
  const wanted = runs.filter((run) => hasEnded(run) && run.passed + run.failed > (known.get(run.id) ?? 0));
  const semvers = new Map((versions ?? []).map(({ id, semver }) => [id, semver]));
  const found: EvalRecord[] = [];
  const read: EvalRun[] = [];
  const next = wanted.values();
  const worker = async () => {
    for (const run of next) {
      try {
        const detail = await client.evals.run(run.id, o);
        const semver = semvers.get(run.agent_version_id ?? '');
        // Only a version that was deployed has a name; a run of which nothing is told may be of a draft.
        const said = semver ? ({ target: 'live', semver } as const) : {};
        found.push(...recordsOfRun(owner, detail, said, labels, agent.evals));
        read.push(run);
      } catch (error) {
        signal?.throwIfAborted();
        const why = error instanceof Error ? error.message : String(error);
        warn(`The eval run ${run.id} of ${owner.agentId} could not be read: ${why}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { records: found, read, versions: versions ?? [] };
}
