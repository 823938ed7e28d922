import * as vscode from 'vscode';
import type { Agent, CaseLabels } from '../../../project';
import type { EvalRunDetail } from '../../../protocol';
import type { EvalsDeployment } from '../../../webviews/evals/messages';
import type { ServerInfo } from '../../connection';
import { type Recorder, type RenamedAgent, serverKey } from '../../delivery';
import { DisposableStore } from '../../shared/disposables';
import { sentence } from '../../shared/errors';
import type { Services } from '../../shared/services';
import type { WorkspaceProject } from '../../shared/workspaces';
import { deploymentsOf } from './deployments';
import { type EvalOwner, type EvalRecord, type RunContext, recordsOfRun } from './record';
import { historyFromServer } from './server-runs';
import { EvalStore } from './store';

/**
 * The results of evals, by the source that they are of. Kept in this workspace, so that they outlive the server's
 * own, and filled up with runs that were started elsewhere. Nothing is read before somebody asks.
 */
export class EvalHistory implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<EvalOwner>());
  private readonly results: EvalStore;
  /** What servers told of agents' versions, by the agent. */
  private readonly told = new Map<string, EvalsDeployment[]>();
  /** How many results a server counts in the runs that were read from it: of one that was stopped not all are kept. */
  private readonly read = new Map<string, number>();

  /** Fired with whose results there are more of. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly services: Pick<Services, 'context' | 'log' | 'connection' | 'drafts'>,
    private readonly archive: Recorder['archive'],
  ) {
    const { context, log, drafts } = services;
    const folder = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'evals', 'history');
    this.results = new EvalStore(folder.fsPath, (message) => log.warn(message));
    // The files of a point can be compared for as long as it is drawn.
    archive.keepSpoken(({ project, agentId }) => this.results.sources(project, agentId));
    this.store.add(drafts.onDidRename((renamed) => this.follow(renamed)));
  }

  /** Another number whenever results came or went since the last reading. */
  get revision(): number {
    return this.results.revision;
  }

  /** @returns an agent as a server knows it, which is the chosen one where none is named. */
  owner(
    project: WorkspaceProject,
    agentId: string,
    server: ServerInfo = this.services.connection.state.server,
  ): EvalOwner {
    const { environment = '' } = server;
    return { server: serverKey(server), project: project.project.name, environment, agentId };
  }

  /**
   * Keeps the results of a run that has ended or was stopped. Those that are kept already stay as they are.
   * @param known what the caller knows of the run and the server may not say; `sourceHash` above all
   * @param labels of the agent's cases, and their files
   * @throws what the disk throws.
   */
  async recordRun(
    owner: EvalOwner,
    detail: EvalRunDetail,
    known: RunContext,
    labels: CaseLabels,
    evals: Agent['evals'],
  ): Promise<void> {
    await this.record(recordsOfRun(owner, detail, known, labels, evals));
  }

  /** Keeps results. @throws what the disk throws. */
  async record(records: readonly EvalRecord[]): Promise<void> {
    await this.results.add(records);
    const owners = new Map(records.map((one) => [keyOf(one), one]));
    for (const owner of owners.values()) {
      this.changed.fire(owner);
    }
  }

  /** @returns the results of an agent, oldest first. @throws what the disk throws. */
  async of(owner: EvalOwner): Promise<EvalRecord[]> {
    return await this.results.of(owner);
  }

  /**
   * The versions of an agent whose source is known: from what this workspace deployed, from what the server told when
   * it was last asked, and from runs over what was live.
   * @param records the results of the agent
   * @throws what the disk throws.
   */
  async deployments(owner: EvalOwner, records: readonly EvalRecord[]): Promise<EvalsDeployment[]> {
    const kept = await this.archive.versions(owner, owner.server, owner.environment);
    const own = kept.map(({ sourceHash, semver, deployedAt }) => ({
      source: sourceHash,
      semver,
      at: deployedAt,
    }));
    return deploymentsOf(records, [...own, ...(this.told.get(keyOf(owner)) ?? [])]);
  }

  /**
   * Adds the runs that the chosen server has of an agent and this workspace does not.
   * @returns false when the server keeps no runs, or does not know the agent.
   * @throws PoliteError as `Connection.client`; ApiError or ConnectionError when the server cannot be asked.
   */
  async fill(project: WorkspaceProject, agentId: string, signal?: AbortSignal): Promise<boolean> {
    const { connection, drafts, log } = this.services;
    const client = await connection.client(signal);
    const serverId = drafts.agentServerId(project, agentId);
    const agent = project.agent(agentId);
    if (serverId === undefined || !agent) return false;
    const owner = this.owner(project, agentId);
    const known = new Map(this.read);
    const kept = new Map<string, number>();
    for (const { runId } of await this.of(owner)) {
      kept.set(runId, (kept.get(runId) ?? 0) + 1);
    }
    for (const [id, count] of kept) known.set(id, Math.max(count, known.get(id) ?? 0));
    const warn = (message: string) => log.warn(message);
    const { records, read, versions } = await historyFromServer(
      client,
      owner,
      { agent, serverId },
      known,
      warn,
      signal,
    );
    this.told.set(
      keyOf(owner),
      versions.map((one) => ({ source: one.source_hash ?? '', semver: one.semver, at: one.created_at })),
    );
    await this.record(records ?? []);
    for (const { id, passed, failed } of read) this.read.set(id, passed + failed);
    return records !== undefined;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Gives an agent its results under its new id too, so that the trend goes on. */
  private async follow({ project, server, oldId, newId }: RenamedAgent): Promise<void> {
    try {
      const records = await this.of(this.owner(project, oldId, server));
      await this.record(records.map((one) => ({ ...one, agentId: newId })));
    } catch (error) {
      this.services.log.warn(
        `The history of evals of ${oldId} does not go on at ${newId}: ${sentence(error)}`,
      );
    }
  }
}

function keyOf({ server, project, environment, agentId }: EvalOwner): string {
  return JSON.stringify([server, project, environment, agentId]);
}
