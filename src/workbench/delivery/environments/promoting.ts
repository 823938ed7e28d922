import * as vscode from 'vscode';
import { sentLevels } from '../../../project';
import type { DeployResult } from '../../../protocol';
import { assertTrusted, confirmProduction, type ServerInfo } from '../../connection';
import { offer, runCommand } from '../../shared/commands';
import { PoliteError, sentence } from '../../shared/errors';
import { askTarget, type Target } from '../../shared/targets';
import type { WorkspaceProject } from '../../shared/workspaces';
import { type Live, together } from '../deployment';
import { serverSide } from '../files';
import type { GateWatcher } from '../gate-watcher';
import type { Failure } from '../log/failure';
import type { DeployRecorder, Noted } from '../log/recorder';
import { sharesSessions } from '../place';
import { askGates, type KnownOfAgents } from '../preview/ask-gates';
import type { Asking, Proposal } from '../preview/asking';
import { choicesOf } from '../preview/choices';
import { type Gate, toBeRun } from '../preview/gate';
import { gatedIds } from '../preview/plan';
import { type Verdict, versionName } from '../preview/summary';
import { refusal } from '../refusal';
import type { DeliveryServices } from '../services';
import { briefly, working } from '../work';
import { askEnvironments } from './ask';
import { asked } from './asked';
import { decidingOn } from './deciding';
import { EnvironmentReader } from './live';
import { type Promotion, planPromotion, promotionPairs, receiving, sourceOf } from './promotion';
import { readSources } from './read-sources';
import { send } from './send';
import { agentsOf, manifestOf } from './source';

/** Deploys to one environment exactly what is live in another, whatever the working tree has. */
export class Promoting {
  constructor(
    private readonly services: DeliveryServices,
    private readonly asking: Asking,
    private readonly recorder: DeployRecorder,
    private readonly gate: GateWatcher,
  ) {}

  /**
   * Promotes a project, or one agent of it, once the person has seen what that changes and agrees.
   * @throws PoliteError and ApiError when it is refused, CancellationError when the person leaves.
   */
  async promote(value: unknown): Promise<void> {
    assertTrusted();
    const target = await askTarget(this.services.workspaces, value);
    const { from, to } = await askEnvironments(this.services.connection);
    await this.reading(target, from, async (reader) => {
      const found = await readSources(this.services, reader, target.agentId);
      await this.reading(target, to, (receiver) =>
        this.between(target, { from: reader, to: receiver }, found),
      );
    });
  }

  /** Promotes what was found in the one environment to the other, whichever is chosen meanwhile. Throws as `promote`. */
  private async between(
    target: Target,
    { from, to }: Pick<Promotion, 'from' | 'to'>,
    found: Pick<Promotion, 'sources' | 'notLive'>,
  ): Promise<void> {
    const manifest = manifestOf(to.scope, found.sources, sentLevels(target.project.project));
    const agents = await agentsOf(manifest);
    const first = await this.plan(target, { from, to, ...found, manifest, agents, only: target.agentId });
    const what = target.agentId ?? target.project.project.name;
    const promotion = await this.asking.agree(first, false, {
      propose: (planned) => this.propose(target, planned),
      confirm: () => confirmProduction(to.server, `promote ${what}`),
      again: (planned) => this.plan(target, planned),
      // A promotion goes where it was asked to go, whatever is chosen meanwhile.
      isSamePlace: () => true,
      changed: `${to.server.label} has changed since you were asked.`,
    });
    await this.assertMayRunEvals(promotion, target);
    const told = {
      what: `The promotion of ${what} to ${to.server.label} is on its way.`,
      kept: 'It is broken off; agents that are live by then stay so.',
    };
    const { connection } = this.services;
    // The one that was agreed to may have another client than the one that was read first.
    await connection.finishing(promotion.to, () =>
      connection.leaving.holding(to.server, told, (leaving) => this.make(promotion, target, leaving)),
    );
  }

