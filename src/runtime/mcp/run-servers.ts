import type { Agent, McpServer } from '../../project';
import type { Catalog } from './catalog';
import { McpConnection, type McpPatience } from './connection';
import { statusOf } from './explain';
import { McpProblem } from './problem';
import { resolveTarget, type Target, type TargetSources } from './target';
import type { McpTool, ServerTools } from './tools';

export interface RunServersOptions extends TargetSources {
  patience: McpPatience;
  catalog: Catalog;
}

/** The MCP servers of one run: connected to when they are first needed, and left when the run is over. */
export class RunServers {
  readonly #agent: Pick<Agent, 'mcp' | 'env'>;
  readonly #options: RunServersOptions;
  readonly #connections = new Map<string, Promise<McpConnection>>();
  #closed = false;

  constructor(agent: Pick<Agent, 'mcp' | 'env'>, options: RunServersOptions) {
    this.#agent = agent;
    this.#options = options;
  }

  /** @returns what each server offers, or why that is not known. @throws the signal's reason only. */
  async list(signal: AbortSignal): Promise<ServerTools[]> {
    return Promise.all(
      this.#agent.mcp.map(async ({ name: server }) => {
        try {
          return { server, tools: await this.tools(server, signal) };
        } catch (error) {
          if (!(error instanceof McpProblem)) throw error;
          return { server, problem: error.message };
        }
      }),
    );
  }

  /** @returns a server's tools, without asking when they are known. @throws McpProblem, or the signal's reason. */
  async tools(server: string, signal: AbortSignal): Promise<McpTool[]> {
    const { catalog } = this.#options;
    const target = this.#target(server);
    const known = catalog.recent(target.id);
    if (known?.problem) throw known.problem;
    if (known?.tools) return known.tools;
    try {
      const connection = await this.#connect(target, signal);
      const tools = await connection.tools(signal);
      catalog.keep(target.id, tools);
      return tools;
    } catch (error) {
      if (error instanceof McpProblem) catalog.keep(target.id, error);
      throw error;
    }
  }

  /**
   * Calls a tool for a script.
   * @param args as the script gave them: one object, or nothing.
   * @throws McpProblem, or the signal's reason.
   */
  async call(server: string, tool: string, args: readonly unknown[], signal: AbortSignal): Promise<unknown> {
    const given = readArguments(server, tool, args);
    const target = this.#target(server);
    try {
      const connection = await this.#connect(target, signal);
      return await connection.call(tool, given, signal);
    } catch (error) {
      // The server has forgotten the conversation, as one that was restarted does: it is begun anew, once.
      if (!(error instanceof McpProblem) || statusOf(error.cause) !== 404) throw error;
      await this.#leave(target.id);
      const connection = await this.#connect(target, signal);
      return connection.call(tool, given, signal);
    }
  }

  /** Leaves all servers. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#connections.keys()].map((id) => this.#leave(id)));
  }

  #target(name: string): Target {
    const server = this.#agent.mcp.find((one: McpServer) => one.name === name);
    if (!server) throw new McpProblem('unresolved', `The agent has no MCP server "${name}".`);
    return resolveTarget(server, this.#agent.env, this.#options);
  }

  async #connect(target: Target, signal: AbortSignal): Promise<McpConnection> {
    const kept = this.#connections.get(target.id);
    const open = await kept?.catch(() => undefined);
    if (open && !open.closed) return open;
    const opening = McpConnection.open(target, this.#options.patience, signal);
    this.#connections.set(target.id, opening);
    const connection = await opening;
    // The run may have ended while the server was slow to answer.
    if (this.#closed) await connection.close();
    return connection;
  }

  async #leave(id: string): Promise<void> {
    const opening = this.#connections.get(id);
    this.#connections.delete(id);
    const connection = await opening?.catch(() => undefined);
    await connection?.close();
  }
}

function readArguments(server: string, tool: string, args: readonly unknown[]): Record<string, unknown> {
  const [first = {}, ...more] = args;
  if (typeof first === 'object' && first !== null && !Array.isArray(first) && more.length === 0) {
    return first as Record<string, unknown>;
  }
  throw new McpProblem(
    'tool',
    `${server}.${tool} takes one object with its arguments by name, such as { id: 7 }.`,
  );
}
