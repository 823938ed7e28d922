import type { AgentConfig, AgentVersion, EvalRun, EvalSuite, ManifestAgent } from '../../protocol';
import { badRequest, notFound } from '../http/problem';
import type { AgentRow, VersionRow } from '../store';
import type { LoadedAgent } from './loaded';
import { manifestFiles } from './manage';
import type { SourceServices } from './server-issues';

/** The agents of the project as the wire shows them: what their draft holds, else what is live. */
export async function listConfigs(services: SourceServices): Promise<AgentConfig[]> {
  const agents = await services.store.agents.list(services.projectId);
  return Promise.all(agents.map((agent) => toConfig(services, agent)));
}

/** @throws Problem 404. */
export async function getConfig(services: SourceServices, id: string): Promise<AgentConfig> {
  return toConfig(services, await findAgent(services, id));
}

/** Deletes an agent with its draft, versions and skills. @throws Problem 404. */
export async function deleteConfig(services: SourceServices, id: string): Promise<void> {
  const agent = await findAgent(services, id);
  await services.store.transaction(async (store) => {
    await store.agents.delete(agent.id);
    await store.trees.prune();
    const metadata = { project: agent.source_project, local_id: agent.local_id };
    const entry = { action: 'agent.delete', subjectType: 'agent', subjectId: agent.id, metadata };
    await services.audit.record(entry, store);
  });
}

/**
 * Pins an eval suite of the project, or with "" none: runs then use the agent's own.
 * @throws Problem 404 for an unknown agent, 400 for an unknown suite.
 */
export async function changeSettings(
  services: SourceServices,
  id: string,
  { eval_suite_id: suiteId }: { eval_suite_id?: string },
): Promise<AgentConfig> {
  const { store, audit, projectId } = services;
  const agent = await findAgent(services, id);
  if (suiteId && !(await store.evalSuites.get(projectId, suiteId))) {
    throw badRequest(`There is no eval suite "${suiteId}".`, { field: 'eval_suite_id' });
  }
  if (suiteId !== undefined) {
    await store.transaction(async (nouns) => {
      await nouns.agents.update(agent.id, { eval_suite_id: suiteId || null });
      const metadata = { eval_suite_id: suiteId || null };
      await audit.record(
        { action: 'agent.settings', subjectType: 'agent', subjectId: agent.id, metadata },
        nouns,
      );
    });
  }
  return getConfig(services, id);
}

/** @returns the suite that an agent has pinned. @throws Problem 404 for an unknown agent, or none pinned. */
export async function pinnedSuite(services: SourceServices, id: string): Promise<EvalSuite> {
  const { eval_suite_id: suiteId, local_id: localId } = await findAgent(services, id);
  const suite = suiteId ? await services.store.evalSuites.get(services.projectId, suiteId) : undefined;
  if (!suite) throw notFound(`A pinned eval suite of the agent "${localId}"`);
  return suite;
}

/** @returns an agent's newest runs of evals, newest first. @throws Problem 404. */
export async function listEvalRuns(services: SourceServices, id: string, limit: number): Promise<EvalRun[]> {
  const { id: agentId } = await findAgent(services, id);
  return services.store.evalRuns.list(services.projectId, { limit, offset: 0 }, { agentId });
}

/** @returns an agent's versions, newest first. @throws Problem 404. */
export async function listVersions(services: SourceServices, id: string): Promise<AgentVersion[]> {
  const agent = await findAgent(services, id);
  const versions = await services.store.versions.list(agent.id);
  return Promise.all(versions.map((version) => toVersion(services, version)));
}

/** @throws Problem 404 for an unknown agent, or a version that is not the agent's. */
export async function getVersion(
  services: SourceServices,
  id: string,
  versionId: string,
): Promise<AgentVersion> {
  return toVersion(services, (await findVersion(services, id, versionId)).version);
}

/**
 * What a version was made of, as a manifest carries it: contents in base64.
 * @throws Problem 404 for an unknown agent, or a version that is not the agent's.
 */
export async function getVersionFiles(
  services: SourceServices,
  id: string,
  versionId: string,
): Promise<ManifestAgent> {
  const { agent, version } = await findVersion(services, id, versionId);
  const { sourceHash } = await services.loaded.load(version.tree_id);
  const files = await services.store.trees.files(version.tree_id);
  return { id: agent.local_id, sourceHash, files: manifestFiles(files) };
}

async function findVersion(services: SourceServices, id: string, versionId: string) {
  const agent = await findAgent(services, id);
  const version = await services.store.versions.get(versionId);
  if (version?.agent_id !== agent.id) throw notFound(`The version "${versionId}" of this agent`);
  return { agent, version };
}

async function findAgent({ store, projectId }: SourceServices, id: string): Promise<AgentRow> {
  const agent = await store.agents.get(projectId, id);
  if (!agent) throw notFound(`The agent "${id}"`);
  return agent;
}

async function toConfig({ store, loaded }: SourceServices, row: AgentRow): Promise<AgentConfig> {
  const draft = await store.drafts.of(row.id);
  const live = row.active_version_id ? await store.versions.get(row.active_version_id) : undefined;
  const treeId = draft?.tree_id ?? live?.tree_id;
  if (!treeId) throw new Error(`The agent ${row.id} has neither a draft nor a version.`);
  const source = await loaded.load(treeId);
  const { source_project, environment, local_id, ...shown } = row;
  return {
    ...shown,
    ...about(source),
    created_by: null,
    enabled_capabilities: source.agent.capabilities,
    code_first_project: source_project,
    code_first_local_id: local_id,
    code_first_environment: environment,
    // Ours beside the wire's fields: by these a client sees whether what it has is staged or live.
    draft_source_hash: draft ? source.sourceHash : null,
    active_source_hash: live ? ((await store.trees.get(live.tree_id))?.source_hash ?? null) : null,
    active_semver: live?.semver ?? null,
    active_created_by: live?.created_by ?? null,
  };
}

async function toVersion({ loaded }: SourceServices, row: VersionRow): Promise<AgentVersion> {
  const source = await loaded.load(row.tree_id);
  const { tree_id, number, ...shown } = row;
  return {
    ...shown,
    ...about(source),
    source_hash: source.sourceHash,
  };
}

/** What config and version both say of an agent's source. */
function about({ agent, text }: LoadedAgent) {
  const slash = agent.model.indexOf('/');
  return {
    persona_md: agent.personaPath ? (text(agent.personaPath) ?? '') : '',
    skills_json: agent.skills.map(({ name, kind, path, description }) => ({
      name,
      type: kind,
      path,
      description,
    })),
    stores_json: agent.indexes,
    provider: slash < 0 ? '' : agent.model.slice(0, slash),
    model: agent.model.slice(slash + 1),
  };
}
