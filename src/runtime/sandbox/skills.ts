import { moduleName, parseSkill, type SkillInfo } from '../../project';
import { didYouMean, listed } from '../../project/rules/suggest';
import type { Resolved } from './guest-types';
import { remembered } from './remembered';
import type { SandboxServer, SandboxSkill } from './types';

const readSkill = remembered(parseSkill);

/** What `require` can reach in one run. */
export class SkillTable {
  constructor(
    readonly skills: readonly SandboxSkill[],
    readonly servers: readonly SandboxServer[],
  ) {}

  /** @returns what `require(request)` means; a skill wins over an MCP server of its name. */
  resolve(request: string): Resolved {
    const name = moduleName(request, true);
    const skill = this.skill(name) ?? this.skill(request);
    if (skill !== undefined) {
      return { kind: 'skill', name: skill.name, shape: this.info(skill).shape };
    }
    const server = this.servers.find((each) => each.name === request);
    if (server !== undefined) return { kind: 'server', ...server };
    const known = [...this.skills, ...this.servers].map((each) => each.name);
    const near = didYouMean(name, known);
    const there = known.length === 0 ? 'This agent has none.' : `It can reach ${listed(known)}.`;
    return { kind: 'none', message: `There is no skill or MCP server "${request}". ${near}${there}` };
  }

  skill(name: string): SandboxSkill | undefined {
    return this.skills.find((each) => each.name === name);
  }

  /** @returns what the skill's code says of itself. */
  info(skill: SandboxSkill): SkillInfo {
    return readSkill(skill.source);
  }
}
