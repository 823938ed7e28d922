import * as vscode from 'vscode';
import { ApiError, ConnectionError, isUnserved, type TavoraClient } from '../../../client';
import { type Agent, sourceFiles } from '../../../project';
import type { Connection } from '../../connection';
import { isCancellation, PoliteError, sentence } from '../../shared/errors';
import type { WorkspaceProject, Workspaces } from '../../shared/workspaces';
import type { Archive, SourceBytes } from '../archive';
import type { Drafts } from '../drafts';
import { entryOf } from '../place';
import { serverKey } from '../records';
import { draftFromServer, versionFromServer, versionOfSource } from './server-files';
import { type AgentSource, type Snapshot, type Which, whichLabel } from './source';

/** How many states are held in memory: those of a few open comparisons. */
const held = 24;

/** How long a draft that was read counts as the server's, in milliseconds. */
const draftMs = 5_000;

/** One reading for all who want the same. */
interface Reading {
  /** When it began, in milliseconds since the epoch. */
  since: number;
  snapshot: Promise<Snapshot>;
  /** Of the one who asked first. */
  signal: AbortSignal | undefined;
}

/** Reads the files of versions, drafts and recorded states, from the server or from what this workspace kept. */
export class Snapshots {
  private readonly reading = new Map<string, Reading>();

  constructor(
    private readonly workspaces: Workspaces,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
    private readonly archive: Archive,
  ) {}

  /** @returns an agent of the working tree as the chosen server knows it. */
  sourceOf(project: WorkspaceProject, agentId: string): AgentSource {
    const { server } = this.connection.state;
    return {
      server: serverKey(server),
      project: project.project.name,
      environment: server.environment ?? '',
      agentId,
      serverId: this.drafts.agentServerId(project, agentId) ?? '',
    };
  }

  /**
   * The files of a version, a draft or a recorded state. The server is asked first, as another client may have
   * deployed; what this workspace kept stands in for a server that cannot say.
   * @throws PoliteError with a sentence when neither has them.
   */
  async read(agent: AgentSource, which: Which, signal?: AbortSignal): Promise<Snapshot> {
    const key = JSON.stringify([agent.server, agent.project, agent.environment, agent.agentId, which]);
    const known = this.reading.get(key);
    if (known && (which.kind !== 'draft' || Date.now() - known.since < draftMs)) {
      try {
        return await known.snapshot;
      } catch (error) {
        // That another has given up is no answer for one who still waits.
        if (!known.signal?.aborted || signal?.aborted) throw error;
        return await this.read(agent, which, signal);
      }
    }
    const snapshot = this.find(agent, which, signal);
    this.reading.delete(key);
    this.reading.set(key, { since: Date.now(), snapshot, signal });
    const oldest = this.reading.keys().next();
    if (this.reading.size > held && !oldest.done) this.reading.delete(oldest.value);
    try {
      const found = await snapshot;
      // Parts are asked for again: the server may give more, or the working tree other paths, next time.
      if (!found.complete) this.forget(key, snapshot);
      return found;
    } catch (error) {
      this.forget(key, snapshot);
      throw error;
    }
  }

  /** Has the next reading of a draft ask the server again. */
  forgetDrafts(): void {
    for (const key of this.reading.keys()) {
      if (key.endsWith('{"kind":"draft"}]')) this.reading.delete(key);
    }
  }

  /** The saved files of an agent in the working tree; none of one that was deleted there. */
  async workingTree(project: WorkspaceProject, agentId: string): Promise<Snapshot> {
    const now = await this.workspaces.fresh(project);
    const agent = now.agent(agentId);
    if (!agent) return { files: new Map(), complete: true };
    return {
      files: byPath(sourceFiles(now.project, agent)),
      complete: true,
      sourceHash: agent.sourceHash,
    };
  }

