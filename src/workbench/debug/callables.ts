import { functionsOf, primitives } from '../../project';

/** What agents can call by name, beside primitives. */
export interface Callables {
  /** Module skills with their text; undefined where it is not known. */
  skills: readonly { name: string; text: string | undefined }[];
  /** Names of MCP servers. */
  servers: readonly string[];
}

/** @returns whether a function breakpoint of this name can be reached, as far as that is known before a run. */
export function isCallable(name: string, { skills, servers }: Callables): boolean {
  if (primitives.some((one) => one.name === name) || skills.some((skill) => skill.name === name)) return true;
  // Which tools a server has is known only when it is asked.
  if (servers.some((server) => name.startsWith(`${server}.`) && name.length > server.length + 1)) return true;
  // Reading a script costs more than looking whether it has the name at all.
  return skills.some(({ text }) => text?.includes(name) && functionsOf(text).includes(name));
}
