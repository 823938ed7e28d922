import * as vscode from 'vscode';
import { ApiError, type TavoraClient } from '../../client';
import { buildManifest } from '../../project';
import type { DeployResult, Issue, Manifest, SyncResult } from '../../protocol';
import type { Connection, ServerInfo } from '../connection';
import { DisposableStore } from '../shared/disposables';
import { PoliteError, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import type { Recorder } from './archive';
import { isSameServer, type Place } from './place';
import type { Seen, ServerAgent } from './preview/drift';
import { type AgentRecord, type ProjectRecords, Records, serverKey } from './records';
import { assertMerged, fatalIssues, refusal } from './refusal';
import { recordsFromServer, type SourceScope, serverAgents } from './server-state';

/**
 * How an agent's files stand to the server: never sent; sent as they are; live as they are; edited since.
 */
export type DraftState = 'unsynced' | 'draft' | 'deployed' | 'changed';

interface LastSync {
  hashes: ReadonlyMap<string, string>;
  result: SyncResult;
}

/** An agent that has another id on a server now. */
export interface RenamedAgent {
  project: WorkspaceProject;
  server: ServerInfo;
  oldId: string;
  newId: string;
}

/** Knows what the chosen server has of each project, and brings it up to date. */
export class Drafts implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly refused = this.store.add(
    new vscode.EventEmitter<{ project: WorkspaceProject; issues: Issue[] }>(),
  );
  private readonly renamed = this.store.add(new vscode.EventEmitter<RenamedAgent>());
  private readonly records: Records;
  private readonly last = new Map<string, LastSync>();
  private readonly turns = new Map<string, Promise<unknown>>();

  readonly onDidChange = this.changed.event;
  /** Fired with an agent that has another id on a server now. */
  readonly onDidRename = this.renamed.event;
  /** What a server said of a project's source when it was sent; an empty list after a clean sync. */
  readonly onDidReceiveIssues = this.refused.event;

  constructor(
    memory: vscode.Memento,
    private readonly log: Log,
    private readonly workspaces: Workspaces,
    private readonly connection: Connection,
    private readonly recorder: Recorder,
  ) {
    this.records = new Records(memory);
    this.store.add(workspaces.onDidChange(() => this.changed.fire()));
    this.store.add(
      connection.onDidChange(({ kind }) => {
        if (kind === 'connected') {
          void this.refresh();
        } else {
          this.last.clear();
        }
        this.changed.fire();
      }),
    );
  }

  state(project: WorkspaceProject, agentId: string): DraftState {
    const record = this.record(project, agentId);
    const hash = project.agent(agentId)?.sourceHash;
    if (record?.deployed && record.deployed.hash === hash) {
      return 'deployed';
    }
    if (!record?.synced) {
      return record?.deployed ? 'changed' : 'unsynced';
    }
    return record.synced.hash === hash ? 'draft' : 'changed';
  }

  record(project: WorkspaceProject, agentId: string): AgentRecord | undefined {
    return this.records.get(this.connection.state.server, project.project.name)[agentId];
  }

  /** @returns the server's id of an agent that it has seen. */
  agentServerId(project: WorkspaceProject, localId: string): string | undefined {
    return this.record(project, localId)?.serverId;
  }

  /**
   * Sends the project's saved files as its draft unless the server has just had them.
   * @param agentIds only these agents; left out, the whole project.
   * @throws PoliteError when problems must be fixed first, in Restricted Mode, or when the server cannot be
   *   reached; ApiError for every other refusal.
   */
  async ensureSynced(
    project: WorkspaceProject,
    signal: AbortSignal,
    agentIds?: readonly string[],
  ): Promise<SyncResult> {
    return await this.inTurn(project, async () => {
      const now = await this.workspaces.fresh(project);
      const ids = agentIds ?? now.project.agents.map(({ id }) => id);
      const last = this.last.get(now.folder.toString());
      if (last && ids.every((id) => last.hashes.get(id) === now.agent(id)?.sourceHash)) {
        return last.result;
      }
      return await this.send(now, signal, agentIds);
    });
  }

  /** Sends the project's saved files even when the server has just had them. Throws as ensureSynced does. */
  async sync(
    project: WorkspaceProject,
    signal: AbortSignal,
    agentIds?: readonly string[],
  ): Promise<SyncResult> {
    return await this.inTurn(project, async () => {
      return await this.send(await this.workspaces.fresh(project), signal, agentIds);
    });
  }

  /**
   * Sends the saved files of some agents to a place, if they are still those that were agreed to.
   * @param agreed the source hash of each agent, by its id
   * @throws PoliteError when a file has changed since, and as ensureSynced does.
   */
  async stage(
    project: WorkspaceProject,
    agreed: ReadonlyMap<string, string>,
    place: Place,
    signal: AbortSignal,
  ): Promise<SyncResult> {
    return await this.inTurn(project, async () => {
      const now = await this.workspaces.fresh(project);
      const changed = [...agreed].flatMap(([id, hash]) => (now.agent(id)?.sourceHash === hash ? [] : id));
      if (changed.length > 0) {
        throw new PoliteError(
          `Files of ${changed.join(', ')} have changed since the deployment was agreed to, so nothing was deployed.`,
        );
      }
      return await this.send(now, signal, [...agreed.keys()], place);
    });
  }

  /**
   * The chosen server at this moment, for work that must go there as a whole.
   * @throws PoliteError as `client` does, and when another server is chosen before this one answers.
   */
  async place(project: WorkspaceProject, signal?: AbortSignal): Promise<Place> {
    const { server } = this.connection.state;
    const client = await this.client(project, signal);
    const now = this.connection.state.server;
    if (!isSameServer(server, now)) {
      throw new PoliteError(
        `${now.label} was chosen in the place of ${server.label}, so nothing was asked or sent.`,
      );
    }
    return { server: now, client, scope: this.scope(project) };
  }

  /**
   * Asks the server what it finds in the project's files, and shows it in the editor. Nothing is kept there.
   * @param agentIds only these agents; left out, the whole project.
   * @throws as `client` does; ApiError when the server refuses to look.
   */
  async validate(
    project: WorkspaceProject,
    signal: AbortSignal,
    agentIds?: readonly string[],
  ): Promise<Issue[]> {
    const client = await this.client(project, signal);
    const manifest = this.manifest(project, agentIds);
    const { issues } = await client.source.validate(manifest, { signal });
    this.receive(project, issues);
    return issues;
  }

  /** Has the next sync send the files whatever was sent last: the server's draft is, or may be, another's by now. */
  async forgetSent(project: WorkspaceProject): Promise<void> {
    // In turn: a sync that is under way may have sent its files before.
    await this.inTurn(project, async () => this.last.delete(project.folder.toString()));
  }

  /**
   * Notes a deployment.
   * @param hashes the source hash of each agent that is live by it
   * @param strays agents that went live with other files than the working tree's
   */
  async deployed(
    { server, scope }: Place,
    project: WorkspaceProject,
    result: DeployResult,
    hashes: ReadonlyMap<string, string>,
    strays: readonly string[],
  ): Promise<void> {
    await this.inTurn(project, async () => {
      const records = { ...this.records.get(server, scope.project) };
      for (const { localId, agentId, versionId, semver } of result.agents) {
        const deployed = { hash: hashes.get(localId) ?? '', at: result.deployedAt, semver, versionId };
        const base = strays.includes(localId) ? {} : { base: { semver, versionId } };
        records[localId] = { ...records[localId], serverId: agentId, deployed, ...base };
      }
      await this.records.set(server, scope.project, records);
      if (strays.length > 0) {
        this.last.delete(project.folder.toString());
      }
    });
    const { project: name, environment = '' } = scope;
    await this.recorder.deployed({ server: serverKey(server), project: name, environment }, result, hashes);
    this.receive(project, result.serverIssues ?? []);
    this.changed.fire();
  }

  /**
   * What the server has of a project's agents at this moment, those that the working tree lacks too.
   * @throws as `place` does; ApiError when the server refuses.
   */
  async onServer(project: WorkspaceProject, signal: AbortSignal): Promise<ServerAgent[]> {
    const { client, server, scope } = await this.place(project, signal);
    const known = this.records.get(server, scope.project);
    return await serverAgents(client, scope, known, { signal });
  }

  /** What is known of a project's agents on any server or environment. */
  recordsAt(server: ServerInfo, project: string): ProjectRecords {
    return this.records.get(server, project);
  }

  /**
   * Notes what was deployed to an environment from another one: the working tree has no part in it.
   * @param from what the other one is called
   */
  async promoted(
    tree: WorkspaceProject,
    server: ServerInfo,
    manifest: Manifest,
    result: DeployResult,
    from: string,
  ): Promise<void> {
    const { project, environment = '', agents } = manifest;
    const hashes = new Map(agents.map(({ id, sourceHash }) => [id, sourceHash]));
    await this.inTurn(tree, async () => {
      const records = { ...this.records.get(server, project) };
      for (const { localId, agentId, versionId, semver } of result.agents) {
        const hash = hashes.get(localId) ?? '';
        const at = result.deployedAt;
        const now = { synced: { hash, at }, deployed: { hash, at, semver, versionId } };
        records[localId] = { ...records[localId], serverId: agentId, ...now };
      }
      await this.records.set(server, project, records);
    });
    await this.recorder.synced(manifest);
    const at = { server: serverKey(server), project, environment };
    await this.recorder.deployed(at, result, hashes, from);
    this.changed.fire();
  }

  /** @returns what the working tree has seen of an agent on the server. */
  seen(project: WorkspaceProject, agentId: string): Seen {
    const { base, synced } = this.record(project, agentId) ?? {};
    return { ...(base ? { base } : {}), ...(synced?.hash ? { synced: synced.hash } : {}) };
  }

  /**
   * Notes that the working tree has taken in what the server has of an agent, so that it is no drift any more.
   * @param agent what was taken in: `live`, `draft`, or both
   */
  async adopt(project: WorkspaceProject, agent: ServerAgent): Promise<void> {
    const { localId, serverId, live, draft } = agent;
    const { server } = this.connection.state;
    const { name } = project.project;
    const records = this.records.get(server, name);
    const known = records[localId];
    const record: AgentRecord = {
      ...known,
      serverId,
      ...(live ? { base: { semver: live.semver, versionId: live.versionId } } : {}),
      ...(draft ? { synced: { hash: draft, at: known?.synced?.at ?? '' }, common: draft } : {}),
    };
    await this.records.set(server, name, { ...records, [localId]: record });
    this.changed.fire();
  }

  /**
   * Gives an agent another id on a server, where it keeps its versions and sessions.
   * @param server the one that was asked about: no other is told
   * @throws PoliteError as `client` does, and when another server is chosen by now; ApiError when the server refuses:
   *   409 taken, 404 unknown.
   */
  async rename(
    project: WorkspaceProject,
    server: ServerInfo,
    [oldId, newId]: readonly [string, string],
    signal: AbortSignal,
  ): Promise<void> {
    await this.inTurn(project, async () => {
      const { name } = project.project;
      const { client, scope, server: now } = await this.place(project, signal);
      if (!isSameServer(server, now)) {
        throw new PoliteError(
          `${now.label} was chosen in the place of ${server.label}, so ${oldId} was not renamed there.`,
        );
      }
      await client.source.rename({ ...scope, oldLocalId: oldId, newLocalId: newId }, { signal });
      const { [oldId]: record, ...others } = this.records.get(server, name);
      await this.records.set(server, name, { ...others, ...(record ? { [newId]: record } : {}) });
      await this.recorder.renamed(name, oldId, newId);
      // What was synced last was synced under the old id.
      this.last.delete(project.folder.toString());
    });
    this.renamed.fire({ project, server, oldId, newId });
    this.changed.fire();
  }

  /**
   * Deletes what a server has of an agent. A server that wants to be told twice is told, as the person has been shown
   * what goes.
   * @param server the one that was asked about: no other is told
   * @throws PoliteError as `client` does, and when another server is chosen by now; ApiError when the server refuses:
   *   404 unknown.
   */
  async delete(
    project: WorkspaceProject,
    server: ServerInfo,
    localId: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.inTurn(project, async () => {
      const { client, scope, server: now } = await this.place(project, signal);
      if (!isSameServer(server, now)) {
        throw new PoliteError(
          `${now.label} was chosen in the place of ${server.label}, so ${localId} was not deleted there.`,
        );
      }
      const request = { ...scope, localId };
      try {
        await client.source.delete(request, { signal });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'force_required') throw error;
        await client.source.delete({ ...request, force: true }, { signal });
      }
      const { name } = project.project;
      const { [localId]: gone, ...others } = this.records.get(server, name);
      await this.records.set(server, name, others);
      this.last.delete(project.folder.toString());
    });
    this.changed.fire();
  }

  /** Asks the connected server what it has of each project. What cannot be asked is said in the log. */
  async refresh(): Promise<void> {
    for (const project of this.workspaces.projects.filter(({ project: { name } }) => name !== '')) {
      // In turn with syncs: what the server had before one must not replace what is recorded of it.
      await this.inTurn(project, () => this.readServer(project));
    }
    this.changed.fire();
  }

  private async readServer(project: WorkspaceProject): Promise<void> {
    try {
      // The client of a server that is left meanwhile still answers; what it has is not the next one's.
      const { client, server, scope } = await this.place(project);
      const { project: name } = scope;
      const known = this.records.get(server, name);
      const manifest = this.manifest(project, undefined, scope);
      await this.records.set(server, name, await recordsFromServer(client, project.project, manifest, known));
    } catch (error) {
      const { label } = this.connection.state.server;
      this.log.warn(`What ${label} has of ${project.project.name} is not known: ${sentence(error)}`);
    }
  }

  /** What every request about a project's source says: its name, and the environment that is worked in. */
  scope(project: WorkspaceProject): SourceScope {
    const { environment } = this.connection.state.server;
    return { project: project.project.name, ...(environment ? { environment } : {}) };
  }

  /** A project's source as the chosen environment takes it. @param agentIds only these agents */
  manifest(
    project: WorkspaceProject,
    agentIds?: readonly string[],
    { environment }: SourceScope = this.scope(project),
  ): Manifest {
    return buildManifest(project.project, {
      ...(environment ? { environment } : {}),
      ...(agentIds ? { agentIds } : {}),
    });
  }

  /** A client that says which folder it speaks for. */
  async client(project: WorkspaceProject, signal?: AbortSignal): Promise<TavoraClient> {
    return await this.connection.client(signal, project.folder.toString());
  }

  dispose(): void {
    this.store.dispose();
  }

  private async send(
    project: WorkspaceProject,
    signal: AbortSignal,
    agentIds?: readonly string[],
    place?: Place,
  ): Promise<SyncResult> {
    const { name, agents } = project.project;
    const fatal = fatalIssues(project, agentIds);
    if (fatal.length > 0) {
      throw refusal(`Sync of ${name || 'the project'}`, fatal);
    }
    if (agents.length === 0) {
      throw new PoliteError(`${name} has no agents yet, so there is nothing to send.`);
    }
    assertMerged(project, agentIds);
    const { client, server, scope } = place ?? (await this.place(project, signal));
    const manifest = this.manifest(project, agentIds, scope);
    let result: SyncResult;
    try {
      result = await client.source.sync(manifest, { signal });
    } catch (error) {
      if (error instanceof ApiError && error.issues.length > 0) {
        this.receive(project, error.issues);
        throw refusal(`${server.label}: sync of ${name}`, error.issues);
      }
      throw error;
    }
    const sent = new Map(manifest.agents.map(({ id, sourceHash }) => [id, sourceHash]));
    const records = { ...this.records.get(server, name) };
    for (const { localId, agentId } of result.agents) {
      const hash = sent.get(localId);
      if (hash !== undefined) {
        const synced = { hash, at: result.syncedAt };
        records[localId] = { ...records[localId], serverId: agentId, synced, common: hash };
      }
    }
    await this.records.set(server, name, records);
    await this.recorder.synced(manifest);
    if (isSameServer(server, this.connection.state.server)) {
      this.last.set(project.folder.toString(), { hashes: sent, result });
    }
    this.receive(project, result.serverIssues ?? []);
    this.log.info(
      `Synced ${name} to ${server.label}: ${result.agents.map(({ localId }) => localId).join(', ')}.`,
    );
    this.changed.fire();
    return result;
  }

  /** Passes on what a server said of a project's source. */
  receive(project: WorkspaceProject, issues: Issue[]): void {
    this.refused.fire({ project, issues });
  }

  /** One sync of a project at a time; the next one sends what is newest by then. No task may wait for another turn. */
  inTurn<T>(project: WorkspaceProject, task: () => Promise<T>): Promise<T> {
    const key = project.folder.toString();
    // An earlier sync that failed has told its own caller.
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(task, task);
    this.turns.set(key, turn);
    return turn;
  }
}
