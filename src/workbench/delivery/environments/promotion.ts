import type * as vscode from 'vscode';
import { fileHashes } from '../../../project';
import type { Manifest } from '../../../protocol';
import type { ServerInfo } from '../../connection';
import { type AgentSource, type ChangePair, versionUri, type Which, withoutVersion } from '../files';
import { type AgentFacts, type AgentPlan, changing, type DeployPlan, planDeploy } from '../preview/plan';
import { shownChanges } from '../preview/question';
import { type ProjectRecords, serverKey } from '../records';
import type { EnvironmentReader, LiveSource } from './live';
import type { ManifestAgent } from './source';

/** A promotion as it would be made: what goes where, and what that changes. */
export interface Promotion {
  from: EnvironmentReader;
  to: EnvironmentReader;
  /** The versions that go, with their files. */
  sources: readonly LiveSource[];
  /** Agents of the environment that they come from, of which nothing is live there; none where one agent is meant. */
  notLive: readonly string[];
  manifest: Manifest;
  /** The agents of the manifest, as they were read. */
  agents: readonly ManifestAgent[];
  /** The one agent that is meant; undefined for all that is live. */
  only: string | undefined;
  plan: DeployPlan;
}

/**
 * Says what a promotion would change, as the receiving environment is now.
 * @param known what was recorded of that environment
 * @throws ApiError, ConnectionError when it cannot be asked.
 */
export async function planPromotion(
  promotion: Omit<Promotion, 'plan'>,
  known: ProjectRecords,
  signal: AbortSignal,
): Promise<Promotion> {
  const { from, to, sources, notLive, agents, only } = promotion;
  const there = await to.agents(known, signal);
  const inSource = new Set([...agents.map(({ id }) => id), ...notLive]);
  const facts = new Map<string, AgentFacts>();
  for (const { id } of agents) {
    const server = there.find(({ localId }) => localId === id);
    const files = server?.live && (await to.files(server, server.live, signal));
    const { base, synced } = known[id] ?? {};
    // What went there from this workspace is no surprise to whoever promotes from it.
    const ours = server?.live && (await to.isOurs(id, server.live)) ? server.live : base;
    facts.set(id, {
      ...(server ? { server } : {}),
      seen: { ...(ours ? { base: ours } : {}), ...(synced?.hash ? { synced: synced.hash } : {}) },
      ...(files ? { liveFiles: fileHashes(files) } : {}),
    });
  }
  const { label, environment } = to.server;
  const plan = planDeploy({
    project: to.project,
    server: label,
    ...(environment ? { environment } : {}),
    ...(only ? { only } : {}),
    from: {
      server: from.server.label,
      versions: new Map(sources.map(({ agent, version }) => [agent.localId, version.semver])),
      notLive,
    },
    agents,
    facts,
    serverOnly: there.filter(({ localId }) => !inSource.has(localId)),
  });
  return { ...promotion, plan };
}

/** @returns the rows of the comparison: what is live in the receiving environment on the left, what goes there on the right. */
export function promotionPairs(promotion: Promotion): ChangePair[] {
  const { plan, to } = promotion;
  return changing(plan).flatMap((agent) => {
    const { live } = agent;
    const there = receiving(to, agent);
    const before = (path: string, beside?: vscode.Uri) =>
      live ? { before: versionUri(there, which(live), path, beside) } : {};
    const mine = sourceOf(promotion, agent.id);
    const after = (path: string, beside?: vscode.Uri): Pick<ChangePair, 'after'> =>
      mine ? { after: versionUri(mine.source, mine.which, path, beside) } : {};
    return shownChanges(agent).map((change): ChangePair => {
      switch (change.state) {
        case 'new':
          return after(change.path);
        case 'gone':
          return before(change.path);
        case 'moved':
          return { ...before(change.from), ...after(change.path) };
        default: {
          const now = after(change.path).after;
          const beside = now && withoutVersion(now);
          return { ...before(change.path, beside), ...after(change.path, beside) };
        }
      }
    });
  });
}

/** @returns an agent as the receiving environment knows it. */
export function receiving(
  { server, project }: EnvironmentReader,
  { id, serverId = '' }: AgentPlan,
): AgentSource {
  return addressOf(server, project, id, serverId);
}

/** @returns the version that goes, where its files are read; undefined for an agent that is not promoted. */
export function sourceOf(
  { from, sources }: Promotion,
  agentId: string,
): { source: AgentSource; which: Which } | undefined {
  const found = sources.find(({ agent }) => agent.localId === agentId);
  return (
    found && {
      source: addressOf(from.server, from.project, agentId, found.agent.serverId),
      which: which(found.version),
    }
  );
}

function addressOf(server: ServerInfo, project: string, agentId: string, serverId: string): AgentSource {
  const { environment = '' } = server;
  return { server: serverKey(server), project, environment, agentId, serverId };
}

function which({ versionId, semver }: { versionId: string; semver: string }): Which {
  return { kind: 'version', id: versionId, semver };
}
