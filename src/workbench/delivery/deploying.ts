import * as vscode from 'vscode';
import type { DeployResult } from '../../protocol';
import { confirmProduction, type ServerInfo } from '../connection';
import { runCommand } from '../shared/commands';
import { PoliteError, sentence } from '../shared/errors';
import type { Target } from '../shared/targets';
import { Deployment, type Live, type Planned, together } from './deployment';
import { treeSide } from './files';
import type { GateWatcher } from './gate-watcher';
import type { Failure } from './log/failure';
import type { DeployRecorder, Noted } from './log/recorder';
import { isSameServer, type Place } from './place';
import type { Asking, Proposal } from './preview/asking';
import { choicesOf } from './preview/choices';
import type { Deciding } from './preview/deciding';
import { decidingOn } from './preview/deciding-tree';
import { toBeRun } from './preview/gate';
import { planPairs } from './preview/pairs';
import { changing, type DeployPlan, gatedIds } from './preview/plan';
import { Planner, warningsOf } from './preview/planner';
import type { PreviewSetting } from './preview/question';
import { reconcileChoices } from './preview/reconcile';
import type { Verdict } from './preview/summary';
import type { DeliveryServices } from './services';
import { briefly, working } from './work';

/** A version that is brought back, as a person has agreed to it. */
export interface Rollback {
  /** What the version is called. */
  name: string;
  /** The server that was named, and confirmed where it is production. */
  server: ServerInfo;
  /** Id of the version that was live then; undefined for none. */
  live: string | undefined;
  /** Of the version's files. */
  sourceHash: string;
}

/** How a deployment was asked for. */
export interface DeployOptions {
  /** A person has agreed to exactly this already, so that no preview is shown. */
  agreed?: boolean;
  /** They have typed the name of a production environment for it already. */
  confirmed?: boolean;
  /** The version that is brought back; what is planned must be what was agreed to of it. */
  rollback?: Rollback;
}

/** What has become of a deployment beside what went live. */
interface Outcome {
  refusal: Failure | undefined;
  /** What the evals said in the end. */
  gates: Noted['gates'];
}

/** The way from the button to the live version: plan, preview, deployment, log. */
export class Deploying {
  private readonly planner: Planner;
  private readonly deployment: Deployment;

  constructor(
    private readonly services: DeliveryServices,
    private readonly asking: Asking,
    private readonly recorder: DeployRecorder,
    private readonly gate: GateWatcher,
  ) {
    const { log, connection, drafts, snapshots } = services;
    this.planner = new Planner(connection, drafts, snapshots, gate);
    this.deployment = new Deployment(log, connection, drafts);
  }

  /**
   * Deploys a project or one agent of it, saved as it is, when the person agrees to what would change.
   * @throws CancellationError when not; PoliteError and ApiError when it is refused.
   */
  async deploy(asked: Target, options: DeployOptions = {}): Promise<DeployResult> {
    this.deployment.assertSound(asked);
    const { rollback } = options;
    const first = await this.plan(asked);
    if (rollback) {
      assertAgreed(first, rollback);
    }
    const { server, ...planned } = await this.agree(first, options);
    await this.assertMayRunEvals({ ...planned, server });
    return await this.make(
      { ...planned, server },
      { server, ...(rollback ? { rollback: rollback.name } : {}) },
    );
  }

  private async agree(
    first: Planned,
    { agreed = false, confirmed = false }: DeployOptions,
  ): Promise<Planned> {
    const { workspaces } = this.services;
    return await this.asking.agree(first, agreed, {
      propose: (planned) => this.propose(planned),
      confirm: async (planned) => {
        // What was confirmed is what was planned first.
        if (!confirmed || planned !== first) {
          await confirmProduction(planned.server, `deploy ${nameOf(planned.target)}`);
        }
      },
      again: async ({ target }) => {
        const project = await workspaces.fresh(target.project);
        const next = await this.plan({ ...target, project });
        this.deployment.assertSound(next.target);
        return next;
      },
      isSamePlace: (a, b) => isSameServer(a.server, b.server),
      changed: 'Files or server have changed since you were asked.',
    });
  }

  /** @throws CancellationError when a limit on what evals may use speaks against it, and the person too. */
  private async assertMayRunEvals({ target, plan, server }: Planned): Promise<void> {
    if (gatedIds(plan).length === 0) return;
    const { project } = target;
    const what = nameOf(target);
    const may = await this.gate.mayRun(project, server, `deployment of ${what}`, async () =>
      toBeRun(
        await briefly(`Checking ${what}`, (signal) =>
          this.planner.gates(project, plan, project.project.agents, signal),
        ),
      ),
    );
    if (!may) {
      throw new vscode.CancellationError();
    }
  }

  private propose({ target, plan, server }: Planned): Proposal {
    const { project, agentId } = target;
    const { drafts, snapshots } = this.services;
    const { planner } = this;
    const deciding = decidingOn(this.services, planner, this.gate, { target, plan, server });
    return {
      plan,
      setting: vscode.workspace
        .getConfiguration('tavora', project.folder)
        .get<PreviewSetting>('deploy.preview', 'always'),
      pairs: () => planPairs(project, plan, planner),
      verdict: (signal) => this.verdict(target, plan, deciding, signal),
      deciding,
      choices: (verdict, looks) =>
        choicesOf({
          plan,
          verdict,
          snapshots,
          source: ({ id, serverId }) => planner.source(project, id, serverId),
          mine: ({ id }) => treeSide(snapshots, project, id),
          more: reconcileChoices({ target, plan, server, drafts }),
          looks,
        }),
      late: async () => runCommand('tavora.deploy', { folder: project.folder, agentId }),
    };
  }

