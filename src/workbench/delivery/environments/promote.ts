import * as vscode from 'vscode';
import { ApiError } from '../../../client';
import type { DeployRequest, DeployResult, Manifest, SyncResult } from '../../../protocol';
import { assertTrusted, type Connection, confirmProduction, type ServerInfo } from '../../connection';
import { offer, runCommand } from '../../shared/commands';
import { PoliteError } from '../../shared/errors';
import type { Log } from '../../shared/log';
import { askTarget } from '../../shared/targets';
import type { WorkspaceProject, Workspaces } from '../../shared/workspaces';
import type { Archive } from '../archive';
import type { Drafts } from '../drafts';
import { type ChangePair, openChanges, versionUri } from '../files';
import type { ServerAgent } from '../preview/drift';
import { failedEvals } from '../preview/failed-evals';
import { type AgentFacts, type DeployPlan, planDeploy, samePlan } from '../preview/plan';
import { deployThroughGate, type GatedAgent } from '../preview/through-gate';
import { serverKey } from '../records';
import { refusal } from '../refusal';
import { type Work, working } from '../work';
import { EnvironmentReader, type LiveSource } from './live';
import { agentsOf, hashesOf, manifestOf } from './source';
import { promotionLines } from './summary';

/** What promotions are made with. */
export interface PromoteTools {
  log: Log;
  workspaces: Workspaces;
  connection: Connection;
  drafts: Drafts;
  archive: Archive;
}

/** A promotion as it would be made: what goes where, and what that changes. */
interface Promotion {
  from: ServerInfo;
  to: EnvironmentReader;
  sources: LiveSource[];
  manifest: Manifest;
  plan: DeployPlan;
  /** What is in the target environment now. */
  there: ServerAgent[];
}

/**
 * Deploys to one environment exactly what is live in another, whatever the working tree has.
 * @throws PoliteError and ApiError when it is refused, CancellationError when the person leaves.
 */
export async function promote(tools: PromoteTools, value: unknown): Promise<void> {
  assertTrusted();
  const { project, agentId } = await askTarget(tools.workspaces, value);
  const { from, to } = await askEnvironments(tools.connection);
  const what = agentId ?? project.project.name;
  const title = `Promoting ${what} to ${to.label}`;
  const sources = await working(title, true, ({ signal }) =>
    readSources(tools, project, agentId, from, signal),
  );
  const chosen = await sources.choose();
  const promotion = await working(title, true, ({ signal }) =>
    prepare(tools, project, agentId, { from, to, sources: chosen }, signal),
  );
  await ask(tools, what, promotion);
  await confirmProduction(to, `promote ${what}`);
  const result = await working(title, true, (work) => make(tools, project, agentId, promotion, work));
  const versions = result.agents.map(({ localId, semver }) => `${localId} v${semver.replace(/^v/, '')}`);
  const message = `Promoted from ${from.label} to ${to.label}: ${versions.join(', ')}.`;
  tools.log.info(message);
  offer(tools.log, vscode.window.showInformationMessage, message, [
    { label: 'Switch Environment…', run: () => runCommand('tavora.connect') },
  ]);
}

async function askEnvironments(connection: Connection): Promise<{ from: ServerInfo; to: ServerInfo }> {
  const { servers, state } = connection;
  if (servers.length < 2) {
    throw new PoliteError('There is only one environment. Add another one to promote to.', [
      { label: 'Add Environment…', run: () => runCommand('tavora.addEnvironment') },
    ]);
  }
  const current = servers.filter(({ id }) => id === state.server.id);
  const others = servers.filter(({ id }) => id !== state.server.id);
  const from = await pick([...current, ...others], 'Promote: from which environment?');
  const index = servers.findIndex(({ id }) => id === from.id);
  // The next one of the list comes first.
  const targets = [...servers.slice(index + 1), ...servers.slice(0, index)];
  return { from, to: await pick(targets, `Promote from ${from.label}: to which environment?`) };
}

async function pick(servers: readonly ServerInfo[], title: string): Promise<ServerInfo> {
  const items = servers.map((server) => ({
    label: server.label,
    description: [
      server.embedded ? 'on this machine' : server.origin,
      ...(server.environment ? [`environment ${server.environment}`] : []),
      ...(server.production ? ['production'] : []),
    ].join(' · '),
    server,
  }));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.server;
}

