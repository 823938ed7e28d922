import * as vscode from 'vscode';
import type { DeployResult, Issue } from '../../protocol';
import type { Connection, ServerInfo } from '../connection';
import { offer, runCommand } from '../shared/commands';
import { PoliteError, type Remedy, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { Target } from '../shared/targets';
import type { Drafts } from './drafts';
import type { GateWatch } from './gate-watcher';
import { isSameServer, type Place, sharesSessions } from './place';
import { failedEvals } from './preview/failed-evals';
import type { DeployPlan } from './preview/plan';
import { lookAtStaged, type SentAgent } from './preview/staged';
import { versionName } from './preview/summary';
import { deployThroughGate } from './preview/through-gate';
import { fatalIssues, refusal } from './refusal';
import { type Delivering, firstOf, showProblems } from './work';

/** A deployment as it is to be made. */
export interface Planned {
  target: Target;
  plan: DeployPlan;
  /** The server that the plan is for. */
  server: ServerInfo;
}

/** What a deployment has made live. */
export interface Live {
  result: DeployResult;
  /** Agents of which other files went live than were agreed to. */
  strays: string[];
}

/** A deployment that was agreed to: checks, syncs, passes the gate, and tells what became of it. */
export class Deployment {
  constructor(
    private readonly log: Log,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
  ) {}

  /** @throws PoliteError for problems that must be fixed first. */
  assertSound({ project, agentId }: Target): void {
    const fatal = fatalIssues(project, agentId ? [agentId] : undefined);
    if (fatal.length > 0) {
      throw refusal(`Deployment of ${agentId ?? project.project.name}`, fatal);
    }
  }

  /**
   * Asks the server what it finds in the files, and shows it in the editor.
   * @returns what it warns of.
   * @throws PoliteError for what it would refuse.
   */
  async check({ project, agentId }: Target, ids: readonly string[], signal: AbortSignal): Promise<Issue[]> {
    const issues = await this.drafts.validate(project, signal, ids);
    const fatal = issues.filter(({ severity }) => severity === 'fatal');
    if (fatal.length > 0) {
      const what = `${this.connection.state.server.label}: deployment of ${agentId ?? project.project.name}`;
      throw refusal(what, fatal);
    }
    return issues;
  }

  /** Where a deployment goes. @throws PoliteError when that is no longer the chosen server, and as `Drafts.place`. */
  async place({ target, server }: Planned, signal: AbortSignal): Promise<Place> {
    const place = await this.drafts.place(target.project, signal);
    if (!isSameServer(place.server, server)) {
      throw new PoliteError(
        `${place.server.label} was chosen in the place of ${server.label}, so nothing was deployed.`,
        [deployAgain(target)],
      );
    }
    return place;
  }

  /**
   * Makes what was planned live: all at once where nothing else of the project could go live by it, else agent by
   * agent, as the server would deploy the drafts of others too. All of it goes to the one place, and
   * nothing when files or draft are not those that were agreed to any more.
   * @param watch told of the evals that decide
   * @returns what has become live, each time that something has.
   * @throws PoliteError when evals refuse it, or something has changed; ApiError for every other refusal. What was told
   *   before stays live.
   */
  async *make(
    { target, plan }: Planned,
    place: Place,
    work: Delivering,
    watch: Pick<GateWatch, 'take'>,
  ): AsyncGenerator<Live> {
    const { project, agentId } = target;
    work.step('syncing');
    const agreed = new Map(plan.agents.map(({ id, sourceHash }) => [id, sourceHash]));
    const { agents } = await this.drafts.stage(project, agreed, place, work.signal);
    const sent = agents.map(({ localId, agentId: serverId }) => {
      return { localId, serverId, sourceHash: agreed.get(localId) ?? '' };
    });
    work.step('deploying');
    const { others } = await lookAtStaged(place.client, place.scope, sent, work.signal);
    const alone = others.length === 0;
    for (const id of agentId ? [agentId] : alone ? [undefined] : agreed.keys()) {
      const ours = sent.filter(({ localId }) => id === undefined || localId === id);
      const gated = ours.filter(({ localId }) => plan.agents.some((one) => one.id === localId && one.gated));
      const request = { ...place.scope, ...(id ? { localAgentId: id } : {}) };
      const assertStaged = () => this.assertStaged(target, place, ours, id === undefined, work.signal);
      if (id) work.turn(id);
      let result: DeployResult;
      try {
        result = await deployThroughGate(place.client, request, gated, {
          ...work,
          assertStaged,
          take: (agent, detail) => watch.take(agent, detail),
        });
      } catch (error) {
        const hasTraces = sharesSessions(this.connection.state.server, place.server);
        throw await failedEvals(id ?? project.project.name, error, {
          client: place.client,
          gated,
          hasTraces,
        });
      }
      const { hashes, strays } = await this.hashesOf(place, ours, result, work.signal);
      await this.drafts.deployed(place, project, result, hashes, strays);
      yield { result, strays };
    }
  }

  /** @throws PoliteError when a deployment would make something else live than what was sent. */
  private async assertStaged(
    target: Target,
    { client, server, scope }: Place,
    sent: readonly SentAgent[],
    all: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { replaced, others } = await lookAtStaged(client, scope, sent, signal);
    // A server that does not tell whose draft it holds is believed until this window has sent another one.
    const records = this.drafts.recordsAt(server, scope.project);
    const resent = sent.filter(({ localId, sourceHash }) => records[localId]?.synced?.hash !== sourceHash);
    if (replaced.length > 0) {
      await this.drafts.forgetSent(target.project);
    }
    const gone = [...new Set([...replaced, ...resent.map(({ localId }) => localId)])];
    if (gone.length > 0) {
      throw new PoliteError(
        `The draft of ${gone.join(', ')} on ${server.label} was replaced while it was being deployed, so it was not deployed.`,
        [deployAgain(target)],
      );
    }
    if (all && others.length > 0) {
      throw new PoliteError(
        `${server.label} was given ${others.join(', ')} during the deployment, so nothing was deployed.`,
        [deployAgain(target)],
      );
    }
  }

  /** Over which files agents are live, as the server says, else as was sent. A deployment is not undone by the question. */
  private async hashesOf(
    { client, scope }: Place,
    sent: readonly SentAgent[],
    { agents }: DeployResult,
    signal: AbortSignal,
  ): Promise<{ hashes: ReadonlyMap<string, string>; strays: string[] }> {
    const hashes = new Map(sent.map(({ localId, sourceHash }) => [localId, sourceHash]));
    const strays = agents.flatMap(({ localId }) => (hashes.has(localId) ? [] : localId));
    try {
      const { live } = await lookAtStaged(client, scope, sent, signal);
      for (const { localId, agentId, versionId } of agents) {
        const told = live.get(agentId);
        if (told?.versionId === versionId && told.sourceHash !== hashes.get(localId)) {
          hashes.set(localId, told.sourceHash);
          strays.push(localId);
        }
      }
    } catch (error) {
      this.log.warn(`Over which files ${scope.project} is live was not checked: ${sentence(error)}`);
    }
    return { hashes, strays: [...new Set(strays)] };
  }

  /** Says what has become live and what has not, and offers to look at it. */
  tell({ target: { project, agentId }, plan, server }: Planned, { result, strays }: Live): void {
    const kinds = new Map(plan.agents.map(({ id, kind }) => [id, kind === 'first' ? 'new' : kind]));
    const done = new Set(result.agents.map(({ localId }) => localId));
    const versions = result.agents.map(({ localId, semver }) => {
      const kind = kinds.get(localId);
      return `${localId} ${versionName(semver)} (${kind === undefined || kind === 'unknown' ? 'changed' : kind})`;
    });
    const shown = versions.slice(0, 5).join(', ');
    const more = versions.length > 5 ? ` and ${versions.length - 5} more` : '';
    const left = plan.agents.flatMap(({ id }) => (done.has(id) ? [] : id));
    const rest = left.length > 0 ? ` Not deployed: ${left.join(', ')}.` : '';
    // What the buttons lead to is on the chosen server.
    const isHere = isSameServer(server, this.connection.state.server);
    const where = isHere ? '' : ` to ${server.label}`;
    const message = `Deployed ${project.project.name}${where}: ${shown}${more}.${rest}`;
    const [only] = result.agents;
    const agent = agentId ?? (result.agents.length === 1 ? only?.localId : undefined);
    const target = { folder: project.folder, ...(agent ? { agentId: agent } : {}) };
    this.log.info(message);
    const remedies = isHere
      ? [
          { label: 'Chat', run: () => runCommand('tavora.chat', target) },
          { label: 'Show', run: () => runCommand('tavora.revealAgent', target) },
        ]
      : [];
    if (strays.length > 0) {
      const text = `${message} Of ${strays.join(', ')} other files went live than were agreed to: the draft was replaced in that moment.`;
      const stray = { folder: project.folder, agentId: strays[0] };
      const ways = [
        { label: 'Compare…', run: () => runCommand('tavora.compareVersionWithFiles', stray) },
        { label: 'Roll Back…', run: () => runCommand('tavora.rollBack', stray) },
      ];
      offer(this.log, vscode.window.showWarningMessage, text, isHere ? ways : []);
      return;
    }
    const warnings = result.serverIssues ?? [];
    if (warnings.length > 0) {
      const text = `${message} The server warns: ${firstOf(warnings)}`;
      offer(this.log, vscode.window.showWarningMessage, text, [showProblems, ...remedies]);
    } else {
      offer(this.log, vscode.window.showInformationMessage, message, remedies);
    }
  }
}

/** @returns what several deployments of one project have made live; undefined when there was none. */
export function together(made: readonly Live[]): Live | undefined {
  const last = made.at(-1);
  return last
    ? {
        result: {
          ...last.result,
          agents: made.flatMap(({ result }) => result.agents),
          serverIssues: made.flatMap(({ result }) => result.serverIssues ?? []),
        },
        strays: made.flatMap(({ strays }) => strays),
      }
    : undefined;
}

function deployAgain({ project, agentId }: Target): Remedy {
  return { label: 'Deploy…', run: () => runCommand('tavora.deploy', { folder: project.folder, agentId }) };
}
