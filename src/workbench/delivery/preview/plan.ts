import {
  type ChangeCounts,
  compareFiles,
  countChanges,
  type FileHash,
  type SourceChange,
  shareOf,
} from '../../../project';
import { type Drift, driftOf, type LiveVersion, type Seen, type ServerAgent } from './drift';

/** Of two agents with another id, how much must be the same for one to be called the other's new name. */
const renameShare = 0.5;

/** An agent of the working tree that is to be deployed. */
export interface LocalAgent {
  id: string;
  name: string;
  sourceHash: string;
  files: readonly FileHash[];
  /** Whether its evals decide on the deployment. */
  gated: boolean;
}

/** What is known of one agent beside its files. */
export interface AgentFacts {
  server?: ServerAgent;
  seen: Seen;
  /** Files of the version that is live; undefined when they are not known here. */
  liveFiles?: readonly FileHash[];
  /** True when `liveFiles` are only some of them: the server gives parts, and nothing was kept here. */
  livePartial?: boolean;
}

/** What a deployment would do to one agent. */
export interface AgentPlan {
  id: string;
  name: string;
  sourceHash: string;
  gated: boolean;
  /**
   * `first`: nothing is live yet. `unknown`: something is, and neither the server nor this machine can say which
   * files it has, or only some of them.
   */
  kind: 'first' | 'changed' | 'unchanged' | 'unknown';
  serverId?: string;
  live?: LiveVersion;
  /** Every file of both sides; of an `unknown` agent those that can be compared. */
  files: SourceChange[];
  counts: ChangeCounts;
  drift: Drift[];
  /** The server's agent that this one looks like under another id. */
  renamedFrom?: string;
}

/** What a deployment would do. A value: nothing is asked and nothing changes in making it. */
export interface DeployPlan {
  project: string;
  /** What the server is called. */
  server: string;
  environment?: string;
  /** The one agent that is meant; undefined for all of the project. */
  only?: string;
  agents: AgentPlan[];
  /**
   * Agents of the project that the server has and the working tree, or the environment that is promoted from, does not;
   * they are left as they are.
   */
  serverOnly: string[];
  /** Where it comes from when it is a promotion; undefined for the working tree. */
  from?: PromotedFrom;
}

/** The environment that a promotion takes versions from. */
export interface PromotedFrom {
  /** What it is called. */
  server: string;
  /** Semver of the version that is taken, by the agent's id. */
  versions: ReadonlyMap<string, string>;
  /** Agents that it has and that are not live there, so that they are not promoted. */
  notLive: readonly string[];
}

/** What a plan is made from. */
export interface PlanInput extends Pick<DeployPlan, 'project' | 'server' | 'environment' | 'only' | 'from'> {
  agents: readonly LocalAgent[];
  /** By the agent's id. */
  facts: ReadonlyMap<string, AgentFacts>;
  /** What the server has and the working tree does not, with files where they are known. */
  serverOnly: readonly (ServerAgent & { files?: readonly FileHash[] })[];
}

/** Says what deploying would change. */
export function planDeploy(input: PlanInput): DeployPlan {
  const { project, server, environment, only, from, serverOnly } = input;
  return {
    project,
    server,
    ...(environment ? { environment } : {}),
    ...(only ? { only } : {}),
    ...(from ? { from } : {}),
    agents: input.agents.map((agent) => planAgent(agent, input.facts.get(agent.id), serverOnly)),
    serverOnly: only ? [] : serverOnly.map(({ localId }) => localId).sort(),
  };
}

/** @returns the agents that would get another version. */
export function changing(plan: DeployPlan): AgentPlan[] {
  return plan.agents.filter(({ kind }) => kind !== 'unchanged');
}

/** @returns the ids of the agents whose evals decide. */
export function gatedIds({ agents }: DeployPlan): string[] {
  return agents.filter(({ gated }) => gated).map(({ id }) => id);
}

/** @returns whether two plans say the same of server and files, so that what was agreed to still holds. */
export function samePlan(a: DeployPlan, b: DeployPlan): boolean {
  const marks = (plan: DeployPlan) => [
    plan.server,
    plan.environment ?? '',
    ...plan.agents.map(({ id, sourceHash, live, drift }) => [id, sourceHash, live?.versionId, drift.length]),
  ];
  return JSON.stringify(marks(a)) === JSON.stringify(marks(b));
}

function planAgent(
  agent: LocalAgent,
  facts: AgentFacts | undefined,
  serverOnly: PlanInput['serverOnly'],
): AgentPlan {
  const { id, name, sourceHash, gated } = agent;
  const live = facts?.server?.live;
  const same = live?.hash === sourceHash;
  const before = same ? agent.files : live ? facts?.liveFiles : [];
  const whole = before !== undefined && (same || !facts?.livePartial);
  const files = comparable(compareFiles(before ?? [], agent.files), whole);
  const counts = countChanges(files);
  const equal = whole && counts.unchanged === files.length;
  const renamed = facts?.server ? undefined : renamedFrom(agent, serverOnly);
  return {
    id,
    name,
    sourceHash,
    gated,
    kind: !live ? 'first' : !whole ? 'unknown' : equal ? 'unchanged' : 'changed',
    ...(facts?.server ? { serverId: facts.server.serverId } : {}),
    ...(live ? { live } : {}),
    files,
    counts,
    drift: facts ? driftOf(sourceHash, facts.server, facts.seen) : [],
    ...(renamed ? { renamedFrom: renamed } : {}),
  };
}

/** What is not among the parts that are known of a version may well have been in it. */
function comparable(files: SourceChange[], whole: boolean): SourceChange[] {
  return whole ? files : files.filter(({ state }) => state === 'changed' || state === 'unchanged');
}

/** An agent whose id was changed by hand is a new one to the server, and its versions stay with the old. */
function renamedFrom(agent: LocalAgent, serverOnly: PlanInput['serverOnly']): string | undefined {
  const likeness = serverOnly.map(({ localId, files }) => ({
    localId,
    share: shareOf(files ?? [], agent.files),
  }));
  const [best] = likeness.sort((a, b) => b.share - a.share);
  return best && best.share >= renameShare ? best.localId : undefined;
}
