import { type PrimitiveDoc, primitives } from '../../project';
import { withImplied } from '../../project/capabilities';
import { badRequest } from '../http/problem';
import type { ServerTools } from '../mcp';
import type { LoadedAgent } from '../source/loaded';

/**
 * What a session may call where it was created with `tools`: the primitives, capabilities, module skills, MCP servers
 * and `server.tool`s that the list names, of those that its agent has. Nothing is added by it. What needs no capability
 * (`log`, `data`, `require` and the questions to the person) stays, and so do prompt skills, which are text.
 */
export class SessionTools {
  readonly #named: readonly string[];
  readonly #names: ReadonlySet<string>;

  constructor(named: readonly string[]) {
    this.#named = named;
    this.#names = new Set(withImplied(named));
  }

  primitive({ name, capability }: PrimitiveDoc): boolean {
    return capability === undefined || this.#names.has(name) || this.#names.has(capability);
  }

  tool(server: string, tool: string): boolean {
    return this.#names.has(server) || this.#names.has(`${server}.${tool}`);
  }

  /** @returns the source with only those skills, servers and capabilities that are named. */
  narrow(source: LoadedAgent): LoadedAgent {
    const { agent } = source;
    const { declaresCapabilities: declared, capabilities } = agent;
    const wanted = new Set(
      primitives.filter((one) => this.primitive(one)).map(({ capability }) => capability),
    );
    return {
      ...source,
      agent: {
        ...agent,
        skills: agent.skills.filter(({ kind, name }) => kind === 'prompt' || this.#names.has(name)),
        mcp: agent.mcp.filter(({ name }) => this.#reaches(name)),
        ...(declared ? { capabilities: capabilities.filter((one) => wanted.has(one)) } : {}),
      },
    };
  }

  /** @returns those servers' tools that are named; of a server whose tools are not known, the server. */
  offered(servers: readonly ServerTools[]): ServerTools[] {
    return servers.map((one) =>
      one.tools ? { ...one, tools: one.tools.filter(({ name }) => this.tool(one.server, name)) } : one,
    );
  }

  /** @returns why something may not be called, for the script that called it. */
  denial(what: string): string {
    const named = this.#named.length > 0 ? this.#named.join(', ') : 'none';
    return `${what}: this session may not use it. Its tools are: ${named}.`;
  }

  #reaches(server: string): boolean {
    return this.#names.has(server) || this.#named.some((name) => name.startsWith(`${server}.`));
  }
}

/**
 * @param tools as a client gave them: names, or objects with a `name` or a `function.name`. Nothing, and an object whose
 *   meaning is not known here, limit nothing.
 * @throws Problem 400 for what is neither, naming the entry that names nothing.
 */
export function checkTools(tools: unknown): void {
  if (tools === undefined || tools === null) return;
  if (typeof tools !== 'object')
    throw badRequest('The field "tools" must be a list of names.', { field: 'tools' });
  const wrong = Array.isArray(tools) ? tools.findIndex((one) => nameOf(one) === undefined) : -1;
  if (wrong < 0) return;
  throw badRequest(
    `The field "tools.${wrong}" names nothing: write the name of a primitive, a capability, a skill or an MCP server.`,
    { field: `tools.${wrong}` },
  );
}

/** @returns what the `tools` of a session limit it to; undefined when they limit nothing. */
export function readTools(tools: unknown): SessionTools | undefined {
  return Array.isArray(tools) ? new SessionTools(tools.flatMap((one) => nameOf(one) ?? [])) : undefined;
}

function nameOf(entry: unknown): string | undefined {
  const { name, function: called } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
    name?: unknown;
    function?: { name?: unknown } | null;
  };
  const found = typeof entry === 'string' ? entry : (name ?? called?.name);
  return (typeof found === 'string' && found.trim()) || undefined;
}
