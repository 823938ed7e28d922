import { capabilities } from '../capabilities';
import type { AgentConfigSource } from '../config/agent-config';
import type { Listing } from '../listing';
import { primitives } from '../primitives';
import type { PromptContext } from '../prompts/rules';
import type { SkillContext } from '../skills/context';
import { languageGlobals } from '../skills/globals';
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
        data: { suggestion: freeId(config.id, configs) },
      }),
    ];
  });
}

function freeId(id: string, configs: readonly AgentConfigSource[]): string {
  let n = 2;
  while (configs.some((one) => one.id === `${id}-${n}`)) n++;
  return `${id}-${n}`;
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

/**
 * @param hosted whether the agent is to run on a hosted server's engine.
 * @returns what a skill may count on in an agent.
 */
export function skillContext(agent: Agent, hosted: boolean): SkillContext {
  return {
    hosted,
    agent: agent.configPath,
    infos: new Map(agent.skills.flatMap(({ name, info }) => (info ? [[name, info] as const] : []))),
    modules: agent.skills.filter((skill) => skill.kind === 'module').map((skill) => skill.name),
    prompts: agent.skills.filter((skill) => skill.kind === 'prompt').map((skill) => skill.name),
    mcpServers: agent.mcp.map((server) => server.name).filter((name) => name !== ''),
    ...(agent.declaresCapabilities ? { capabilities: agent.capabilities } : {}),
  };
}

/** Names that every prompt may put into backticks without speaking of a skill. */
const commonWords: readonly string[] = [
  ...primitives.map((one) => one.name),
  ...capabilities.map((one) => one.name),
  ...languageGlobals,
];

/** @returns what the prompts of an agent may speak of. @param listing left out where not every file is known. */
export function promptContext(agent: Agent, listing: Listing | undefined): PromptContext {
  const { modules, prompts, mcpServers, infos } = skillContext(agent, false);
  const words = new Set([...commonWords, ...agent.indexes, ...Object.keys(agent.env), agent.id]);
  for (const info of infos?.values() ?? []) {
    for (const { name } of info.params) words.add(name);
    for (const name of info.exportsNames) words.add(name);
    for (const { params } of info.functions) for (const { name } of params) words.add(name);
  }
  return { modules, prompts, mcpServers, words, ...(listing ? { listing } : {}) };
}

/** @returns the Markdown files of an agent that a model reads, the persona first. */
export function promptsOf(agent: Agent): string[] {
  const skills = agent.skills.flatMap((skill) => skill.files.filter((path) => path.endsWith('.md')));
  return [...(agent.personaPath ? [agent.personaPath] : []), ...skills];
}

/** @returns the secrets of a file that no other rule has spoken of. */
export function newSecrets(secrets: readonly RangedIssue[], others: readonly RangedIssue[]): RangedIssue[] {
  return secrets.filter(
    ({ range }) =>
      !others.some(
        (other) =>
          other.code === 'mcp-secret-in-source' &&
          other.range &&
          range &&
          range.offset >= other.range.offset &&
          range.offset < other.range.offset + other.range.length,
      ),
  );
}
