import {
  agentSourceHash,
  filesFromManifest,
  hashBytes,
  loadProject,
  projectSourceHash,
} from '../../../project';
import type { Manifest } from '../../../protocol';
import type { SourceFiles } from '../files';
import type { LocalAgent } from '../preview/plan';
import type { SourceScope } from '../server-state';
import type { LiveSource } from './live';

/** @returns versions as they are sent to another environment: byte for byte what they were made of. */
export function manifestOf({ project, environment }: SourceScope, sources: readonly LiveSource[]): Manifest {
  const agents = sources.map(({ agent, files }) => ({
    id: agent.localId,
    sourceHash: agentSourceHash([...files].map(([path, bytes]) => ({ path, bytes }))),
    files: [...files].map(([path, bytes]) => ({
      path,
      hash: hashBytes(bytes),
      size: bytes.byteLength,
      content: Buffer.from(bytes).toString('base64'),
    })),
  }));
  return {
    project,
    ...(environment ? { environment } : {}),
    sourceHash: projectSourceHash(agents),
    generatedAt: new Date().toISOString(),
    agents,
  };
}

/** What a plan needs of the agents of a manifest. */
export async function agentsOf(manifest: Manifest): Promise<LocalAgent[]> {
  const { agents } = await loadProject(filesFromManifest(manifest));
  return manifest.agents.map(({ id, sourceHash, files }) => {
    const read = agents.find((agent) => agent.id === id);
    return {
      id,
      name: read?.name ?? id,
      sourceHash,
      gated: read?.runEvals ?? false,
      files: files.map(({ path, hash }) => ({ path, hash })),
    };
  });
}

/** @returns the files of a version with their hashes, as a comparison takes them. */
export function hashesOf(files: SourceFiles): LocalAgent['files'] {
  return [...files].map(([path, bytes]) => ({ path, hash: hashBytes(bytes) }));
}