async function readerOf(
  { connection, archive }: PromoteTools,
  project: WorkspaceProject,
  server: ServerInfo,
  signal: AbortSignal,
): Promise<EnvironmentReader> {
  const client = await connection.clientOf(server.id, signal, project.folder.toString());
  return new EnvironmentReader(server, project.project.name, client, archive);
}

/** What is live, with the choice of an earlier version where one agent is meant. */
async function readSources(
  tools: PromoteTools,
  project: WorkspaceProject,
  agentId: string | undefined,
  from: ServerInfo,
  signal: AbortSignal,
): Promise<{ choose(): Promise<LiveSource[]> }> {
  const reader = await readerOf(tools, project, from, signal);
  const known = tools.drafts.recordsAt(from, project.project.name);
  const agents = (await reader.agents(known, signal)).filter(
    ({ live, localId }) => live && (agentId === undefined || localId === agentId),
  );
  const [only] = agents;
  if (!only) {
    const what = agentId ?? project.project.name;
    throw new PoliteError(`Nothing of ${what} is live on ${from.label}. Deploy it there first.`);
  }
  if (agentId === undefined) {
    const live = agents.flatMap((agent) => (agent.live ? [{ agent, version: agent.live }] : []));
    const sources = await Promise.all(
      live.map(({ agent, version }) => reader.source(agent, version, signal)),
    );
    return { choose: async () => sources };
  }
  const versions = await reader.versions(only, signal);
  return {
    choose: async () => {
      const items = versions.map((version) => ({
        label: `v${version.semver.replace(/^v/, '')}`,
        description: version.versionId === only.live?.versionId ? 'live' : version.at,
        version,
      }));
      items.sort((a, b) => Number(b.description === 'live') - Number(a.description === 'live'));
      const picked =
        items.length === 1
          ? items[0]
          : await vscode.window.showQuickPick(items, { title: `Promote ${agentId}: which version?` });
      if (!picked) {
        throw new vscode.CancellationError();
      }
      return [await reader.source(only, picked.version, AbortSignal.timeout(60_000))];
    },
  };
}

async function prepare(
  tools: PromoteTools,
  project: WorkspaceProject,
  agentId: string | undefined,
  { from, to, sources }: { from: ServerInfo; to: ServerInfo; sources: LiveSource[] },
  signal: AbortSignal,
): Promise<Promotion> {
  const reader = await readerOf(tools, project, to, signal);
  const manifest = manifestOf(reader.scope, sources);
  const { issues } = await reader.client.source.validate(manifest, { signal });
  const fatal = issues.filter(({ severity }) => severity === 'fatal');
  if (fatal.length > 0) {
    throw refusal(`${to.label}: promotion of ${agentId ?? project.project.name}`, fatal);
  }
  const { plan, there } = await planFor(tools, reader, manifest, agentId, signal);
  return { from, to: reader, sources, manifest, plan, there };
}

async function planFor(
  { drafts, archive }: PromoteTools,
  reader: EnvironmentReader,
  manifest: Manifest,
  agentId: string | undefined,
  signal: AbortSignal,
): Promise<Pick<Promotion, 'plan' | 'there'>> {
  const known = drafts.recordsAt(reader.server, reader.project);
  const there = await reader.agents(known, signal);
  const facts = new Map<string, AgentFacts>();
  for (const { id } of manifest.agents) {
    const server = there.find(({ localId }) => localId === id);
    const files = server?.live && (await reader.files(server, server.live, signal));
    const { base, synced } = known[id] ?? {};
    if (files && server.live?.hash) {
      const kept = [...files].map(([path, bytes]) => ({ path, bytes }));
      await archive.record({ project: reader.project, agentId: id }, server.live.hash, kept);
    }
    facts.set(id, {
      ...(server ? { server } : {}),
      seen: { ...(base ? { base } : {}), ...(synced?.hash ? { synced: synced.hash } : {}) },
      ...(files ? { liveFiles: hashesOf(files) } : {}),
    });
  }
  const plan = planDeploy({
    project: reader.project,
    server: reader.server.label,
    ...(reader.server.environment ? { environment: reader.server.environment } : {}),
    ...(agentId ? { only: agentId } : {}),
    agents: await agentsOf(manifest),
    facts,
    serverOnly: [],
  });
  return { plan, there };
}

