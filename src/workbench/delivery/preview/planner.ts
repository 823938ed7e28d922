import { isUnserved, type TavoraClient } from '../../../client';
import { hashBytes, sourceFiles } from '../../../project';
import type { Issue } from '../../../protocol';
import type { Connection } from '../../connection';
import { PoliteError } from '../../shared/errors';
import { inParallel } from '../../shared/in-parallel';
import type { WorkspaceProject } from '../../shared/workspaces';
import type { Drafts } from '../drafts';
import type { AgentSource, Snapshot, Snapshots, Which } from '../files';
import type { FileHash } from './changes';
import type { LiveVersion, ServerAgent } from './drift';
import { type Gate, gateOf } from './gate';
import { type AgentFacts, type AgentPlan, type DeployPlan, type LocalAgent, planDeploy } from './plan';

/** How many questions a server is asked at a time. */
const width = 8;
/** How many runs are looked through for one over the files that are to be deployed. */
const runsBack = 50;

/** Gathers what a plan of a deployment is made from: the files, what the server has, and what was kept here. */
export class Planner {
  constructor(
    private readonly connection: Connection,
    private readonly drafts: Drafts,
    private readonly snapshots: Snapshots,
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

  /** What the evals say of each agent that they decide on, by its id. Throws as `plan`. */
  async gates(
    project: WorkspaceProject,
    plan: DeployPlan,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Gate>> {
    const gated = plan.agents.filter((agent) => agent.gated);
    const client = await this.drafts.client(project, signal);
    const gates = await inParallel(gated, width, async (agent): Promise<[string, Gate]> => {
      return [agent.id, await gateNow(client, project, agent, signal)];
    });
    return new Map(gates);
  }

  /** @returns an agent as an address of its files needs it. */
  source(project: WorkspaceProject, id: string, serverId: string | undefined): AgentSource {
    const source = this.snapshots.sourceOf(project, id);
    return serverId ? { ...source, serverId } : source;
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
      return { files: hashesOf(snapshot), complete: snapshot.complete };
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

function hashesOf({ files }: Snapshot): FileHash[] {
  return [...files].map(([path, bytes]) => ({ path, hash: hashBytes(bytes) }));
}

async function gateNow(
  client: TavoraClient,
  project: WorkspaceProject,
  { id, serverId, sourceHash }: AgentPlan,
  signal: AbortSignal,
): Promise<Gate> {
  if (project.agent(id)?.evals.length === 0) {
    return { kind: 'no-evals' };
  }
  if (!serverId) {
    return { kind: 'none' };
  }
  try {
    return gateOf(await client.evals.ofAgent(serverId, { limit: runsBack }, { signal }), sourceHash);
  } catch (error) {
    if (isUnserved(error)) {
      return { kind: 'unknown' };
    }
    throw error;
  }
}
