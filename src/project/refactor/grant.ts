import { currentCapabilities } from '../capabilities';
import type { FileEdit, FixSource } from '../fixes/fix';
import { JsonEdits } from '../fixes/json-edits';
import type { Agent } from '../types';

/** @returns the capabilities that an agent could be given. */
export function missingCapabilities(agent: Agent): string[] {
  return currentCapabilities.filter((name) => !agent.capabilities.includes(name));
}

/** Adds a capability to an agent's config. */
export function addCapability({ text }: FixSource, agent: Agent, name: string): FileEdit[] {
  return new JsonEdits(agent.configPath, text(agent.configPath) ?? '').append(['capabilities'], name);
}

/**
 * Lets an MCP server of an agent be logged in to with a secret of the vault.
 * @param offset where in the config the person is.
 * @returns the name of the secret and the change; undefined where there is no server, or one with `auth`.
 */
export function addSecretReference(
  { text }: FixSource,
  agent: Agent,
  offset: number,
): { secret: string; server: string; edits: FileEdit[] } | undefined {
  const json = new JsonEdits(agent.configPath, text(agent.configPath) ?? '');
  const place = json.at(offset)?.place;
  if (place?.[0] !== 'mcp' || typeof place[1] !== 'number') return undefined;
  const server = json.find(['mcp', place[1]]);
  const name: unknown = json.find(['mcp', place[1], 'name'])?.value;
  if (server?.type !== 'object' || json.find(['mcp', place[1], 'auth']) || typeof name !== 'string')
    return undefined;
  const secret = `${
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '') || 'mcp'
  }_token`;
  const edits = json.set(['mcp', place[1], 'auth'], { type: 'bearer', tokenRef: secret });
  return { secret, server: name, edits };
}
