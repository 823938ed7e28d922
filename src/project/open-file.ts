import { readAgentConfig } from './config/agent-config';
import { bindEvals, bindPersona } from './config/eval-bindings';
import { readEvalFile } from './config/eval-file';
import { projectConfigPath, readProjectConfig } from './config/project-config';
import { bindSkills } from './config/skill-bindings';
import { discoverAgents } from './discover';
import { promptIssues } from './prompts/rules';
import { readIgnores } from './rules/ignores';
import { sortIssues } from './rules/issue';
import type { RuleLevels } from './rules/levels';
import {
  duplicateIdIssues,
  fileIssues,
  newSecrets,
  promptContext,
  promptsOf,
  skillContext,
} from './rules/project-rules';
import { secretIssues } from './rules/secrets';
import { configServerIssues } from './rules/server-rules';
import { isAboutUse, issuesInView, issuesOfFile, type RuleView } from './rules/view';
import { analyzeSkill } from './skills/analyze';
import { skillIssues } from './skills/rules';
import { type Snapshot, snapshotOf } from './snapshot';
import { largestCheckedFile, SourceFile } from './source-file';
import type { AgentProject, RangedIssue } from './types';

/**
 * The problems of a project as its files were loaded, seen with what a server has and what a person has set.
 * @returns sorted by file and place.
 */
export function projectIssues(project: AgentProject, view: RuleView): RangedIssue[] {
  return issuesInView(snapshotOf(project), view);
}

/** @returns what a project's `tavora.jsonc` and a view together make of single rules. */
export function levelsOf(project: AgentProject, view: RuleView): RuleLevels {
  return { ...snapshotOf(project).config.levels, ...view.levels };
}

/**
 * The issues of one file as its unsaved text stands, given the rest of the project as last loaded.
 * Synchronous; a 500-line skill takes a few milliseconds.
 *
 * @param text the editor's text, without a byte order mark.
 * @returns only issues of this file, sorted by place; none for a file that the project does not use.
 */
export function checkOpenFile(
  project: AgentProject,
  path: string,
  text: string,
  view: RuleView = {},
): RangedIssue[] {
  const snapshot = snapshotOf(project);
  const saved = snapshot.files.get(path);
  // An editor shows such a file with marks in place of its characters: only the bytes tell.
  if (saved && saved.text === undefined) return fileIssues(saved);
  if (Buffer.byteLength(text) > largestCheckedFile) {
    return fileIssues(new SourceFile(path, Buffer.from(text)));
  }
  const issues = issuesOf(project, snapshot, path, text, view);
  // What no text of its own can change: whether anything names the file.
  issues.push(...snapshot.found.filter((one) => one.file === path && isAboutUse(one.code)));
  if (saved) issues.push(...newSecrets(secretIssues(path, text), issues));
  const own = issues.filter((one) => one.file === path);
  const ignores = readIgnores(path, text).filter(({ code }) => saved || isAboutUse(code));
  return sortIssues(issuesOfFile(snapshot, view, path, own, ignores));
}

function issuesOf(
  project: AgentProject,
  snapshot: Snapshot,
  path: string,
  text: string,
  view: RuleView,
): RangedIssue[] {
  if (path === projectConfigPath) {
    const config = readProjectConfig(text);
    discoverAgents(config, snapshot.listing);
    return [...config.report.issues];
  }
  if (snapshot.agents.some(({ source }) => source.path === path)) {
    return agentConfigIssues(snapshot, path, text, view);
  }
  const users = project.agents.filter((agent) => agent.files.includes(path));
  if (users.some((agent) => agent.evals.some((one) => one.path === path))) {
    return [...readEvalFile(path, text).issues];
  }
  if (path.endsWith('.md')) {
    const listing = snapshot.listing.partial ? undefined : snapshot.listing;
    return users
      .filter((agent) => promptsOf(agent).includes(path))
      .flatMap((agent) => {
        const budget = path === agent.personaPath ? { budget: snapshot.config.personaTokens } : {};
        return promptIssues(path, text, { ...promptContext(agent, listing), ...budget });
      });
  }
  const callers = users.filter((agent) =>
    agent.skills.some((skill) => skill.path === path && skill.kind === 'module'),
  );
  if (callers.length === 0) return [];
  const analysis = analyzeSkill(text);
  const hosted = snapshot.config.hosted || (view.server?.hosted ?? false);
  return callers.flatMap((agent) => skillIssues(path, analysis, skillContext(agent, hosted)));
}

function agentConfigIssues(snapshot: Snapshot, path: string, text: string, view: RuleView): RangedIssue[] {
  const config = readAgentConfig(path, text);
  bindPersona(config, snapshot.listing);
  bindSkills(config, snapshot.listing);
  bindEvals(config, snapshot.listing);
  const configs = snapshot.agents.map(({ source }) => (source.path === path ? config : source));
  const server = view.server ? configServerIssues(config, view.server) : [];
  return [...config.report.issues, ...server, ...duplicateIdIssues(configs)];
}

/**
 * Checks a `tavora.jsonc` or an agent's config by its text alone: its syntax and fields, not whether the files
 * that it names exist.
 */
export function checkJsonFile(path: string, text: string): RangedIssue[] {
  const config = path === projectConfigPath ? readProjectConfig(text) : readAgentConfig(path, text);
  return sortIssues(config.report.issues);
}
