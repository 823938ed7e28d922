import { readAgentConfig } from '../../config/agent-config';
import { bindEvals, bindPersona } from '../../config/eval-bindings';
import { bindSkills } from '../../config/skill-bindings';
import type { Listing } from '../../listing';
import { folderOf } from '../../paths';
import { skillFile } from '../../skills/skill-file';
import type { SourceFile } from '../../source-file';
import type { Agent, SkillFile } from '../../types';

/** An agent as its config stands in the editor. */
export type AgentView = Pick<
  Agent,
  | 'id'
  | 'name'
  | 'configPath'
  | 'model'
  | 'personaPath'
  | 'capabilities'
  | 'declaresCapabilities'
  | 'skills'
  | 'mcp'
  | 'indexes'
  | 'env'
> & { files: readonly string[] };

/** Reads an agent from a config that was not saved. @param source gives the other files. */
export function viewOf(
  config: SourceFile,
  listing: Listing,
  source: (path: string) => SourceFile | undefined,
): AgentView {
  const read = readAgentConfig(config.path, config.text ?? '');
  const personaPath = bindPersona(read, listing);
  const skills = bindSkills(read, listing).map((one) => skillFile(one, source));
  const evals = bindEvals(read, listing);
  const { id, name, path, model, capabilities, declaresCapabilities, mcp, indexes, env } = read;
  return {
    id,
    name: name || id,
    configPath: path,
    model,
    ...(personaPath ? { personaPath } : {}),
    capabilities,
    declaresCapabilities,
    skills,
    mcp,
    indexes,
    env,
    files: [path, ...(personaPath ? [personaPath] : []), ...skills.flatMap((one) => one.files), ...evals],
  };
}

/** Who uses which file, and which skill a file belongs to. */
export class Uses {
  private readonly users = new Map<string, AgentView[]>();
  private readonly skills = new Map<string, SkillFile>();
  private readonly folders = new Map<string, AgentView>();

  constructor(readonly agents: readonly AgentView[]) {
    for (const agent of agents) {
      const folder = folderOf(agent.configPath);
      if (!this.folders.has(folder)) this.folders.set(folder, agent);
      for (const path of new Set([agent.configPath, ...agent.files])) {
        const known = this.users.get(path);
        if (known) known.push(agent);
        else this.users.set(path, [agent]);
      }
      for (const skill of agent.skills) {
        for (const path of skill.files) if (!this.skills.has(path)) this.skills.set(path, skill);
        if (skill.layout === 'folder') this.skills.set(folderOf(skill.path), skill);
      }
    }
  }

  /** @returns the agents that name a file; for one that none names, the agent in whose folder it stands. */
  of(path: string): readonly AgentView[] {
    const users = this.users.get(path);
    if (users) return users;
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const agent = this.folders.get(folder);
      if (agent) return [agent];
      if (!folder) return [];
    }
  }

  /** True where an agent's config names the file, itself or by a pattern. */
  isNamed(path: string): boolean {
    return this.users.has(path);
  }

  /** @returns the skill that a file or a skill folder belongs to. */
  skill(path: string): SkillFile | undefined {
    return this.skills.get(path);
  }

  /** @returns the agents that have a skill. */
  having(skill: SkillFile): AgentView[] {
    return this.agents.filter((agent) => agent.skills.some((one) => one.path === skill.path));
  }
}
