import type { Agent } from '../../project';
import type { Issue, Manifest, SyncResult, ValidateResult } from '../../protocol';
import { keepEvals } from '../evals/keep';
import { invalidSource } from '../http/problem';
import { keepSchedules, scheduleIssues } from '../schedule/keep';
import { type Nouns, timestamp } from '../store';
import type { NewSkill } from '../store/skills';
import { isFatal, type Received, receive } from './received';
import { indexIssues, modelIssues, type SourceServices, twoFoldersIssue } from './server-issues';

/** Checks a manifest as a sync would, and keeps nothing. */
export async function validateSource(services: SourceServices, manifest: Manifest): Promise<ValidateResult> {
  const { issues, project } = await receive(manifest);
  const agents = project?.agents ?? [];
  const ours = [...agents.flatMap(scheduleIssues), ...(await warningsOf(services, agents))];
  return { issues: [...issues, ...ours] };
}

/**
 * Stages a manifest's agents as drafts, and writes through what is not part of a version: their evals, skills,
 * MCP servers and schedules. Agents of the project that it does not carry stay as they are. Each `environment`
 * of a project has agents of its own, with their drafts, versions and everything else.
 *
 * @param folder what the client calls the folder it syncs from; "" when it did not say.
 * @throws Problem 422 with the issues when one is fatal; nothing is kept then.
 */
export async function syncSource(
  services: SourceServices,
  manifest: Manifest,
  folder: string,
): Promise<SyncResult> {
  const received = await receive(manifest);
  const { project } = received;
  const issues = [...received.issues, ...(project?.agents ?? []).flatMap(scheduleIssues)];
  const fatal = issues.filter(isFatal);
  const [first] = fatal;
  if (!project || first) {
    const more = fatal.length > 1 ? ` (and ${fatal.length - 1} more)` : '';
    throw invalidSource(`The source was not taken: ${first?.message ?? 'it cannot be read'}${more}`, issues);
  }
  const { agents, warnings } = await services.store.transaction((store) =>
    stage(store, services, manifest, received, folder),
  );
  services.schedules.changed();
  return {
    draftHash: manifest.sourceHash,
    agents,
    syncedAt: timestamp(),
    serverIssues: [...warnings, ...(await warningsOf(services, project.agents))],
  };
}

/** What agents ask for that this server does not have, or cannot reach. */
async function warningsOf(services: SourceServices, agents: readonly Agent[]): Promise<Issue[]> {
  const [indexes, servers] = await Promise.all([indexIssues(services, agents), services.mcp.check(agents)]);
  return [...modelIssues(services, agents), ...indexes, ...servers];
}

async function stage(
  store: Nouns,
  { audit, projectId, clock }: Pick<SourceServices, 'audit' | 'projectId' | 'clock'>,
  { project: sourceProject, environment = '' }: Manifest,
  received: Received,
  folder: string,
): Promise<{ agents: SyncResult['agents']; warnings: Issue[] }> {
  const agents: SyncResult['agents'] = [];
  const warnings: Issue[] = [];
  for (const { id: localId, sourceHash, files } of received.agents) {
    const agent = received.project?.agents.find((one) => one.id === localId);
    if (!agent) throw new Error(`The agent "${localId}" passed the checks without a config.`);
    const row = await store.agents.put(
      { projectId, sourceProject, environment, localId },
      { name: agent.name, description: '' },
    );
    const before = await store.drafts.of(row.id);
    if (before && folder && before.source_folder && before.source_folder !== folder) {
      warnings.push(twoFoldersIssue(localId, before.source_folder, folder));
    }
    const treeId = await store.trees.put(row.id, sourceHash, files);
    const draft = await store.drafts.put(row.id, treeId, folder);
    await store.skills.replace(projectId, row.id, skillsOf(received, agent));
    await keepEvals(store, row, agent);
    await keepSchedules(store, row, agent, clock.now());
    const metadata = { project: sourceProject, environment, local_id: localId, source_hash: sourceHash };
    await audit.record({ action: 'source.sync', subjectType: 'agent', subjectId: row.id, metadata }, store);
    agents.push({ localId, agentId: row.id, draftId: draft.id, sourceHash });
  }
  await store.trees.prune();
  return { agents, warnings };
}

/** MCP servers are skills too: scripts reach them the same way, so that none may have a skill's name. */
function skillsOf({ project }: Received, agent: Agent): NewSkill[] {
  const skills = agent.skills.map(({ name, kind, description, path, info }) => ({
    name,
    type: kind,
    description,
    path,
    prompt: project?.text(path) ?? '',
    parameters: info?.params ?? [],
    config: {},
  }));
  return [
    ...skills,
    ...agent.mcp.map(({ name, url, transport, auth }) => ({
      name,
      type: 'mcp',
      description: `MCP server at ${url}`,
      path: agent.configPath,
      prompt: '',
      parameters: [],
      config: { url, transport, ...(auth ? { auth } : {}) },
    })),
  ];
}