  /** @throws CancellationError when a limit on what evals may use speaks against it, and the person too. */
  private async assertMayRunEvals(promotion: Promotion, { project, agentId }: Target): Promise<void> {
    const { plan, to } = promotion;
    if (gatedIds(plan).length === 0) return;
    const what = agentId ?? project.project.name;
    const may = await this.gate.mayRun(project, to.server, `promotion of ${what}`, async () =>
      toBeRun(
        await asked(this.services.connection, to.server, `Checking ${what} on ${to.server.label}`, (signal) =>
          this.gates(promotion, project, signal),
        ),
      ),
    );
    if (!may) throw new vscode.CancellationError();
  }

  /** Makes a promotion live, tells what has become of it, and writes it down. Of several agents some may be live then. */
  private async make(
    promotion: Promotion,
    { project, agentId }: Target,
    leaving: AbortSignal,
  ): Promise<void> {
    const { from, to, manifest, plan } = promotion;
    const { connection, drafts } = this.services;
    const what = agentId ?? project.project.name;
    const made: Live[] = [];
    let refusal: Failure | undefined;
    let now: string | undefined;
    const name = `Promotion of ${what} to ${to.server.label}`;
    const watch = this.gate.watch({
      name,
      project,
      server: to.server,
      client: to.client,
      agents: gatedIds(plan),
    });
    try {
      await working(`Promoting ${what} to ${to.server.label}`, true, async (given) => {
        const turn = (id: string) => {
          now = id;
        };
        const work = { ...given, turn, signal: AbortSignal.any([given.signal, watch.signal, leaving]) };
        const around = {
          replaced: () => drafts.forgetSent(project),
          hasTraces: () => sharesSessions(connection.state.server, to.server),
        };
        for await (const result of send(promotion, work, watch, around)) {
          await drafts.promoted(project, to.server, manifest, result, from.server.label);
          made.push({ result, strays: [] });
        }
      });
    } catch (error) {
      refusal = { error, agentId: now };
    } finally {
      await watch.end();
    }
    const noted = { server: to.server, gates: await this.gatesAfter(promotion, project) };
    const result = together(made)?.result;
    if (result) {
      await this.recorder.deployed(plan, result, noted);
      this.tell(promotion, result);
    }
    if (refusal) {
      const rest = plan.agents.filter(({ id }) => !result?.agents.some(({ localId }) => localId === id));
      await this.recorder.failed({ ...plan, agents: rest }, refusal, noted);
      throw refusal.error;
    }
  }

  private tell({ from, to, plan }: Promotion, { agents }: DeployResult): void {
    const done = new Set(agents.map(({ localId }) => localId));
    const versions = agents.map(({ localId, semver }) => `${localId} ${versionName(semver)}`);
    const left = plan.agents.flatMap(({ id }) => (done.has(id) ? [] : id));
    const rest = left.length > 0 ? ` Not promoted: ${left.join(', ')}.` : '';
    const message = `Promoted from ${from.server.label} to ${to.server.label}: ${versions.join(', ')}.${rest}`;
    const { log } = this.services;
    log.info(message);
    offer(log, vscode.window.showInformationMessage, message, [
      { label: 'Switch Environment…', run: () => runCommand('tavora.connect') },
      { label: 'Show Deploy Log', run: () => runCommand('tavora.showDeployLog') },
    ]);
  }

  /** Reads an environment as long as it takes, whichever is chosen meanwhile. */
  private async reading(
    { project: { folder, project } }: Target,
    server: ServerInfo,
    work: (reader: EnvironmentReader) => Promise<void>,
  ): Promise<void> {
    const { connection, archive } = this.services;
    const client = await briefly(`Connecting to ${server.label}`, (signal) =>
      connection.clientOf(server.id, signal, folder.toString()),
    );
    const reader = new EnvironmentReader(server, project.name, client, archive);
    await connection.finishing(reader, () => work(reader));
  }

