import { Breather } from './breather';
import { projectConfigPath, readProjectConfig } from './config/project-config';
import { discoverAgents } from './discover';
import { projectSourceHash } from './hash';
import { Listing } from './listing';
import { AgentLoader } from './load-agent';
import { Reader } from './reader';
import { issue } from './rules/issue';
import { duplicateIdIssues, fileIssues, newSecrets } from './rules/project-rules';
import { unreachableAgentIssues, unusedFileIssues } from './rules/unused';
import { issuesInView } from './rules/view';
import { type LoadedAgent, remember, type Snapshot, snapshotOf } from './snapshot';
import type { AgentProject, ProjectFiles, RangedIssue } from './types';

/**
 * Reads a project. Bad input never throws: it becomes issues, and what can be loaded is loaded. Only a failing
 * `files.list` is passed on. Gives other work a turn every few milliseconds.
 *
 * @param previous an earlier reading of the same folder; what is the same since is not read or checked again.
 */
export async function loadProject(files: ProjectFiles, previous?: AgentProject): Promise<AgentProject> {
  const before = previous && snapshotOf(previous);
  const breather = new Breather();
  const listing = await list(files, before);
  const reader = new Reader(files, before?.files ?? new Map());
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
  const loader = new AgentLoader(config, listing, reader, breather, before);
  const agents: LoadedAgent[] = [];
  for (const path of discoverAgents(config, listing)) {
    const loaded = await loader.load(path);
    if (loaded) agents.push(loaded);
  }
  const sources = agents.map((one) => one.source);
  const found: RangedIssue[] = [
    ...config.report.issues,
    ...reader.issues,
    ...duplicateIdIssues(sources),
    ...agents.flatMap(({ source, issues }) => [...source.report.issues, ...issues]),
  ];
  for (const file of reader.files.values()) {
    found.push(...fileIssues(file), ...newSecrets(file.secrets, found));
    await breather.breathe();
  }
  const values = agents.map((one) => one.agent);
  const spare = new Reader(files, before?.spare ?? new Map());
  if (!listing.partial && !config.report.document.problem) {
    const paths = sources.map((one) => one.path);
    const unread = reader.issues.map((one) => one.file);
    const unused = [
      ...unusedFileIssues(listing, values, sources, unread),
      ...unreachableAgentIssues(listing, paths),
    ];
    // A comment in them may say that this is meant.
    await spare.readAll(unused.map((one) => one.file));
    found.push(...unused);
  }
  const snapshot: Snapshot = { listing, files: reader.files, spare: spare.files, config, agents, found };
  const project: AgentProject = {
    name: config.name,
    ...(config.apiUrl ? { apiUrl: config.apiUrl } : {}),
    configPath: projectConfigPath,
    retentionRuns: config.retentionRuns,
    agents: values,
    issues: issuesInView(snapshot, {}),
    sourceHash: projectSourceHash(values),
    text: (path) => reader.files.get(path)?.text,
  };
  remember(project, snapshot);
  return project;
}

/** Keeps the earlier listing where it names the same files, so that what was found in it still stands. */
async function list(files: ProjectFiles, before: Snapshot | undefined): Promise<Listing> {
  const paths = await files.list();
  return before?.listing.equals(paths) ? before.listing : new Listing(paths, files.partial);
}
