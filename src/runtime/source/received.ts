import {
  type AgentProject,
  agentSourceHash,
  filesFromManifest,
  loadProject,
  ManifestError,
  projectSourceHash,
} from '../../project';
import type { Issue, Manifest } from '../../protocol';
import type { TreeFileWithBytes } from '../store';

/** One agent of a manifest: what its config says, and the files it came with. */
export interface ReceivedAgent {
  id: string;
  sourceHash: string;
  files: TreeFileWithBytes[];
}

/** A manifest that has been read. `issues` holds everything wrong with it; a fatal one forbids its use. */
export interface Received {
  agents: ReceivedAgent[];
  /** Undefined when the manifest could not even be unpacked. */
  project?: AgentProject;
  issues: Issue[];
}

/** Unpacks a manifest and holds it against the project's rules. Never throws for bad content. */
export async function receive(manifest: Manifest): Promise<Received> {
  try {
    const files = filesFromManifest(manifest);
    const agents: ReceivedAgent[] = [];
    for (const { id, sourceHash, files: listed } of manifest.agents) {
      const received: TreeFileWithBytes[] = [];
      for (const { path, hash, size } of listed) {
        const bytes = await files.read(path);
        if (!bytes) throw new ManifestError(`The file "${path}" cannot be read from the manifest.`, path);
        if (bytes.byteLength !== size) {
          throw new ManifestError(
            `"${path}" has ${bytes.byteLength} bytes, not ${size} as its entry says.`,
            path,
          );
        }
        received.push({ path, hash: hash.toLowerCase(), size, bytes });
      }
      agents.push({ id, sourceHash, files: received });
    }
    const project = await loadProject(files);
    return { agents, project, issues: [...hashIssues(manifest, agents), ...idIssues(agents, project)] };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return { agents: [], issues: [fatal('manifest-content', error.message, error.path)] };
  }
}

/** The hashes that a manifest claims must be those of what it carries. */
function hashIssues(manifest: Manifest, agents: readonly ReceivedAgent[]): Issue[] {
  const issues: Issue[] = [];
  for (const agent of agents) {
    const paths = agent.files.map((file) => file.path);
    const twice = paths.find((path, index) => paths.indexOf(path) !== index);
    if (twice !== undefined) {
      issues.push(fatal('manifest-duplicate', `The agent "${agent.id}" lists "${twice}" twice.`, twice));
    }
    if (agentSourceHash(agent.files) !== agent.sourceHash) {
      const message = `The sourceHash of agent "${agent.id}" is not that of its files.`;
      issues.push(fatal('manifest-hash', message));
    }
  }
  if (projectSourceHash(agents) !== manifest.sourceHash) {
    issues.push(fatal('manifest-hash', 'The sourceHash of the manifest is not that of its agents.'));
  }
  return issues;
}

/** Every agent of the manifest must be the one whose config it carries, and the other way round. */
function idIssues(agents: readonly ReceivedAgent[], project: AgentProject): Issue[] {
  const issues: Issue[] = [...project.issues];
  for (const { id } of agents) {
    if (!project.agents.some((agent) => agent.id === id)) {
      issues.push(fatal('manifest-agent', `No agent.jsonc in the manifest has the id "${id}".`));
    }
    if (agents.filter((other) => other.id === id).length > 1) {
      issues.push(fatal('manifest-agent', `The manifest holds the agent "${id}" twice.`));
    }
  }
  for (const agent of project.agents) {
    if (!agents.some(({ id }) => id === agent.id)) {
      const message = `The agent "${agent.id}" is not listed in the manifest under its own id.`;
      issues.push(fatal('manifest-agent', message, agent.configPath));
    }
  }
  return issues;
}

function fatal(code: string, message: string, file?: string): Issue {
  return { code, message, severity: 'fatal', ...(file ? { file } : {}) };
}

/** @returns whether an issue forbids taking the source. */
export function isFatal(issue: Issue): boolean {
  return issue.severity === 'fatal';
}
