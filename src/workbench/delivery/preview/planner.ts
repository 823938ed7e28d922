import { type FileHash, fileHashes, sourceFiles } from '../../../project';
import type { Issue } from '../../../protocol';
import type { Begun, Connection, ServerInfo } from '../../connection';
import { PoliteError } from '../../shared/errors';
import { inParallel } from '../../shared/in-parallel';
import type { WorkspaceProject } from '../../shared/workspaces';
import type { Drafts } from '../drafts';
import type { AgentSource, Snapshots, Which } from '../files';
import type { GateWatcher } from '../gate-watcher';
import { askGates, askRuns, type KnownOfAgents } from './ask-gates';
import type { DecidedAgent } from './deciding';
import { driftOf, type LiveVersion, type ServerAgent } from './drift';
import type { Gate } from './gate';
import type { RunsOver } from './gate-cases';
import { type AgentFacts, type AgentPlan, type DeployPlan, type LocalAgent, planDeploy } from './plan';

/** How many questions a server is asked at a time. */
const width = 8;

/** Gathers what a plan of a deployment is made from: the files, what the server has, and what was kept here. */
export class Planner {
  constructor(
    private readonly connection: Connection,
    private readonly drafts: Drafts,
    private readonly snapshots: Snapshots,
    private readonly gate: Pick<GateWatcher, 'sources'>,
  ) {}

  /**
   * @param only the agent that is to be deployed; left out, all of the project
   * @throws PoliteError when the server cannot be reached; ApiError when it refuses.
   */
  async plan(project: WorkspaceProject, only: string | undefined, signal: AbortSignal): Promise<DeployPlan> {
    const server = await this.drafts.onServer(project, signal);
    const { label, environment } = this.connection.state.server;
    const agents = await localAgents(project, only);
    const byId = new Map(server.map((agent) => [agent.localId, agent]));
    const facts = await inParallel(agents, width, async (agent) => {
      return [agent.id, await this.facts(project, agent, byId.get(agent.id), signal)] as const;
    });
    const here = new Set(project.project.agents.map(({ id }) => id));
    const strangers = server.filter(({ localId }) => !here.has(localId));
    const isNew = agents.some(({ id }) => !byId.has(id));
    const serverOnly = await inParallel(strangers, width, async (agent) => {
      // Only a new agent can be one of them under another id.
      const files = isNew ? (await this.liveFiles(project, agent, signal))?.files : undefined;
      return { ...agent, ...(files ? { files } : {}) };
    });
    return planDeploy({
      project: project.project.name,
      server: label,
      ...(environment ? { environment } : {}),
      ...(only ? { only } : {}),
      agents,
      facts: new Map(facts),
      serverOnly,
    });
  }