  /** Plans as the receiving environment is now, which may have been started anew while a person made up their mind. */
  private async plan(
    { project: { folder } }: Target,
    promotion: Omit<Promotion, 'plan'>,
  ): Promise<Promotion> {
    const { connection, drafts } = this.services;
    const { server, project } = promotion.to;
    const known = drafts.recordsAt(server, project);
    const title = `Comparing ${promotion.only ?? project} with ${server.label}`;
    return await asked(this.services.connection, server, title, async (signal) => {
      const to = promotion.to.by(await connection.clientFor(promotion.to, signal, folder.toString()));
      return await planPromotion({ ...promotion, to }, known, signal);
    });
  }

  private propose({ project, agentId }: Target, promotion: Promotion): Proposal {
    const { plan, to } = promotion;
    const { snapshots } = this.services;
    return {
      plan,
      // What goes live for others without a look at the files is asked about, whatever deployments do.
      setting: 'always',
      pairs: () => promotionPairs(promotion),
      verdict: (signal) => this.verdict(promotion, project, signal),
      deciding: decidingOn(this.services.connection, promotion, this.known(promotion, project)),
      choices: (verdict, looks) =>
        choicesOf({
          plan,
          verdict,
          snapshots,
          source: (agent) => receiving(to, agent),
          mine: async ({ id }) => {
            const mine = sourceOf(promotion, id);
            if (!mine) throw new PoliteError(`${id} is not among what is promoted.`);
            return await serverSide(snapshots, mine.source, mine.which);
          },
          more: [],
          looks,
        }),
      late: async () => runCommand('tavora.promote', { folder: project.folder, agentId }),
    };
  }

  private async verdict(
    promotion: Promotion,
    project: WorkspaceProject,
    ended: AbortSignal,
  ): Promise<Verdict> {
    const { to, manifest, only, plan } = promotion;
    const what = only ?? plan.project;
    return await asked(
      this.services.connection,
      to.server,
      `Checking ${what} on ${to.server.label}`,
      async (given) => {
        const signal = AbortSignal.any([given, ended]);
        const [gates, { issues }] = await Promise.all([
          this.gates(promotion, project, signal),
          to.client.source.validate(manifest, { signal }),
        ]);
        const fatal = issues.filter(({ severity }) => severity === 'fatal');
        if (fatal.length > 0) {
          throw refusal(`${to.server.label}: promotion of ${what}`, fatal);
        }
        return { gates, warnings: issues.filter(({ severity }) => severity === 'warn') };
      },
    );
  }

  private async gates(
    promotion: Promotion,
    project: WorkspaceProject,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Gate>> {
    const { to, plan } = promotion;
    return await askGates(to.client, plan, this.known(promotion, project), signal);
  }

  private known({ to, agents }: Promotion, project: WorkspaceProject): KnownOfAgents {
    return {
      hasEvals: (id) => agents.some((agent) => agent.id === id && agent.evals.length > 0),
      sources: (id) => this.gate.sources(project, to.server, id),
    };
  }

  /** What the evals have said in the end, for the log; that it cannot be asked undoes nothing. */
  private async gatesAfter(promotion: Promotion, project: WorkspaceProject): Promise<Noted['gates']> {
    const { to, plan } = promotion;
    const known = this.services.drafts.recordsAt(to.server, to.project);
    const signal = AbortSignal.timeout(10_000);
    try {
      // An agent that is new there has its id since it was sent.
      const ids = new Map(
        (await to.agents(known, signal)).map(({ localId, serverId }) => [localId, serverId]),
      );
      const agents = plan.agents.map((agent) => ({ ...agent, serverId: ids.get(agent.id) }));
      return await this.gates({ ...promotion, plan: { ...plan, agents } }, project, signal);
    } catch (error) {
      this.services.log.warn(`What the evals said of ${plan.project} is not known: ${sentence(error)}`);
      return new Map();
    }
  }
}
