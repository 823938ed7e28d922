import type { Breather } from './breather';
import { type AgentConfigSource, readAgentConfig } from './config/agent-config';
import { bindEvals, bindPersona } from './config/eval-bindings';
import type { ProjectConfig } from './config/project-config';
import { bindSkills } from './config/skill-bindings';
import { agentSourceHash, compareBytes } from './hash';
import type { Listing } from './listing';
import { promptIssues } from './prompts/rules';
import type { Reader } from './reader';
import { promptContext, promptsOf, skillContext } from './rules/project-rules';
import { skillIssues } from './skills/rules';
import { skillFile } from './skills/skill-file';
import type { LoadedAgent, Snapshot } from './snapshot';
import type { SourceFile } from './source-file';
import type { Agent, EvalFile, RangedIssue, SkillFile } from './types';

/** Loads the agents of one project; of an earlier reading it takes those of which no file has changed. */
export class AgentLoader {
  private readonly previous: ReadonlyMap<string, LoadedAgent>;

  constructor(
    private readonly config: ProjectConfig,
    private readonly listing: Listing,
    private readonly reader: Reader,
    private readonly breather: Breather,
    before: Snapshot | undefined,
  ) {
    // A file that came or went may be meant by any pattern, and some settings by any rule.
    const same =
      before?.listing === listing &&
      before.config.hosted === config.hosted &&
      before.config.personaTokens === config.personaTokens;
    this.previous = new Map(same ? before.agents.map((one) => [one.source.path, one]) : []);
  }

  /** @returns the agent of a config, or undefined when the config cannot be read as text. */
  async load(path: string): Promise<LoadedAgent | undefined> {
    await this.breather.breathe();
    const config = await this.reader.read(path);
    if (!config || config.text === undefined) return undefined;
    const kept = await this.kept(path);
    if (kept) return kept;
    const source = readAgentConfig(path, config.text);
    const personaPath = bindPersona(source, this.listing);
    const bound = bindSkills(source, this.listing);
    const evalPaths = bindEvals(source, this.listing);
    const wanted = [
      path,
      ...(personaPath ? [personaPath] : []),
      ...bound.flatMap((one) => one.files),
      ...evalPaths,
    ];
    const files = await this.reader.readAll([...new Set(wanted)].sort(compareBytes));
    const skills: SkillFile[] = [];
    for (const one of bound) {
      skills.push(skillFile(one, (file) => this.reader.files.get(file)));
      await this.breather.breathe();
    }
    const evals = evalPaths.flatMap((one): EvalFile[] => {
      const evaluation = this.reader.files.get(one)?.evaluation;
      return evaluation ? [evaluation.file] : [];
    });
    const agent = made(source, personaPath, skills, evals, files);
    const issues = await this.check(agent);
    return { source, agent, files, issues };
  }

  /** @returns the agent of the earlier reading, when all its files are the same. */
  private async kept(path: string): Promise<LoadedAgent | undefined> {
    const before = this.previous.get(path);
    if (!before) return undefined;
    await this.reader.readAll(before.agent.files);
    const { files } = this.reader;
    return before.files.every((file) => files.get(file.path) === file) ? before : undefined;
  }

  private async check(agent: Agent): Promise<RangedIssue[]> {
    const { files } = this.reader;
    const issues: RangedIssue[] = [];
    const context = skillContext(agent, this.config.hosted);
    for (const { kind, path } of agent.skills) {
      const analysis = kind === 'module' ? files.get(path)?.skill : undefined;
      if (analysis) issues.push(...skillIssues(path, analysis, context));
      await this.breather.breathe();
    }
    const prompts = promptContext(agent, this.listing.partial ? undefined : this.listing);
    for (const path of promptsOf(agent)) {
      const file = files.get(path);
      if (file?.text === undefined || file.tooLarge) continue;
      const budget = path === agent.personaPath ? { budget: this.config.personaTokens } : {};
      issues.push(...promptIssues(path, file.text, { ...prompts, ...budget }));
      await this.breather.breathe();
    }
    for (const { path } of agent.evals) issues.push(...(files.get(path)?.evaluation?.issues ?? []));
    return issues;
  }
}

function made(
  source: AgentConfigSource,
  personaPath: string | undefined,
  skills: SkillFile[],
  evals: EvalFile[],
  files: readonly SourceFile[],
): Agent {
  return {
    id: source.id,
    name: source.name || source.id,
    configPath: source.path,
    model: source.model,
    ...(personaPath ? { personaPath } : {}),
    capabilities: source.capabilities,
    declaresCapabilities: source.declaresCapabilities,
    skills,
    evals,
    mcp: source.mcp.map(({ secretNode: _, ...server }) => server),
    indexes: source.indexes,
    schedules: source.schedules,
    env: source.env,
    runEvals: source.runEvals,
    files: files.map((one) => one.path),
    sourceHash: agentSourceHash(files),
    ranges: source.ranges,
  };
}
