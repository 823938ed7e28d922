import type { Issue, Manifest, SyncResult, ValidateResult } from '../../protocol';
import { invalidSource } from '../http/problem';
import { type Store, timestamp } from '../store';
import type { NewSkill } from '../store/skills';
import { isFatal, type Received, receive } from './received';
import { modelIssues, type SourceServices, twoFoldersIssue } from './server-issues';

/** Checks a manifest as a sync would, and keeps nothing. */
export async function validateSource(services: SourceServices, manifest: Manifest): Promise<ValidateResult> {
  const { issues, project } = await receive(manifest);
  return { issues: [...issues, ...(project ? modelIssues(services, project.agents) : [])] };
}

/**
 * Stages a manifest's agents as drafts. Agents of the project that it does not carry stay as they are.
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
  const { project, issues } = received;
  const fatal = issues.filter(isFatal);
  const [first] = fatal;
  if (!project || first) {
    const more = fatal.length > 1 ? ` (and ${fatal.length - 1} more)` : '';
    throw invalidSource(`The source was not taken: ${first?.message ?? 'it cannot be read'}${more}`, issues);
  }
  const { agents, warnings } = await services.store.transaction((store) =>
    stage(store, services, manifest.project, received, folder),
  );
  return {
    draftHash: manifest.sourceHash,
    agents,
    syncedAt: timestamp(),
    serverIssues: [...warnings, ...modelIssues(services, project.agents)],
  };
}

type Stores = Pick<Store, 'agents' | 'trees' | 'drafts' | 'skills' | 'audit'>;

async function stage(
  store: Stores,
  { audit, projectId }: Pick<SourceServices, 'audit' | 'projectId'>,
  sourceProject: string,
  received: Received,
  folder: string,
): Promise<{ agents: SyncResult['agents']; warnings: Issue[] }> {
  const agents: SyncResult['agents'] = [];
  const warnings: Issue[] = [];
  for (const { id: localId, sourceHash, files } of received.agents) {
    const agent = received.project?.agents.find((one) => one.id === localId);
    if (!agent) throw new Error(`The agent "${localId}" passed the checks without a config.`);
    const row = await store.agents.put(
      { projectId, sourceProject, localId },
      { name: agent.name, description: '' },
    );
    const before = await store.drafts.of(row.id);
    if (before && folder && before.source_folder && before.source_folder !== folder) {
      warnings.push(twoFoldersIssue(localId, before.source_folder, folder));
    }
    const treeId = await store.trees.put(row.id, sourceHash, files);
    const draft = await store.drafts.put(row.id, treeId, folder);
    await store.skills.replace(projectId, row.id, skillsOf(received, agent.id));
    const metadata = { project: sourceProject, local_id: localId, source_hash: sourceHash };
    await audit.record({ action: 'source.sync', subjectType: 'agent', subjectId: row.id, metadata }, store);
    agents.push({ localId, agentId: row.id, draftId: draft.id, sourceHash });
  }
  await store.trees.prune();
  return { agents, warnings };
}

function skillsOf({ project }: Received, localId: string): NewSkill[] {
  const agent = project?.agents.find((one) => one.id === localId);
  return (agent?.skills ?? []).map((skill) => ({
    name: skill.name,
    type: skill.kind,
    description: skill.description,
    path: skill.path,
    prompt: project?.text(skill.path) ?? '',
    parameters: skill.info?.params ?? [],
  }));
}
