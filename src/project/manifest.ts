import type { Manifest, ManifestAgent, ManifestFile } from '../protocol';
import { projectConfigPath } from './config/project-config';
import { hashBytes, projectSourceHash } from './hash';
import { escapeGlob } from './listing';
import { isSafePath } from './paths';
import { type RuleLevels, readLevels, serverLevels } from './rules/levels';
import { snapshotOf, sourceFileOf } from './snapshot';
import type { Agent, AgentProject, ProjectFiles, RangedIssue } from './types';

export interface ManifestOptions {
  environment?: string;
  /** Local ids of the agents to take; all when left out. */
  agentIds?: readonly string[];
  now?: Date;
}

/** A manifest whose content does not fit its own words. `path` names the file at fault, "" the whole. */
export class ManifestError extends Error {
  constructor(
    message: string,
    readonly path: string,
  ) {
    super(message);
    this.name = 'ManifestError';
  }
}

/**
 * A project's source as it is sent to a server: file contents in base64, hashes over the bytes, agents in load
 * order.
 * @throws RangeError for an agent id that the project does not have.
 */
export function buildManifest(project: AgentProject, options: ManifestOptions = {}): Manifest {
  const { agentIds, environment, now = new Date() } = options;
  const unknown = agentIds?.find((id) => !project.agents.some((agent) => agent.id === id));
  if (unknown !== undefined) throw new RangeError(`The project "${project.name}" has no agent "${unknown}".`);
  const chosen = agentIds ? project.agents.filter((agent) => agentIds.includes(agent.id)) : project.agents;
  const rules = sentLevels(project);
  return {
    project: project.name,
    ...(environment ? { environment } : {}),
    sourceHash: projectSourceHash(chosen),
    generatedAt: now.toISOString(),
    agents: chosen.map((agent) => manifestAgent(project, agent)),
    // The file that says so is no agent's, so that no server gets it.
    ...(Object.keys(rules).length > 0 ? { rules } : {}),
  };
}

/** @returns what a project makes of rules, as far as a server is to obey it too. */
export function sentLevels(project: AgentProject): RuleLevels {
  return serverLevels(snapshotOf(project).config.levels);
}

/** @returns the fatal issues that keep the named agents, or the whole project, from a server. */
export function fatalIssuesOf(project: AgentProject, agentIds?: readonly string[]): RangedIssue[] {
  const fatal = project.issues.filter(({ severity }) => severity === 'fatal');
  if (!agentIds) return fatal;
  const agents = project.agents.filter(({ id }) => agentIds.includes(id));
  const files = new Set([
    project.configPath,
    ...agents.flatMap(({ configPath, files }) => [configPath, ...files]),
  ]);
  return fatal.filter(({ file }) => files.has(file));
}

/** The files that an agent is made of, as they were read, in byte order of their paths. */
export function sourceFiles(
  project: AgentProject,
  agent: Agent,
): { path: string; hash: string; bytes: Uint8Array }[] {
  return agent.files.map((path) => sourceFileOf(project, path));
}

function manifestAgent(project: AgentProject, agent: Agent): ManifestAgent {
  return {
    id: agent.id,
    sourceHash: agent.sourceHash,
    files: sourceFiles(project, agent).map(
      ({ path, hash, bytes }): ManifestFile => ({
        path,
        hash,
        size: bytes.byteLength,
        content: Buffer.from(bytes).toString('base64'),
      }),
    ),
  };
}

/**
 * The files that a manifest carries, with a `tavora.jsonc` that names its project and its agents' configs.
 * `content` may be base64 or plain text; `hash` decides.
 * @throws ManifestError when a path is unsafe, when neither reading fits the hash, or when one path comes with
 *   two contents.
 */
export function filesFromManifest(manifest: Manifest): ProjectFiles {
  const files = new Map<string, Uint8Array>();
  const configs: string[] = [];
  for (const agent of manifest.agents) {
    const before = configs.length;
    for (const file of agent.files) {
      const bytes = contentOf(file);
      const known = files.get(file.path);
      if (known && Buffer.compare(known, bytes) !== 0) {
        throw new ManifestError(`The file "${file.path}" comes with two different contents.`, file.path);
      }
      files.set(file.path, bytes);
      if (file.path.endsWith('.jsonc') && file.path !== projectConfigPath) configs.push(file.path);
    }
    if (configs.length === before) {
      throw new ManifestError(`The agent "${agent.id}" comes without its agent.jsonc.`, '');
    }
  }
  const discover = [...new Set(configs)].map(escapeGlob);
  const rules = serverLevels(readLevels(manifest.rules));
  const config = { project: manifest.project, agents: { discover }, rules };
  files.set(projectConfigPath, Buffer.from(JSON.stringify(config)));
  return {
    partial: true,
    list: async () => [...files.keys()],
    read: async (path) => files.get(path),
  };
}

/**
 * The bytes of a file that a manifest carries, as base64 or as plain text; its hash decides.
 * @throws ManifestError when its path is unsafe, or neither reading fits the hash.
 */
export function contentOf(file: ManifestFile): Uint8Array {
  const { path, hash, content } = file;
  if (!isSafePath(path)) {
    throw new ManifestError(`The path ${JSON.stringify(path)} is not a plain path inside the project.`, path);
  }
  const wanted = hash.toLowerCase();
  const decoded = Buffer.from(content, 'base64');
  if (hashBytes(decoded) === wanted) return decoded;
  const plain = Buffer.from(content, 'utf8');
  if (hashBytes(plain) === wanted) return plain;
  throw new ManifestError(
    `The content of "${path}" does not fit its hash, neither as base64 nor as text.`,
    path,
  );
}
