import { ApiError, ConnectionError, isUnserved, type TavoraClient } from '../../client';
import type { EvalRun } from '../../protocol';
import type { Connection } from '../connection';
import type { AgentSource, Archive, VersionEntry } from '../delivery';
import type { EvalHistory } from '../evals';
import { isCancellation, PoliteError, sentence } from '../shared/errors';

/** A deployed version as its row shows it. */
export interface VersionInfo {
  id: string;
  semver: string;
  /** ISO 8601. */
  at: string;
  /** Who deployed it, or from where, where that is known. */
  by?: string;
  live: boolean;
  sourceHash?: string;
  /** The newest complete verdict of evals over it. */
  score?: { average: number; passed: number; total: number };
}

export interface VersionList {
  /** Newest first. */
  versions: VersionInfo[];
  /** What the list does not hold, and why. */
  note?: string;
}

/** How long a list counts as the server's, in milliseconds, when nothing was deployed from here. */
const listMs = 30_000;
/** The most runs that a server gives of an agent. */
const mostRuns = 50;

/** The deployed versions of agents, from the server or, while it cannot be asked, from what was deployed here. */
export class VersionHistory {
  private readonly lists = new Map<string, { since: number; list: Promise<VersionList> }>();

  constructor(
    private readonly connection: Connection,
    private readonly archive: Archive,
    private readonly evals: Pick<EvalHistory, 'of'>,
  ) {}

  /** @returns an agent's versions. Never throws for a server that cannot be asked: the list then says so. */
  async list(agent: AgentSource, live: string | undefined): Promise<VersionList> {
    const key = JSON.stringify([agent, live]);
    const known = this.lists.get(key);
    if (known && Date.now() - known.since < listMs) return await known.list;
    const list = this.read(agent, live);
    this.lists.set(key, { since: Date.now(), list });
    try {
      const found = await list;
      if (found.note) this.lists.delete(key);
      return found;
    } catch (error) {
      this.lists.delete(key);
      throw error;
    }
  }

  /** Has the next list ask the server again. */
  forget(): void {
    this.lists.clear();
  }

  private async read(agent: AgentSource, live: string | undefined): Promise<VersionList> {
    const here = await this.archive.versions(agent, agent.server, agent.environment);
    try {
      const recorded = {
        versions: new Map(here.map((entry) => [entry.versionId, entry])),
        runs: new Map((await this.evals.of(agent)).map(({ runId, sourceHash }) => [runId, sourceHash])),
      };
      return { versions: await fromServer(await this.connection.client(), agent, recorded) };
    } catch (error) {
      if (isCancellation(error) || !isRefusal(error)) throw error;
      const { label } = this.connection.state.server;
      const why = isUnserved(error) ? `${label} has no versions of it` : sentence(error).replace(/\.$/, '');
      const versions = here.map((entry) => {
        const { versionId, semver, deployedAt, sourceHash } = entry;
        return {
          id: versionId,
          semver,
          at: deployedAt,
          by: originOf(entry),
          live: versionId === live,
          sourceHash,
        };
      });
      return { versions, note: `Only what was deployed from here: ${why}.` };
    }
  }
}

/** What this workspace noted, for a server that tells less: what it deployed, and the source hashes of runs. */
interface Recorded {
  versions: ReadonlyMap<string, VersionEntry>;
  runs: ReadonlyMap<string, string>;
}

async function fromServer(
  client: TavoraClient,
  { serverId }: AgentSource,
  recorded: Recorded,
): Promise<VersionInfo[]> {
  const [versions, config, runs] = await Promise.all([
    client.configs.versions(serverId),
    client.configs.get(serverId),
    runsOf(client, serverId),
  ]);
  return versions.map((version) => {
    const mine = recorded.versions.get(version.id);
    // What this workspace knows of it is nearer to a person than what the server can name.
    const by = mine ? originOf(mine) : version.created_by || undefined;
    const sourceHash = version.source_hash || mine?.sourceHash;
    const run = runs.find(
      (one) =>
        one.agent_version_id === version.id ||
        (sourceHash && (one.source_hash || recorded.runs.get(one.id)) === sourceHash),
    );
    return {
      id: version.id,
      semver: version.semver,
      at: version.created_at,
      live: version.id === config.active_version_id,
      ...(by ? { by } : {}),
      ...(sourceHash ? { sourceHash } : {}),
      ...(run ? { score: { average: run.average_score, passed: run.passed, total: run.total_cases } } : {}),
    };
  });
}

/** @returns the runs of all cases that have ended, newest first; none where a server has no evals. */
async function runsOf(client: TavoraClient, serverId: string): Promise<EvalRun[]> {
  try {
    const runs = await client.evals.ofAgent(serverId, { limit: mostRuns });
    return runs.filter(({ status, complete_suite }) => status === 'completed' && complete_suite !== false);
  } catch (error) {
    if (isUnserved(error)) return [];
    throw error;
  }
}

/** How a version that this workspace deployed came about. */
function originOf({ from }: VersionEntry): string {
  return from ? `promoted from ${from}` : 'from here';
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError || error instanceof ConnectionError || error instanceof PoliteError;
}