  private forget(key: string, snapshot: Promise<Snapshot>): void {
    if (this.reading.get(key)?.snapshot === snapshot) this.reading.delete(key);
  }

  private async find(agent: AgentSource, which: Which, signal?: AbortSignal): Promise<Snapshot> {
    if (which.kind === 'source') {
      const kept = await this.kept(agent, which.hash);
      if (kept) return kept;
    }
    let why: unknown;
    let parts: Snapshot | undefined;
    try {
      const found = await this.ask(agent, which, signal);
      if (found?.complete) return found;
      parts = found;
    } catch (error) {
      if (signal?.aborted || isCancellation(error)) throw error;
      if (!(error instanceof ApiError || error instanceof ConnectionError || error instanceof PoliteError)) {
        throw error;
      }
      why = error;
    }
    const kept = await this.keptOf(agent, which, parts?.sourceHash);
    if (kept) return kept;
    if (parts) return parts;
    throw this.missing(agent, which, why);
  }

  private async ask(agent: AgentSource, which: Which, signal?: AbortSignal): Promise<Snapshot | undefined> {
    const client = await this.client(agent, signal);
    const known = this.known(agent);
    if (which.kind === 'version') return await versionFromServer(client, agent, which.id, known, signal);
    if (which.kind === 'draft') return await draftFromServer(client, agent, known, signal);
    const draft = await draftFromServer(client, agent, known, signal);
    if (draft?.sourceHash === which.hash) return draft;
    const version = agent.serverId
      ? await versionOfSource(client, agent.serverId, which.hash, signal)
      : undefined;
    return version && (await versionFromServer(client, agent, version.id, known, signal));
  }

  private async client(agent: AgentSource, signal?: AbortSignal): Promise<TavoraClient> {
    const server = entryOf(this.connection, agent.server);
    if (!server) {
      throw new PoliteError(`It is of ${agent.server}, which is not among the servers of tavora.servers.`, [
        { label: 'Connect…', run: () => vscode.commands.executeCommand('tavora.connect') },
      ]);
    }
    return await this.connection.clientOf(server.id, signal);
  }

  /** The agent as the working tree has it, which says where its parts belong. */
  private known({ project, agentId }: AgentSource): Agent | undefined {
    return this.workspaces.projects.find((one) => one.project.name === project)?.agent(agentId);
  }

  private async keptOf(
    agent: AgentSource,
    which: Which,
    sourceHash: string | undefined,
  ): Promise<Snapshot | undefined> {
    if (sourceHash) return await this.kept(agent, sourceHash);
    if (which.kind === 'version') {
      const entry = await this.archive.version(agent, { server: agent.server, versionId: which.id });
      return entry && (await this.kept(agent, entry.sourceHash));
    }
    const here = serverKey(this.connection.state.server) === agent.server;
    const project = this.workspaces.projects.find((one) => one.project.name === agent.project);
    const synced = here && project && this.drafts.record(project, agent.agentId)?.synced?.hash;
    return which.kind === 'draft' && synced ? await this.kept(agent, synced) : undefined;
  }

  private async kept(agent: AgentSource, sourceHash: string): Promise<Snapshot | undefined> {
    const files = await this.archive.files(agent, sourceHash);
    return files && { files: byPath(files), complete: true, sourceHash };
  }

  private missing({ agentId }: AgentSource, which: Which, why: unknown): PoliteError {
    const what = which.kind === 'source' ? `state ${whichLabel(which)}` : whichLabel(which);
    const { label } = this.connection.state.server;
    const reason = why === undefined || isUnserved(why) ? `${label} does not have it.` : sentence(why);
    const remedies = why instanceof PoliteError ? why.remedies : [];
    return new PoliteError(
      `The files of ${agentId} ${what} are not known: this workspace did not keep them. ${reason}`,
      remedies,
      { cause: why },
    );
  }
}

function byPath(files: readonly SourceBytes[]): ReadonlyMap<string, Uint8Array> {
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}