  /** Makes a plan live, tells what has become of it, and writes it down. Of several agents some may be live then. */
  private async make(planned: Planned, about: Omit<Noted, 'gates'>): Promise<DeployResult> {
    const { target, plan, server } = planned;
    const made: Live[] = [];
    let outcome: Outcome;
    try {
      const place = await briefly(`Connecting to ${server.label}`, (signal) =>
        this.deployment.place(planned, signal),
      );
      const told = {
        what: `The deployment of ${nameOf(target)} to ${server.label} is on its way.`,
        kept: 'It is broken off; agents that are live by then stay so.',
      };
      const { connection } = this.services;
      outcome = await connection.finishing(place, () =>
        connection.leaving.holding(server, told, (signal) => this.makeAt(place, planned, made, signal)),
      );
    } catch (error) {
      outcome = { refusal: { error }, gates: new Map() };
    }
    const { refusal, gates } = outcome;
    const noted = { gates, ...about };
    const live = together(made);
    if (live) {
      await this.recorder.deployed(plan, live.result, noted);
      this.deployment.tell(planned, live);
    }
    if (refusal) {
      const done = new Set(live?.result.agents.map(({ localId }) => localId));
      const rest = { ...plan, agents: plan.agents.filter(({ id }) => !done.has(id)) };
      await this.recorder.failed(rest, refusal, noted);
      throw refusal.error;
    }
    if (!live) {
      throw new PoliteError(`Nothing of ${nameOf(target)} was deployed: it has no agents.`);
    }
    return live.result;
  }

  /** Makes a plan live where it goes. @param made filled with what has become live. @param leaving ends it */
  private async makeAt(place: Place, planned: Planned, made: Live[], leaving: AbortSignal): Promise<Outcome> {
    const { target, plan } = planned;
    const { project } = target;
    const { server } = place;
    let refusal: Outcome['refusal'];
    let agentId: string | undefined;
    const name = `Deployment of ${nameOf(target)}`;
    const watch = this.gate.watch({ name, project, server, client: place.client, agents: gatedIds(plan) });
    try {
      await working(`Deploying ${nameOf(target)}`, true, async (given) => {
        const turn = (id: string) => {
          agentId = id;
        };
        const work = { ...given, turn, signal: AbortSignal.any([given.signal, watch.signal, leaving]) };
        for await (const live of this.deployment.make(planned, place, work, watch)) made.push(live);
      });
    } catch (error) {
      refusal = { error, agentId };
    } finally {
      await watch.end();
    }
    const gates = await this.gatesAfter(place, target, plan);
    // What is known of cases is of the chosen server.
    if (isSameServer(server, this.services.connection.state.server)) {
      for (const [id, gate] of gates) {
        if ('run' in gate) this.gate.judged(project, id, gate.run);
      }
    }
    return { refusal, gates };
  }

  private async plan(target: Target): Promise<Planned> {
    const { project, agentId } = target;
    const { connection, drafts } = this.services;
    const title = `Comparing ${nameOf(target)} with ${connection.state.server.label}`;
    return await briefly(title, async (signal) => {
      const { server } = await drafts.place(project, signal);
      const plan = await this.planner.plan(project, agentId, signal);
      const now = connection.state.server;
      if (!isSameServer(server, now)) {
        throw new PoliteError(
          `${now.label} was chosen in the place of ${server.label}, so nothing was deployed.`,
        );
      }
      return { target, plan, server };
    });
  }

  private async verdict(
    target: Target,
    plan: DeployPlan,
    deciding: Deciding,
    ended: AbortSignal,
  ): Promise<Verdict> {
    const { project } = target;
    const ids = changing(plan).map(({ id }) => id);
    return await briefly(`Checking ${nameOf(target)}`, async (given) => {
      const signal = AbortSignal.any([given, ended]);
      const [gates, remote] = await Promise.all([
        deciding.gates(signal),
        ids.length > 0 ? this.deployment.check(target, ids, signal) : [],
      ]);
      return { gates, warnings: warningsOf(project, plan, remote) };
    });
  }

  /** What the evals have said in the end, for the log; that it cannot be asked undoes nothing. */
  private async gatesAfter(place: Place, { project }: Target, plan: DeployPlan): Promise<Noted['gates']> {
    try {
      const known = this.services.drafts.recordsAt(place.server, plan.project);
      const agents = plan.agents.map((agent) => ({
        ...agent,
        serverId: agent.serverId ?? known[agent.id]?.serverId,
      }));
      const signal = AbortSignal.timeout(10_000);
      return await this.planner.gatesAt(place, project, { ...plan, agents }, signal);
    } catch (error) {
      this.services.log.warn(`What the evals said of ${plan.project} is not known: ${sentence(error)}`);
      return new Map();
    }
  }
}

/** @throws PoliteError when a plan is for another server, in place of another version or of other files than agreed to. */
function assertAgreed({ target, plan, server }: Planned, rollback: Rollback): void {
  const what = `${nameOf(target)} was not rolled back to ${rollback.name}`;
  if (!isSameServer(server, rollback.server)) {
    throw new PoliteError(
      `${what}: ${server.label} was chosen in the place of ${rollback.server.label}, which you were asked about.`,
    );
  }
  const { label } = server;
  for (const { live, sourceHash } of plan.agents) {
    if (live?.versionId !== rollback.live) {
      const now = live ? `v${live.semver.replace(/^v/, '')} is live` : 'nothing is live any more';
      throw new PoliteError(`${what}: ${now} on ${label} since you were asked.`);
    }
    if (sourceHash !== rollback.sourceHash) {
      throw new PoliteError(`${what}: its files have changed since you were asked.`);
    }
  }
}

/** What is to be deployed, as messages call it. */
function nameOf({ project, agentId }: Target): string {
  return agentId ?? project.project.name;
}
