import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, hasEnded, type TavoraClient, unlessUnserved } from '../../../client';
import {
  type DeployRequest,
  type DeployResult,
  type EvalRun,
  type EvalRunDetail,
  errorCodes,
} from '../../../protocol';
import { inParallel } from '../../shared/in-parallel';

/** How often it is looked whether the server has begun a run, in milliseconds: the API says so only when asked. */
const lookMs = 1_000;
/** How many agents' runs are followed while they go on; those of more are read when they have decided. */
const followed = 5;
/** How long the results of runs that have decided are waited for, in milliseconds. */
const restMs = 10_000;
/** How many questions a server is asked at a time. */
const width = 8;

/** An agent that evals decide on. */
export interface GatedAgent {
  localId: string;
  /** The server's id of the agent. */
  serverId: string;
  /** Of the files that are to go live. */
  sourceHash: string;
}

interface Way {
  signal: AbortSignal;
  /** Says how far the evals are. */
  step(message: string): void;
  /** Takes what a run that decides has so far, the last time when it has ended. */
  take(agent: GatedAgent, detail: EvalRunDetail): Promise<void>;
  /** Called before each request; throws when what is staged is not what was agreed to any more. */
  assertStaged(): Promise<void>;
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
  const runs = new Runs(client, gated, way);
  await runs.remember();
  for (;;) {
    await way.assertStaged();
    const deployed = client.source.deploy(request, { signal: way.signal });
    try {
      const result = await runs.watchDuring(deployed);
      await runs.takeRest();
      return result;
    } catch (error) {
      if (way.signal.aborted) {
        await runs.stopOwn();
        throw error;
      }
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (error.code !== errorCodes.evalsRunning) {
        await runs.takeRest();
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
  private readonly before = new Map<string, EvalRun | undefined>();
  private readonly own = new Set<string>();
  /** Whose each run is. */
  private readonly owners = new Map<string, GatedAgent>();
  /** How far each run is. */
  private readonly far = new Map<string, { done: number; total: number }>();
  /** Runs of which nothing more comes. */
  private readonly taken = new Set<string>();

  constructor(
    private readonly client: TavoraClient,
    private readonly agents: readonly GatedAgent[],
    private readonly way: Way,
  ) {}

  async remember(): Promise<void> {
    await inParallel(this.agents, width, async (agent) => {
      this.before.set(agent.serverId, await this.newest(agent, this.way.signal));
    });
  }

  /** Tells of the runs until something is done. */
  async watchDuring<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const watching = Promise.all(
      this.agents.slice(0, followed).map((agent) => this.watch(agent, over.signal)),
    );
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
      const others = new Set([...this.before.values()].map((run) => run?.id));
      for (const id of ids) {
        // What went on before is another's to stop.
        if (!others.has(id)) this.own.add(id);
      }
      const looks = await Promise.all(ids.map((id) => this.follow(id, signal)));
      // They may have ended already, and the server not have noticed; it is not to be asked without a pause.
      if (looks.every((one) => one < 2)) await wait(everyMs ?? lookMs, undefined, { signal });
    } catch (error) {
      if (this.way.signal.aborted) {
        await this.stopOwn();
      }
      throw error;
    }
  }

  /** Stops the runs that would not be without this deployment. */
  async stopOwn(): Promise<void> {
    for (const agent of this.agents) {
      const newest = await this.newest(agent);
      if (newest && newest.id !== this.before.get(agent.serverId)?.id && !hasEnded(newest)) {
        this.own.add(newest.id);
      }
    }
    await Promise.all([...this.own].map((id) => this.client.evals.cancel(id)));
    await this.takeRest();
  }

  /** Takes the results of runs that came to their end between two looks, or were not followed. */
  async takeRest(): Promise<void> {
    const signal = AbortSignal.timeout(restMs);
    await inParallel(this.agents, width, async (agent) => {
      try {
        const newest = await this.newest(agent, signal);
        const before = this.before.get(agent.serverId);
        const isOld = before?.id === newest?.id && before && hasEnded(before);
        if (newest && !isOld && !this.taken.has(newest.id)) {
          await this.take(await this.client.evals.run(newest.id, { signal }));
        }
      } catch {
        // Only its cases stay unsaid: what the evals have decided is told by the deployment.
      }
    });
  }

  /** @returns the ids of the agents' newest runs that go on. */
  private async underWay(): Promise<string[]> {
    const newest = await Promise.all(this.agents.map((agent) => this.newest(agent, this.way.signal)));
    return newest.flatMap((run) => (run && !hasEnded(run) ? run.id : []));
  }

  private async watch(agent: GatedAgent, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        const newest = await this.newest(agent, over);
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

  /** @returns how often something was new; once for a run that had ended already */
  private async follow(id: string, signal: AbortSignal): Promise<number> {
    const { everyMs } = this.way;
    let looks = 0;
    for await (const detail of this.client.evals.follow(id, {
      signal,
      ...(everyMs ? { firstMs: everyMs } : {}),
    })) {
      const { run, results } = detail;
      this.far.set(id, { done: results.length, total: run.total_cases });
      this.tell();
      await this.take(detail);
      looks += 1;
    }
    return looks;
  }

  /** Passes on what a run has, if it is one that can decide: of all cases, and of the files that are to go live. */
  private async take(detail: EvalRunDetail): Promise<void> {
    const { run } = detail;
    const agent = this.ownerOf(run);
    if (agent && run.complete_suite !== false && (run.source_hash || agent.sourceHash) === agent.sourceHash) {
      await this.way.take(agent, detail);
    }
    if (hasEnded(run)) this.taken.add(run.id);
  }

  private ownerOf({ id, agent_id }: EvalRun): GatedAgent | undefined {
    const [only, ...more] = this.agents;
    return (
      this.owners.get(id) ??
      this.agents.find(({ serverId }) => serverId === agent_id) ??
      (more.length === 0 ? only : undefined)
    );
  }

  /** @returns an agent's newest run; undefined also from a server that has none to tell of. */
  private async newest(agent: GatedAgent, signal?: AbortSignal): Promise<EvalRun | undefined> {
    const asking = this.client.evals.ofAgent(agent.serverId, { limit: 1 }, signal ? { signal } : {});
    const [run] = (await unlessUnserved(asking)) ?? [];
    if (run) this.owners.set(run.id, agent);
    return run;
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