  /**
   * What the evals say of each agent that they decide on, by its id. Throws as `plan`.
   * @param decided those agents, as their planned files say
   */
  async gates(
    project: WorkspaceProject,
    plan: DeployPlan,
    decided: readonly DecidedAgent[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Gate>> {
    const client = await this.drafts.client(project, signal);
    const agents = await this.gated(project, plan, signal);
    const hasEvals = (id: string) => decided.find((one) => one.id === id)?.evals.length !== 0;
    const known = { ...this.known(project, this.connection.state.server), hasEvals };
    return await askGates(client, { agents }, known, signal);
  }

  /** What the evals say on a server of each agent that they decide on, by its id. @throws ApiError, ConnectionError */
  async gatesAt(
    { client, server }: Begun,
    project: WorkspaceProject,
    plan: Pick<DeployPlan, 'agents'>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Gate>> {
    return await askGates(client, plan, this.known(project, server), signal);
  }

  /** The results of evals over exactly the planned files, of each agent that they decide on, by its id. As `gates`. */
  async runs(
    project: WorkspaceProject,
    plan: DeployPlan,
    decided: readonly DecidedAgent[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, RunsOver>> {
    const client = await this.drafts.client(project, signal);
    const known = this.known(project, this.connection.state.server);
    const agents = await this.gated(project, plan, signal);
    const read = await inParallel(agents, width, async (agent): Promise<[string, RunsOver][]> => {
      const owner = decided.find(({ id }) => id === agent.id);
      return owner ? [[agent.id, await askRuns(client, agent, owner, known, signal)]] : [];
    });
    return new Map(read.flat());
  }

  /** @returns the ids of those agents whose draft on the server was not synced from here. Throws as `plan`. */
  async othersDrafts(
    project: WorkspaceProject,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<string[]> {
    const there = await this.drafts.onServer(project, signal);
    return ids.filter((id) => {
      const own = project.agent(id)?.sourceHash ?? '';
      const agent = there.find(({ localId }) => localId === id);
      return driftOf(own, agent, this.drafts.seen(project, id)).some(({ kind }) => kind === 'draft');
    });
  }

  /** @returns an agent as an address of its files needs it. */
  source(project: WorkspaceProject, id: string, serverId: string | undefined): AgentSource {
    const source = this.snapshots.sourceOf(project, id);
    return serverId ? { ...source, serverId } : source;
  }

  /** The agents that evals decide on, with the server's ids of those, too, that were new to it when it was planned. */
  private async gated(
    project: WorkspaceProject,
    { agents }: DeployPlan,
    signal: AbortSignal,
  ): Promise<AgentPlan[]> {
    const gated = agents.filter((agent) => agent.gated);
    if (gated.every(({ serverId }) => serverId)) return gated;
    const there = await this.drafts.onServer(project, signal);
    const ids = new Map(there.map(({ localId, serverId }) => [localId, serverId]));
    return gated.map((agent) => {
      const serverId = agent.serverId ?? ids.get(agent.id);
      return { ...agent, ...(serverId ? { serverId } : {}) };
    });
  }

  private known(project: WorkspaceProject, server: ServerInfo): KnownOfAgents {
    return {
      hasEvals: (id) => project.agent(id)?.evals.length !== 0,
      sources: (id) => this.gate.sources(project, server, id),
    };
  }

  private async facts(
    project: WorkspaceProject,
    agent: LocalAgent,
    server: ServerAgent | undefined,
    signal: AbortSignal,
  ): Promise<AgentFacts> {
    const seen = this.drafts.seen(project, agent.id);
    const known = server?.live && server.live.hash !== agent.sourceHash;
    const live = known ? await this.liveFiles(project, server, signal) : undefined;
    return {
      ...(server ? { server } : {}),
      seen,
      ...(live ? { liveFiles: live.files, livePartial: !live.complete } : {}),
    };
  }

  /** @returns undefined when neither server nor this workspace has them. */
  private async liveFiles(
    project: WorkspaceProject,
    { localId, serverId, live }: ServerAgent,
    signal: AbortSignal,
  ): Promise<{ files: FileHash[]; complete: boolean } | undefined> {
    if (!live) {
      return undefined;
    }
    const ours = this.drafts.seen(project, localId).base?.versionId === live.versionId;
    try {
      const source = this.source(project, localId, serverId);
      const snapshot = await this.snapshots.read(source, whichOf(live, ours), signal);
      return { files: fileHashes(snapshot.files), complete: snapshot.complete };
    } catch (error) {
      if (error instanceof PoliteError) {
        return undefined;
      }
      throw error;
    }
  }
}

/** @returns what rules and server warn of in the agents of a plan, each warning once. */
export function warningsOf(project: WorkspaceProject, plan: DeployPlan, remote: readonly Issue[]): Issue[] {
  const files = new Set<string>([project.project.configPath]);
  for (const { id } of plan.agents) {
    const agent = project.agent(id);
    for (const path of agent ? [agent.configPath, ...agent.files] : []) {
      files.add(path);
    }
  }
  const local = project.project.issues.filter(({ file }) => files.has(file));
  const warnings = [...local, ...remote].filter(({ severity }) => severity === 'warn');
  const place = ({ file, line, code }: Issue) => JSON.stringify([file ?? '', line ?? 0, code]);
  return [...new Map(warnings.map((issue) => [place(issue), issue])).values()];
}

/** What was deployed from here was kept here: the server need not be asked for its files. */
function whichOf({ versionId, semver, hash }: LiveVersion, ours: boolean): Which {
  return ours && hash ? { kind: 'source', hash } : { kind: 'version', id: versionId, semver };
}

async function localAgents(project: WorkspaceProject, only: string | undefined): Promise<LocalAgent[]> {
  const chosen = project.project.agents.filter(({ id }) => only === undefined || id === only);
  return await inParallel(chosen, 1, async (agent) => {
    // Hashes are made when first asked for: one agent a turn, so that the editor can answer in between.
    await new Promise((resolve) => setImmediate(resolve));
    const files = sourceFiles(project.project, agent).map(({ path, hash }) => ({ path, hash }));
    const { id, name, sourceHash, runEvals } = agent;
    return { id, name, sourceHash, files, gated: runEvals };
  });
}