/** Shows what would change. @throws CancellationError when the person does not want it. */
async function ask({ archive }: PromoteTools, what: string, promotion: Promotion): Promise<void> {
  const { from, to, plan, sources } = promotion;
  const { label } = to.server;
  const versions = new Map(sources.map(({ agent, version }) => [agent.localId, version.semver]));
  const detail = [
    ...promotionLines(plan, versions),
    '',
    `Taken from what is live on ${from.label}, not from the working tree.`,
  ].join('\n');
  for (const { agent, files } of sources) {
    const kept = [...files].map(([path, bytes]) => ({ path, bytes }));
    const hash = plan.agents.find(({ id }) => id === agent.localId)?.sourceHash ?? '';
    await archive.record({ project: plan.project, agentId: agent.localId }, hash, kept);
  }
  const question = `Promote ${what} from ${from.label} to ${label}?`;
  const first = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail },
    'Promote',
    'Show Changes',
  );
  if (first === 'Promote') {
    return;
  }
  if (first !== 'Show Changes') {
    throw new vscode.CancellationError();
  }
  await openChanges(`Promote ${what}: ${label} ↔ ${from.label}`, pairsOf(promotion));
  if ((await vscode.window.showWarningMessage(question, 'Promote')) !== 'Promote') {
    throw new vscode.CancellationError();
  }
}

function pairsOf({ plan, to }: Promotion): ChangePair[] {
  const { environment = '' } = to.scope;
  return plan.agents.flatMap(({ id, sourceHash, live, files, serverId = '' }) => {
    const agent = { server: serverKey(to.server), project: plan.project, environment, agentId: id, serverId };
    const at = (hash: string, path: string) => versionUri(agent, { kind: 'source', hash }, path);
    return files.flatMap((change): ChangePair[] => {
      if (change.state === 'unchanged') return [];
      const old = change.state === 'moved' ? change.from : change.path;
      const before = change.state !== 'new' && live?.hash ? { before: at(live.hash, old) } : {};
      const after = change.state !== 'gone' ? { after: at(sourceHash, change.path) } : {};
      return [{ ...before, ...after }];
    });
  });
}

async function make(
  tools: PromoteTools,
  project: WorkspaceProject,
  agentId: string | undefined,
  promotion: Promotion,
  { signal, step }: Work,
): Promise<DeployResult> {
  const { to, manifest, plan, there } = promotion;
  step('comparing again');
  const now = await planFor(tools, to, manifest, agentId, signal);
  if (!samePlan(plan, now.plan)) {
    throw new PoliteError(`${to.server.label} has changed in the meantime, so nothing was promoted.`, [
      {
        label: 'Promote Again…',
        run: () => runCommand('tavora.promote', { folder: project.folder, agentId }),
      },
    ]);
  }
  step('sending');
  let sent: SyncResult;
  try {
    sent = await to.client.source.sync(manifest, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.issues.length > 0) {
      throw refusal(`${to.server.label}: promotion of ${agentId ?? plan.project}`, error.issues);
    }
    throw error;
  }
  step('deploying');
  const ids = manifest.agents.map(({ id }) => id);
  // All at once where nothing else of the project could go live by it.
  const alone = there.every(({ localId }) => ids.includes(localId));
  const results: DeployResult[] = [];
  for (const id of alone ? [undefined] : ids) {
    const request = { ...to.scope, ...(id === undefined ? {} : { localAgentId: id }) };
    const gated = sent.agents
      .filter(({ localId }) => id === undefined || localId === id)
      .filter(({ localId }) => plan.agents.some((agent) => agent.id === localId && agent.gated))
      .map(({ localId, agentId: serverId }) => ({ localId, serverId }));
    const result = await deployed(to, request, gated, { signal, step });
    await tools.drafts.promoted(to.server, manifest, result);
    results.push(result);
  }
  const [first] = results;
  if (!first) {
    throw new PoliteError(`${to.server.label} deployed nothing.`);
  }
  return { ...first, agents: results.flatMap(({ agents }) => agents) };
}

/** @throws PoliteError when evals refuse it; ApiError for every other refusal. */
async function deployed(
  { client, project }: EnvironmentReader,
  request: DeployRequest,
  gated: GatedAgent[],
  work: Work,
): Promise<DeployResult> {
  try {
    return await deployThroughGate(client, request, gated, work);
  } catch (error) {
    throw failedEvals(request.localAgentId ?? project, error) ?? error;
  }
}
