import { readAgentConfig } from './config/agent-config';
import { bindEvals, bindPersona } from './config/eval-bindings';
import { readEvalFile } from './config/eval-file';
import { projectConfigPath, readProjectConfig } from './config/project-config';
import { bindSkills } from './config/skill-bindings';
import { discoverAgents } from './discover';
import { sortIssues, uniqueIssues } from './rules/issue';
import { duplicateIdIssues, fileIssues, skillContext, skillsUsing } from './rules/project-rules';
import { analyzeSkill } from './skills/analyze';
import { skillIssues } from './skills/rules';
import { type Snapshot, snapshotOf } from './snapshot';
import { largestCheckedFile, SourceFile } from './source-file';
import type { AgentProject, RangedIssue } from './types';

/**
 * The issues of one file as its unsaved text stands, given the rest of the project as last loaded.
 * Synchronous; a 500-line skill takes a few milliseconds.
 *
 * @param text the editor's text, without a byte order mark.
 * @returns only issues of this file, sorted by place; none for a file that the project does not use.
 */
export function checkOpenFile(project: AgentProject, path: string, text: string): RangedIssue[] {
  const snapshot = snapshotOf(project);
  const saved = snapshot.files.get(path);
  // An editor shows such a file with marks in place of its characters: only the bytes tell.
  if (saved && saved.text === undefined) return fileIssues(saved);
  const tooLarge = Buffer.byteLength(text) > largestCheckedFile;
  const issues = tooLarge
    ? fileIssues(new SourceFile(path, Buffer.from(text)))
    : issuesOf(project, snapshot, path, text);
  return sortIssues(uniqueIssues(issues.filter((one) => one.file === path)));
}

function issuesOf(project: AgentProject, snapshot: Snapshot, path: string, text: string): RangedIssue[] {
  if (path === projectConfigPath) return projectConfigIssues(snapshot, text);
  if (snapshot.configs.some((config) => config.path === path)) return agentConfigIssues(snapshot, path, text);
  if (project.agents.some((agent) => agent.evals.some((one) => one.path === path))) {
    return readEvalFile(path, text).issues;
  }
  const users = skillsUsing(project.agents).filter(({ skill }) => skill.path === path);
  if (users.length === 0) return [];
  const analysis = analyzeSkill(text);
  return users.flatMap(({ agent }) => skillIssues(path, analysis, skillContext(agent)));
}

function projectConfigIssues(snapshot: Snapshot, text: string): RangedIssue[] {
  const config = readProjectConfig(text);
  discoverAgents(config, snapshot.listing);
  return config.report.issues;
}

function agentConfigIssues(snapshot: Snapshot, path: string, text: string): RangedIssue[] {
  const config = readAgentConfig(path, text);
  bindPersona(config, snapshot.listing);
  bindSkills(config, snapshot.listing);
  bindEvals(config, snapshot.listing);
  const configs = snapshot.configs.map((one) => (one.path === path ? config : one));
  return [...config.report.issues, ...duplicateIdIssues(configs)];
}

/**
 * Checks a `tavora.jsonc` or an agent's config by its text alone: its syntax and fields, not whether the files
 * that it names exist.
 */
export function checkJsonFile(path: string, text: string): RangedIssue[] {
  const config = path === projectConfigPath ? readProjectConfig(text) : readAgentConfig(path, text);
  return sortIssues(config.report.issues);
}
