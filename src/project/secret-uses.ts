import { conventionalSecrets } from '../protocol';
import { readModelId } from './model-id';
import type { Agent, AgentProject } from './types';

/** One place that has a secret read. */
export interface SecretUse {
  agentId: string;
  /** The agent's name, or its id where it has none. */
  agent: string;
  /** What reads it: `MCP server "crm"`, or `model openai/gpt-5`. */
  by: string;
  /** True when nothing else can stand in for it: a model's key may come from the server's environment too. */
  required: boolean;
}

/** @returns who has which secret read, by the secret's name, agents in order. */
export function secretUses(project: AgentProject): Map<string, SecretUse[]> {
  const uses = new Map<string, SecretUse[]>();
  for (const agent of project.agents) {
    for (const [name, by, required] of usesOf(agent)) {
      const use = { agentId: agent.id, agent: agent.name || agent.id, by, required };
      uses.set(name, [...(uses.get(name) ?? []), use]);
    }
  }
  return uses;
}

function usesOf({ mcp, model }: Agent): [name: string, by: string, required: boolean][] {
  const servers = mcp.flatMap(({ name, auth }): [string, string, boolean][] =>
    // What a variable stands for is known to the server only.
    auth?.secretRef && !auth.secretRef.includes('${') ? [[auth.secretRef, `MCP server "${name}"`, true]] : [],
  );
  const { provider } = readModelId(model);
  const models = Object.entries(conventionalSecrets).flatMap(([name, one]): [string, string, boolean][] =>
    provider !== undefined && one.provider === provider ? [[name, `model ${model}`, false]] : [],
  );
  return [...servers, ...models];
}
