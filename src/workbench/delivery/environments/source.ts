import {
  agentSourceHash,
  type CaseOwner,
  filesFromManifest,
  hashBytes,
  loadProject,
  projectSourceHash,
  type RuleLevels,
} from '../../../project';
import type { Manifest } from '../../../protocol';
import type { LocalAgent } from '../preview/plan';
import type { SourceScope } from '../server-state';
import type { LiveSource } from './live';

/**
 * @param rules what the project makes of rules now: no version has that among its files
 * @returns versions as they are sent to another environment: byte for byte what they were made of.
 */
export function manifestOf(
  { project, environment }: SourceScope,
  sources: readonly LiveSource[],
  rules: RuleLevels,
): Manifest {
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
    ...(Object.keys(rules).length > 0 ? { rules } : {}),
  };
}

/** An agent of a manifest, as its files say. */
export interface ManifestAgent extends LocalAgent, CaseOwner {}

/** What a plan needs of the agents of a manifest. */
export async function agentsOf(manifest: Manifest): Promise<ManifestAgent[]> {
  const { agents } = await loadProject(filesFromManifest(manifest));
  return manifest.agents.map(({ id, sourceHash, files }) => {
    const read = agents.find((agent) => agent.id === id);
    return {
      id,
      name: read?.name ?? id,
      sourceHash,
      gated: read?.runEvals ?? false,
      configPath: read?.configPath ?? '',
      evals: read?.evals ?? [],
      files: files.map(({ path, hash }) => ({ path, hash })),
    };
  });
}
