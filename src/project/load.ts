import { readAgentConfig } from './config/agent-config';
import { bindEvals, bindPersona } from './config/eval-bindings';
import { projectConfigPath, readProjectConfig } from './config/project-config';
import { bindSkills } from './config/skill-bindings';
import { discoverAgents } from './discover';
import { agentSourceHash, compareBytes, projectSourceHash } from './hash';
import { Listing } from './listing';
import { issue, sortIssues, uniqueIssues } from './rules/issue';
import { duplicateIdIssues, fileIssues, skillContext, skillsUsing } from './rules/project-rules';
import { skillIssues } from './skills/rules';
import { skillFile } from './skills/skill-file';
import { remember, type Snapshot, snapshotOf } from './snapshot';
import { SourceFile } from './source-file';
import type { Agent, AgentProject, EvalFile, ProjectFiles, RangedIssue } from './types';

/**
 * Reads a project. Bad input never throws: it becomes issues, and what can be loaded is loaded. Only a failing
 * `files.list` is passed on.
 *
 * @param previous an earlier reading of the same folder; files whose bytes are the same are not parsed again.
 */
export async function loadProject(files: ProjectFiles, previous?: AgentProject): Promise<AgentProject> {
  const listing = new Listing(await files.list());
  const reader = new Reader(files, previous ? snapshotOf(previous).files : new Map());
  const configText = (await reader.read(projectConfigPath))?.text;
  const config = readProjectConfig(configText ?? '');
  if (configText === undefined) {
    config.report.issues.length = 0;
    if (!reader.files.has(projectConfigPath) && reader.issues.length === 0) {
      const message = 'There is no tavora.jsonc in this folder.';
      const hint = 'Create one with {"project": "my-project"}, or make a new project.';
      reader.issues.push(issue('missing-project-config', projectConfigPath, { message, hint }));
    }
  }
  const issues: RangedIssue[] = [];
  const configs = [];
  const agents: Agent[] = [];
  for (const path of discoverAgents(config, listing)) {
    const file = await reader.read(path);
    if (!file || file.text === undefined) continue;
    const source = readAgentConfig(path, file.text);
    configs.push(source);
    const personaPath = bindPersona(source, listing);
    const bound = bindSkills(source, listing);
    const evalPaths = bindEvals(source, listing);
    const wanted = [
      path,
      ...(personaPath ? [personaPath] : []),
      ...bound.flatMap((one) => one.files),
      ...evalPaths,
    ];
    const read = await reader.readAll([...new Set(wanted)].sort(compareBytes));
    agents.push({
      id: source.id,
      name: source.name || source.id,
      configPath: path,
      model: source.model,
      ...(personaPath ? { personaPath } : {}),
      capabilities: source.capabilities,
      declaresCapabilities: source.declaresCapabilities,
      skills: bound.map((one) => skillFile(one, (path) => reader.files.get(path))),
      evals: evalPaths.flatMap((one): EvalFile[] => {
        const evaluation = reader.files.get(one)?.evaluation;
        return evaluation ? [evaluation.file] : [];
      }),
      mcp: source.mcp,
      indexes: source.indexes,
      schedules: source.schedules,
      env: source.env,
      runEvals: source.runEvals,
      files: read.map((one) => one.path),
      sourceHash: agentSourceHash(read),
      ranges: source.ranges,
    });
    issues.push(...source.report.issues);
  }
  issues.push(...config.report.issues, ...reader.issues, ...duplicateIdIssues(configs));
  for (const file of reader.files.values()) issues.push(...fileIssues(file));
  for (const { agent, skill } of skillsUsing(agents)) {
    const analysis = reader.files.get(skill.path)?.skill;
    if (analysis) issues.push(...skillIssues(skill.path, analysis, skillContext(agent)));
  }
  for (const path of new Set(agents.flatMap((agent) => agent.evals.map((one) => one.path)))) {
    issues.push(...(reader.files.get(path)?.evaluation?.issues ?? []));
  }
  const project: AgentProject = {
    name: config.name,
    ...(config.apiUrl ? { apiUrl: config.apiUrl } : {}),
    configPath: projectConfigPath,
    retentionRuns: config.retentionRuns,
    agents,
    issues: sortIssues(uniqueIssues(issues)),
    sourceHash: projectSourceHash(agents),
    text: (path) => reader.files.get(path)?.text,
  };
  const snapshot: Snapshot = { listing, files: reader.files, configs };
  remember(project, snapshot);
  return project;
}

/** Reads files once, keeps those of an earlier reading whose bytes are the same, and notes what failed. */
class Reader {
  readonly files = new Map<string, SourceFile>();
  readonly issues: RangedIssue[] = [];

  constructor(
    private readonly source: ProjectFiles,
    private readonly previous: ReadonlyMap<string, SourceFile>,
  ) {}

  async read(path: string): Promise<SourceFile | undefined> {
    const known = this.files.get(path);
    if (known) return known;
    let bytes: Uint8Array | undefined;
    try {
      bytes = await this.source.read(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const hint = 'Check that the file may be read by you.';
      this.issues.push(
        issue('unreadable-file', path, { message: `The file could not be read: ${reason}`, hint }),
      );
      return undefined;
    }
    if (!bytes) return undefined;
    const before = this.previous.get(path);
    const file = before?.sameBytes(bytes) ? before : new SourceFile(path, bytes);
    this.files.set(path, file);
    return file;
  }

  async readAll(paths: readonly string[]): Promise<SourceFile[]> {
    const read = await Promise.all(paths.map((path) => this.read(path)));
    return read.filter((file) => file !== undefined);
  }
}
