import type { McpServer, SkillFile } from '../../types';
import { describeSkill, skillKind } from '../describe';
import type { AgentView } from '../index/agents';
import type { Completion, Span } from '../types';

/** What a completion replaces. */
export interface Target {
  /** What has been typed before the cursor. */
  insert: Span;
  /** The whole word or text around the cursor. */
  replace: Span;
}

/** @returns an entry that inserts its label; `more` says what is different. */
export function entry(
  label: string,
  target: Target,
  more: Partial<Completion> & Pick<Completion, 'kind'>,
): Completion {
  return { label, detail: '', documentation: '', insertText: label, order: 5, ...target, ...more };
}

/** @returns an entry for a skill. */
export function skillEntry(skill: SkillFile, target: Target): Completion {
  return entry(skill.name, target, {
    kind: skill.kind === 'module' ? 'skill' : 'prompt',
    detail: skillKind(skill),
    documentation: describeSkill(skill),
    order: skill.kind === 'module' ? 1 : 3,
  });
}

/** @returns an entry for an MCP server. */
export function serverEntry({ name, url }: McpServer, target: Target): Completion {
  return entry(name, target, { kind: 'server', detail: 'MCP server', documentation: `\`${url}\``, order: 2 });
}

/** @returns skills and servers that agents have, each name once. */
export function modules(
  agents: readonly AgentView[],
  kinds: readonly SkillFile['kind'][],
): { skills: SkillFile[]; servers: McpServer[] } {
  const skills = agents.flatMap((agent) => agent.skills).filter((one) => kinds.includes(one.kind));
  const servers = agents.flatMap((agent) => agent.mcp).filter((one) => one.name !== '');
  return { skills: byName(skills), servers: byName(servers) };
}

function byName<T extends { name: string }>(things: readonly T[]): T[] {
  return [...new Map(things.map((one) => [one.name, one])).values()];
}
