import { type Agent, type PrimitiveDoc, primitives, type SkillFile, type SkillFunction } from '../../project';
import { describeServers, type ServerTools } from '../mcp';
import type { LoadedAgent } from '../source/loaded';
import type { SessionTools } from './session-tools';

const rules = `You work in steps. In each step either answer the person in words, or write one fenced block of
JavaScript (\`\`\`js … \`\`\`) and nothing after it. The block runs in a sandbox; what it returns comes back to you, and
you go on from there. When you know enough, answer in words without a block.

The sandbox speaks ECMAScript without modules, timers, files or Node. Its functions are synchronous: never write
await. End a block with the value that you want to see. A block may compute for 30 seconds. An object named
\`data\` lives as long as this run. Never make up what a function returns: run it.`;

const serverRules = `A tool takes one object with its arguments by name. It gives the JSON that the tool answers with; where that is
no JSON, {content, text}. It throws when the tool fails.`;

/**
 * @returns the prompt of a session without an agent: how to work, and what the sandbox has.
 * @param tools what the session is limited to.
 */
export function basePrompt(tools?: SessionTools): string {
  return sections([
    ['How to work', rules],
    ['In the sandbox', primitiveList(allowedPrimitives(undefined, tools))],
  ]);
}

/**
 * The system prompt of an agent: who it is, what it knows, what it can call.
 * Made anew for each run, so that a saved skill speaks in the next one.
 * @param servers what its MCP servers offer.
 * @param tools what the session is limited to; source and servers are narrowed to it already.
 */
export function agentPrompt(
  source: LoadedAgent,
  servers: readonly ServerTools[],
  tools?: SessionTools,
): string {
  const { agent } = source;
  const persona = agent.personaPath ? source.text(agent.personaPath)?.trim() : undefined;
  const modules = agent.skills.filter((skill) => skill.kind === 'module');
  return sections([
    ['Who you are', persona || `You are ${agent.name}.`],
    ['How to work', rules],
    ...promptSkills(source),
    ['Skills to call', modules.map((skill) => moduleDoc(source, skill)).join('\n\n')],
    ['MCP servers to call', servers.length > 0 ? `${serverRules}\n\n${describeServers(servers)}` : ''],
    ['In the sandbox', primitiveList(allowedPrimitives(agent, tools))],
  ]);
}

/**
 * @returns the primitives that an agent's capabilities let it use, all of them when it declares none or there is no
 *   agent; of these, those that the session is limited to.
 */
export function allowedPrimitives(
  agent: Pick<Agent, 'capabilities' | 'declaresCapabilities'> | undefined,
  tools?: SessionTools,
): PrimitiveDoc[] {
  return primitives.filter((one) => {
    const { capability } = one;
    const has = !agent?.declaresCapabilities || !capability || agent.capabilities.includes(capability);
    return has && (tools?.primitive(one) ?? true);
  });
}

function promptSkills(source: LoadedAgent): [string, string][] {
  return source.agent.skills
    .filter((skill) => skill.kind === 'prompt')
    .map((skill) => [`Skill: ${skill.name}`, withoutMatter(source.text(skill.path))]);
}

/** One module skill: how to call it, from its typedef where it has one, else from its comments. */
function moduleDoc(source: LoadedAgent, skill: SkillFile): string {
  const lines = [`### ${skill.name}`];
  // A folder's skill.md says when to use it, at length; a bare file has only its comment.
  const guide = skill.files.find((path) => path.endsWith('/skill.md'));
  const about = withoutMatter(guide && source.text(guide)) || skill.description;
  if (about) lines.push(about);
  const typedef = skill.files.find((path) => path.endsWith('.d.ts'));
  if (typedef) {
    lines.push('```ts', (source.text(typedef) ?? '').trim(), '```', `Call: \`require('${skill.name}')\``);
    return lines.join('\n');
  }
  const { info } = skill;
  if (!info || info.functions.length === 0) {
    const { call, params, returns } = info ?? { call: 'none' as const, params: [], returns: '' };
    lines.push(...callDoc({ name: '', call, params, returns, description: '' }, skill.name));
  } else {
    for (const one of info.functions) lines.push(...callDoc(one, skill.name));
  }
  return lines.join('\n');
}

function callDoc(one: Omit<SkillFunction, 'range'>, skill: string): string[] {
  const fields = one.params.map(({ name, type, optional }) => `${name}${optional ? '?' : ''}: ${type}`);
  const inner = one.call === 'object' ? `{ ${fields.join(', ')} }` : fields.join(', ');
  const name = one.name ? `.${one.name}` : '';
  const signature = `require('${skill}')${name}(${inner})${one.returns ? `: ${one.returns}` : ''}`;
  const lines = [`Call: \`${signature}\`${one.name && one.description ? `: ${one.description}` : ''}`];
  for (const { name: param, description } of one.params)
    if (description) lines.push(`- ${param}: ${description}`);
  return lines;
}

/** @returns Markdown without the front matter that is meant for tools. */
function withoutMatter(markdown: string | undefined): string {
  return (markdown ?? '').replace(/^---\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/, '').trim();
}

function primitiveList(list: readonly PrimitiveDoc[]): string {
  return list.map(({ signature, summary }) => `- \`${signature}\`: ${summary}`).join('\n');
}

function sections(parts: [string, string][]): string {
  return parts
    .filter(([, text]) => text)
    .map(([title, text]) => `## ${title}\n\n${text}`)
    .join('\n\n');
}
