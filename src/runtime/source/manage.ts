import type {
  DeleteRequest,
  DeleteResult,
  DiffResult,
  ExportResult,
  Manifest,
  ManifestAgent,
  ManifestFile,
  RenameRequest,
  RenameResult,
} from '../../protocol';
import { conflict, notFound, Problem } from '../http/problem';
import type { AgentRow, TreeFileWithBytes } from '../store';
import type { SourceServices } from './server-issues';

/**
 * Gives an agent another local id; its versions and sessions stay its own.
 * @throws Problem 404 for an unknown agent, 409 when the new id is taken, 400 when it is empty.
 */
export async function renameSource(services: SourceServices, request: RenameRequest): Promise<RenameResult> {
  const { project, oldLocalId, newLocalId } = request;
  if (!newLocalId.trim()) throw new Problem(400, 'bad_request', 'The field "newLocalId" is empty.');
  const { environment = '' } = request;
  const agent = await findAgent(services, project, environment, oldLocalId);
  if (newLocalId !== oldLocalId) {
    const taken = await services.store.agents.find({
      projectId: services.projectId,
      sourceProject: project,
      environment,
      localId: newLocalId,
    });
    if (taken) throw conflict(`The project "${project}" already has an agent "${newLocalId}".`);
    await services.store.transaction(async (store) => {
      await store.agents.update(agent.id, { local_id: newLocalId });
      const metadata = { project, environment, from: oldLocalId, to: newLocalId };
      const entry = { action: 'source.rename', subjectType: 'agent', subjectId: agent.id, metadata };
      await services.audit.record(entry, store);
    });
  }
  return { agentId: agent.id, oldLocalId, newLocalId };
}

/**
 * Deletes an agent with its draft, versions and skills. Sessions stay readable.
 * @throws Problem 404 for an unknown agent, 409 `force_required` unless `force` is true.
 */
export async function deleteSource(services: SourceServices, request: DeleteRequest): Promise<DeleteResult> {
  const agent = await findAgent(services, request.project, request.environment ?? '', request.localId);
  if (request.force !== true) {
    const message = `Deleting "${request.localId}" takes its draft and versions with it; send force: true to do so.`;
    throw new Problem(409, 'force_required', message);
  }
  await services.store.transaction(async (store) => {
    await store.agents.delete(agent.id);
    await store.trees.prune();
    const metadata = { project: request.project, local_id: request.localId };
    const entry = { action: 'agent.delete', subjectType: 'agent', subjectId: agent.id, metadata };
    await services.audit.record(entry, store);
  });
  return { agentId: agent.id, localId: request.localId, deleted: true };
}

/**
 * The newest synced source of a project, contents in base64.
 * @throws Problem 404 for a project that was never synced.
 */
export async function exportSource(
  services: SourceServices,
  project: string,
  environment: string,
): Promise<ExportResult> {
  const agents = await services.store.agents.ofSource(services.projectId, project, environment);
  if (agents.length === 0) throw notFound(sourceName(project, environment));
  const exported = await Promise.all(agents.map((agent) => exportAgent(services, agent)));
  return { project, agents: exported.filter((agent) => agent !== undefined) };
}

/** Compares a manifest with the drafts of its project, file by file. */
export async function diffSource(services: SourceServices, manifest: Manifest): Promise<DiffResult> {
  const local = hashesOf(manifest.agents);
  const server = new Map<string, string>();
  const { project, environment = '' } = manifest;
  for (const agent of await services.store.agents.ofSource(services.projectId, project, environment)) {
    const draft = await services.store.drafts.of(agent.id);
    const { files } = draft ? await services.loaded.load(draft.tree_id) : { files: [] };
    for (const { path, hash } of files) server.set(path, hash);
  }
  const paths: DiffResult['paths'] = [];
  for (const path of [...new Set([...local.keys(), ...server.keys()])].sort()) {
    const [here, there] = [local.get(path), server.get(path)];
    if (here === there) continue;
    paths.push({
      path,
      state: here === undefined ? 'server-only' : there === undefined ? 'local-only' : 'changed',
    });
  }
  return { inSync: paths.length === 0, paths };
}

/** @returns what a project's source is called where it is not found. */
export function sourceName(project: string, environment: string): string {
  const where = environment ? ` in the environment "${environment}"` : '';
  return `The source of a project "${project}"${where}`;
}

async function findAgent(
  services: SourceServices,
  project: string,
  environment: string,
  localId: string,
): Promise<AgentRow> {
  const agent = await services.store.agents.find({
    projectId: services.projectId,
    sourceProject: project,
    environment,
    localId,
  });
  if (!agent) throw notFound(`The agent "${localId}" of the project "${project}"`);
  return agent;
}

async function exportAgent({ store }: SourceServices, agent: AgentRow): Promise<ManifestAgent | undefined> {
  const draft = await store.drafts.of(agent.id);
  const tree = draft && (await store.trees.get(draft.tree_id));
  if (!tree) return undefined;
  const files = manifestFiles(await store.trees.files(tree.id));
  return { id: agent.local_id, sourceHash: tree.source_hash, files };
}

/** @returns stored files as a manifest carries them, contents in base64. */
export function manifestFiles(files: readonly TreeFileWithBytes[]): ManifestFile[] {
  return files.map(({ path, hash, size, bytes }) => ({
    path,
    hash,
    size,
    content: Buffer.from(bytes).toString('base64'),
  }));
}

function hashesOf(agents: readonly ManifestAgent[]): Map<string, string> {
  return new Map(agents.flatMap(({ files }) => files.map(({ path, hash }) => [path, hash.toLowerCase()])));
}
