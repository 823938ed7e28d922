import * as vscode from 'vscode';
import { hasEnded } from '../../client';
import type { EvalRunDetail } from '../../protocol';
import type { GatedAgent, GatedDeployment, GateWatch } from '../delivery';
import { abortSignal, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { AgentRun } from './agent-run';
import type { EvalResults } from './results';
import type { EvalTree } from './tree';

/** What a run of evals is shown with. */
interface Desk {
  services: Pick<Services, 'connection' | 'drafts' | 'log'>;
  controller: vscode.TestController;
  tree: EvalTree;
  results: EvalResults;
}

/** What is shown of an agent: its newest run, the only one that decides, and those that came before it. */
interface Shown {
  runId: string;
  createdAt: string;
  run: Promise<AgentRun | undefined>;
  earlier: readonly Shown[];
}

/**
 * The evals that decide on a deployment as a run of the Test Explorer. It begins with the first run that the server
 * makes of them: where an earlier verdict counts, nothing is run and nothing shown.
 */
export class GateRun implements GateWatch {
  private readonly stopping = new AbortController();
  /** By the ids of agents. */
  private readonly shown = new Map<string, Shown>();
  private test: vscode.TestRun | undefined;
  private stop: { signal: AbortSignal; end(): void } | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly deployment: GatedDeployment,
    /** Called with what was run of each agent, before the whole run ends. */
    private readonly onEnded: (run: AgentRun) => Promise<void>,
  ) {}

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  async take(agent: GatedAgent, detail: EvalRunDetail): Promise<void> {
    try {
      const run = await this.runOf(agent, detail);
      // A newer one may have begun meanwhile.
      if (this.shown.get(agent.localId)?.runId === detail.run.id) run?.take(detail);
    } catch (error) {
      this.warn(error);
    }
  }

  async end(): Promise<void> {
    for (const shown of this.shown.values()) {
      for (const one of [...shown.earlier, shown]) {
        try {
          const run = await one.run;
          if (!run) continue;
          if (one === shown) run.close(reasonOf(run));
          await this.onEnded(run);
        } catch (error) {
          this.warn(error);
        }
      }
    }
    this.stop?.end();
    this.test?.end();
  }

  /** @returns where a run of an agent is shown; undefined for one that is not the newest. */
  private async runOf(agent: GatedAgent, detail: EvalRunDetail): Promise<AgentRun | undefined> {
    const { id: runId, created_at: createdAt } = detail.run;
    const now = this.shown.get(agent.localId);
    if (now?.runId === runId) return await now.run;
    const earlier = now ? [...now.earlier, now] : [];
    if (earlier.some((one) => one.runId === runId || one.createdAt > createdAt)) return undefined;
    const run = this.begin(agent, detail);
    this.shown.set(agent.localId, { runId, createdAt, run, earlier });
    return await run;
  }

  /** @returns undefined for an agent of which the working tree has no evals. */
  private async begin(
    { localId, serverId, sourceHash }: GatedAgent,
    { run }: EvalRunDetail,
  ): Promise<AgentRun | undefined> {
    const { services, results, tree } = this.desk;
    const { project, server } = this.deployment;
    await tree.settled();
    const item = tree.find(project, localId);
    const [first, ...more] = item ? tree.casesOf([item]) : [];
    if (!first) return undefined;
    const test = this.testRun();
    for (const one of [first, ...more]) test.enqueued(one.item);
    const { AgentRun } = await import('./agent-run');
    const shown = new AgentRun(services, results, test, {
      cases: [first, ...more],
      whole: true,
      target: 'draft',
      over: { target: 'draft', sourceHash },
      server,
      repeat: Math.max(1, run.repeat ?? 1),
      coverage: false,
      mayBeFollowed: true,
    });
    const client = await services.connection.clientFor(
      this.deployment,
      this.signal,
      project.folder.toString(),
    );
    await shown.readLabels(client, serverId, this.signal);
    return shown;
  }

  private testRun(): vscode.TestRun {
    if (this.test) return this.test;
    const { controller, tree } = this.desk;
    const { name, project, agents } = this.deployment;
    const items = agents.flatMap((id) => tree.find(project, id) ?? []);
    this.test = controller.createTestRun(new vscode.TestRunRequest(items), name);
    this.stop = abortSignal(this.test.token);
    this.stop.signal.addEventListener('abort', () => this.stopping.abort(), { once: true });
    return this.test;
  }

  private warn(error: unknown): void {
    if (this.signal.aborted) return;
    const { services, name } = { ...this.desk, ...this.deployment };
    services.log.warn(`${name}: not all evals could be shown: ${sentence(error)}`);
  }
}

/** @returns why cases may be without a result; undefined where nothing went wrong, and none of theirs was run. */
function reasonOf({ runs, plan }: AgentRun): string | undefined {
  const last = runs.at(-1)?.run;
  if (!last || !hasEnded(last) || last.status === 'completed' || last.status === 'cancelled')
    return undefined;
  return last.error || `${plan.server.label} gave the run up without saying why.`;
}
