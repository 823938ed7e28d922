import type { TavoraClient } from '../../client';
import type { EvalRun } from '../../protocol';
import type { ServerInfo } from '../connection';
import type { Drafts } from '../delivery';
import { PoliteError } from '../shared/errors';
import type { RunContext } from './history';
import type { EvalItem } from './tree';

/** What is to be run, as far as its draft goes. */
interface PlannedRun {
  /** Of one agent; at least one. */
  cases: readonly [EvalItem, ...EvalItem[]];
  target: 'draft' | 'live';
  over: RunContext;
  server: ServerInfo;
}

/** Over what the cases of an agent are run: one draft, and one that this window has sent. */
export class RunDraft {
  private known: RunContext;

  constructor(
    private readonly drafts: Pick<Drafts, 'inTurn' | 'recordsAt'>,
    private readonly plan: PlannedRun,
  ) {
    this.known = plan.over;
  }

  /** The plan's, unless this window sent another draft before the cases had their turn. */
  get over(): RunContext {
    return this.known;
  }

  /**
   * Looks over what the server runs the cases.
   * @param isFirst whether no run has gone over the cases yet
   * @returns what is to be said of it; undefined where it is as planned, or the server does not tell.
   * @throws PoliteError when it is another's draft, or not that of the runs before; the run is stopped then.
   */
  async check(client: TavoraClient, run: EvalRun, isFirst: boolean): Promise<string | undefined> {
    const { target, cases, server } = this.plan;
    const { sourceHash: sent } = this.known;
    if (target !== 'draft' || !run.source_hash || !sent || run.source_hash === sent) return undefined;
    const { id } = cases[0].agent;
    const isOwn = run.source_hash === (await this.sentLast());
    if (isOwn && isFirst) {
      this.known = { ...this.known, sourceHash: run.source_hash };
      return `Files of "${id}" were saved and sent before its evals began; they are run over these.`;
    }
    await client.evals.cancel(run.id);
    throw new PoliteError(
      isOwn
        ? `Files of "${id}" were saved and sent to ${server.label} before its evals had been run as often as was asked for, so no more were run: repetitions over different files have no common verdict. Run them again.`
        : `The draft of "${id}" on ${server.label} was replaced by another one when its evals were to be run, so they were not. Run them again: the files of this workspace are sent first.`,
    );
  }

  /** @returns the hash of what this window sent last of the agent. */
  private async sentLast(): Promise<string | undefined> {
    const { cases, server } = this.plan;
    const { project, agent } = cases[0];
    // In turn: the server may have a sync already that is not noted here yet.
    return await this.drafts.inTurn(project, async () => {
      return this.drafts.recordsAt(server, project.project.name)[agent.id]?.synced?.hash;
    });
  }
}
