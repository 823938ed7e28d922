import * as vscode from 'vscode';
import type { TavoraClient } from '../../client';
import type { ServerKnowledge, ServerTool } from '../../project/language';
import type { Connection } from '../connection';
import type { Drafts } from '../delivery';
import { DisposableStore } from '../shared/disposables';
import { sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import { knownTools } from './mcp-tools';

/** How long an answer counts as new, in milliseconds. */
const freshMs = 30_000;
const timeoutMs = 5_000;

const nothing: ServerKnowledge = {};

/**
 * What the connected server can say of models, indexes, secrets and the tools of MCP servers. Never starts or connects one, and never waits:
 * what is known now is given, and a question is asked in the background when it is old.
 */
export class ServerFacts implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private known: ServerKnowledge = nothing;
  /** Tools of MCP servers, by the folder of the project. */
  private readonly tools = new Map<string, ReadonlyMap<string, readonly ServerTool[]>>();
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;
  private again = false;
  private askedFor = '';
  private abort = new AbortController();
  /** What has been said in the log, so that it is said once. */
  private readonly told = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly workspaces: Workspaces,
    private readonly drafts: Drafts,
    private readonly log: Log,
  ) {
    // An agent has its id on the server only once the drafts have been compared.
    this.store.add(drafts.onDidChange(() => this.agentIds() !== this.askedFor && this.ask()));
    this.store.add(connection.onDidChange(({ kind }) => (kind === 'connected' ? this.ask() : this.forget())));
    this.ask();
  }

  /** @returns what is known at this moment. */
  about(project: WorkspaceProject): ServerKnowledge {
    if (performance.now() - this.askedAt > freshMs) this.ask();
    const tools = this.tools.get(project.folder.toString());
    return tools ? { ...this.known, tools } : this.known;
  }

  /** Settles when every question that is under way has been answered. */
  async settled(): Promise<void> {
    while (this.asking) await this.asking;
  }

  dispose(): void {
    this.abort.abort();
    this.store.dispose();
  }

  private forget(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.known = nothing;
    this.tools.clear();
    this.askedAt = Number.NEGATIVE_INFINITY;
  }

  private ask(): void {
    if (this.connection.state.kind !== 'connected' || !vscode.workspace.isTrusted) return;
    if (this.asking) {
      this.again = true;
      return;
    }
    this.askedAt = performance.now();
    this.again = false;
    this.askedFor = this.agentIds();
    const { signal } = this.abort;
    this.asking = this.read(signal).finally(() => {
      this.asking = undefined;
      if (this.again) this.ask();
    });
  }

  /** The server's ids of the agents that name MCP servers, as one text to compare. */
  private agentIds(): string {
    return this.workspaces.projects.flatMap((project) => [...this.idsIn(project)]).join(' ');
  }

  private idsIn(project: WorkspaceProject): Set<string> {
    const named = project.project.agents.filter((agent) => agent.mcp.length > 0);
    return new Set(named.flatMap(({ id }) => this.drafts.agentServerId(project, id) ?? []));
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { label } = this.connection.state.server;
    try {
      const client = await this.connection.client(signal);
      const [indexes, secrets, models] = await Promise.all([
        this.part('indexes', () => indexNames(client, signal)),
        this.part('secrets', () => client.vaults.secretNames({ signal, timeoutMs })),
        this.part('models', () => client.models.ids({ signal, timeoutMs })),
      ]);
      if (signal.aborted) return;
      this.known = {
        label,
        ...(indexes ? { indexes } : {}),
        ...(secrets ? { secrets } : {}),
        ...(models ? { models } : {}),
      };
      await this.readTools(client, signal);
    } catch (error) {
      if (!signal.aborted) this.tell(`${label} could not be asked: ${sentence(error)}`);
    }
  }

  private async readTools(client: TavoraClient, signal: AbortSignal): Promise<void> {
    this.tools.clear();
    for (const project of this.workspaces.projects) {
      const ids = this.idsIn(project);
      const tools = await this.part('tools', () => knownTools(client, ids, { signal, timeoutMs }));
      if (tools) this.tools.set(project.folder.toString(), tools);
    }
  }

  /** One part that cannot be had does not keep the others away. */
  private async part<T>(what: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      this.tell(`The ${what} of the server are not known for completion: ${sentence(error)}`);
      return undefined;
    }
  }

  private tell(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.log.info(message);
  }
}

async function indexNames(
  client: TavoraClient,
  signal: AbortSignal,
): Promise<{ name: string; description: string }[] | undefined> {
  const indexes = await client.indexes.list({ signal, timeoutMs });
  return indexes?.map(({ name, description }) => ({ name, description }));
}
