import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, hasEnded, isUnserved, type TavoraClient } from '../../../client';
import { type DeployRequest, type DeployResult, type EvalRun, errorCodes } from '../../../protocol';

/** How often it is looked whether the server has begun a run, in milliseconds: the API says so only when asked. */
const lookMs = 1_000;
/** How many agents' runs are followed; of more, the first ones stand for all. */
const followed = 5;

/** An agent that evals decide on. */
export interface GatedAgent {
  localId: string;
  /** The server's id of the agent. */
  serverId: string;
}

interface Way {
  signal: AbortSignal;
  /** Says how far the evals are. */
  step(message: string): void;
  /** Milliseconds between two looks; those of a server under load when left out. */
  everyMs?: number;
}

/**
 * Deploys, and tells how far the evals are that decide on it. A server that does not wait for their end (409
 * `evals_running`) is asked again when they have ended; its verdict then counts. Runs that this deployment began are
 * stopped when it is given up.
 * @throws ApiError 422 `evals_failed` and every other refusal; ConnectionError.
 */
export async function deployThroughGate(
  client: TavoraClient,
  request: DeployRequest,
  gated: readonly GatedAgent[],
  way: Way,
): Promise<DeployResult> {
  const runs = new Runs(client, gated.slice(0, followed), way);
  await runs.remember();
  for (;;) {
    const deployed = client.source.deploy(request, { signal: way.signal });
    try {
      return await runs.watchDuring(deployed);
    } catch (error) {
      if (way.signal.aborted) {
        await runs.stopOwn();
        throw error;
      }
      if (!(error instanceof ApiError) || error.code !== errorCodes.evalsRunning) {
        throw error;
      }
      await runs.followToEnd(runsNamedBy(error));
    }
  }
}

/** @returns the ids of the runs that a refusal says to wait for; none from a server that does not name them. */
function runsNamedBy({ details: { runs, run_id } }: ApiError): string[] {
  const listed = Array.isArray(runs) ? runs.flatMap((run: { id?: unknown }) => run?.id ?? []) : [];
  return [...new Set([...listed, run_id])].filter((id) => typeof id === 'string');
}

/** The eval runs of the agents that are being deployed. */
class Runs {
  /** The newest run of each agent before the deployment, which it did not begin. */
  private readonly before = new Map<string, string | undefined>();
  private readonly own = new Set<string>();
  /** How far each run is. */
  private readonly far = new Map<string, { done: number; total: number }>();

  constructor(
    private readonly client: TavoraClient,
    private readonly agents: readonly GatedAgent[],
    private readonly way: Way,
  ) {}

  async remember(): Promise<void> {
    for (const { serverId } of this.agents) {
      this.before.set(serverId, (await this.newest(serverId, this.way.signal))?.id);
    }
  }

  /** Tells of the runs until something is done. */
  async watchDuring<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const watching = Promise.all(this.agents.map((agent) => this.watch(agent, over.signal)));
    try {
      return await work;
    } finally {
      over.abort();
      await watching;
    }
  }

  /** Tells of runs until they have ended: of those that are named, else of those that are under way. */
  async followToEnd(named: readonly string[]): Promise<void> {
    const { signal, everyMs } = this.way;
    try {
      const ids = named.length > 0 ? named : await this.underWay();
      for (const id of ids) {
        this.own.add(id);
      }
      await Promise.all(ids.map((id) => this.follow(id, signal)));
      // They may have ended already, and the server not have noticed; it is not to be asked without a pause.
      if (ids.length === 0) await wait(everyMs ?? lookMs, undefined, { signal });
    } catch (error) {
      if (this.way.signal.aborted) {
        await this.stopOwn();
      }
      throw error;
    }
  }

  /** Stops the runs that would not be without this deployment. */
  async stopOwn(): Promise<void> {
    for (const { serverId } of this.agents) {
      const newest = await this.newest(serverId);
      if (newest && newest.id !== this.before.get(serverId) && !hasEnded(newest)) {
        this.own.add(newest.id);
      }
    }
    await Promise.all([...this.own].map((id) => this.client.evals.cancel(id)));
  }

  /** @returns the ids of the agents' newest runs that go on. */
  private async underWay(): Promise<string[]> {
    const newest = await Promise.all(
      this.agents.map(({ serverId }) => this.newest(serverId, this.way.signal)),
    );
    return newest.flatMap((run) => (run && !hasEnded(run) ? run.id : []));
  }

  private async watch({ serverId }: GatedAgent, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        const newest = await this.newest(serverId, over);
        if (newest && !hasEnded(newest)) {
          await this.follow(newest.id, over);
        }
        await wait(this.way.everyMs ?? lookMs, undefined, { signal: over });
      } catch {
        // Only how far it is stays unsaid: the deployment itself tells what becomes of it.
        return;
      }
    }
  }

  private async follow(id: string, signal: AbortSignal): Promise<void> {
    const { everyMs } = this.way;
    for await (const { run, results } of this.client.evals.follow(id, {
      signal,
      ...(everyMs ? { firstMs: everyMs } : {}),
    })) {
      this.far.set(id, { done: results.length, total: run.total_cases });
      this.tell();
    }
  }

  /** @returns an agent's newest run; undefined also from a server that has none to tell of. */
  private async newest(serverId: string, signal?: AbortSignal): Promise<EvalRun | undefined> {
    try {
      return (await this.client.evals.ofAgent(serverId, { limit: 1 }, { signal }))[0];
    } catch (error) {
      if (isUnserved(error)) {
        return undefined;
      }
      throw error;
    }
  }

  private tell(): void {
    const far = [...this.far.values()];
    const done = far.reduce((sum, one) => sum + one.done, 0);
    const total = far.reduce((sum, one) => sum + one.total, 0);
    if (total > 0) {
      this.way.step(`evals, ${done} of ${total} cases`);
    }
  }
}
