import type { AgentConfigSource } from '../config/agent-config';
import type { SkillContext } from '../skills/rules';
import { largestCheckedFile, type SourceFile } from '../source-file';
import type { Agent, RangedIssue, SkillFile } from '../types';
import { issue } from './issue';

/** @returns an issue at the id of every agent whose id another agent has taken before. */
export function duplicateIdIssues(configs: readonly AgentConfigSource[]): RangedIssue[] {
  const first = new Map<string, string>();
  return configs.flatMap((config) => {
    if (!config.idNode) return [];
    const other = first.get(config.id);
    if (other === undefined) {
      first.set(config.id, config.path);
      return [];
    }
    return [
      issue('duplicate-agent-id', config.path, {
        range: config.report.document.range(config.idNode),
        message: `The id "${config.id}" is taken by the agent in ${other}.`,
        hint: 'Give every agent of the project its own id.',
      }),
    ];
  });
}

/** @returns what keeps a file from being checked at all. */
export function fileIssues(file: SourceFile): RangedIssue[] {
  if (file.text === undefined) {
    return [
      issue('not-utf8', file.path, {
        message: 'The file is not UTF-8 text.',
        hint: 'Save it with the encoding UTF-8.',
      }),
    ];
  }
  if (!file.tooLarge) return [];
  return [
    issue('file-too-large', file.path, {
      message: `The file is larger than ${largestCheckedFile / 1024} kB and is not checked.`,
      hint: 'Keep data in an index, and skills short.',
    }),
  ];
}

/** @returns each module skill together with each agent that uses it. */
export function skillsUsing(agents: readonly Agent[]): { agent: Agent; skill: SkillFile }[] {
  return agents.flatMap((agent) =>
    agent.skills.filter((skill) => skill.kind === 'module').map((skill) => ({ agent, skill })),
  );
}

/** @returns what a skill may count on in an agent. */
export function skillContext(agent: Agent): SkillContext {
  return {
    modules: agent.skills.filter((skill) => skill.kind === 'module').map((skill) => skill.name),
    prompts: agent.skills.filter((skill) => skill.kind === 'prompt').map((skill) => skill.name),
    mcpServers: agent.mcp.map((server) => server.name).filter((name) => name !== ''),
    ...(agent.declaresCapabilities ? { capabilities: agent.capabilities } : {}),
  };
}
