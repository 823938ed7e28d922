import type { Agent } from '../../project';
import type { Issue } from '../../protocol';
import { Catalog } from './catalog';
import type { McpPatience } from './connection';
import { McpProblem, type McpProblemCode } from './problem';
import { RunServers } from './run-servers';
import { resolveTarget, type TargetSources } from './target';
import type { ServerTools } from './tools';

export interface McpOptions extends TargetSources {
  patience?: Partial<McpPatience>;
}

type WithServers = Pick<Agent, 'mcp' | 'env' | 'configPath'>;

const defaultPatience: McpPatience = {
  connect: 5_000,
  check: 2_000,
  call: 60_000,
  longestCall: 300_000,
  close: 1_000,
};

/** The MCP servers that agents name in their configs. */
export class McpServers {
  readonly #sources: TargetSources;
  readonly #patience: McpPatience;
  readonly #catalog = new Catalog();

  constructor({ patience, ...sources }: McpOptions) {
    this.#sources = sources;
    this.#patience = { ...defaultPatience, ...patience };
  }

  /** @returns an agent's servers for one run; close them after it. */
  forRun(agent: Pick<Agent, 'mcp' | 'env'> | undefined): RunServers {
    return this.#open(agent ?? { mcp: [], env: {} }, this.#patience);
  }

  /** @returns what is known of an agent's servers without asking them. */
  known(agent: Pick<Agent, 'mcp' | 'env'>): ServerTools[] {
    return agent.mcp.map((server) => {
      try {
        const { id } = resolveTarget(server, agent.env, this.#sources);
        const tools = this.#catalog.last(id);
        return { server: server.name, ...(tools ? { tools } : {}) };
      } catch (error) {
        if (!(error instanceof McpProblem)) throw error;
        return { server: server.name, problem: error.message };
      }
    });
  }

  /**
   * Looks whether the servers of agents can be used: their variables and secrets are there, they answer, and they
   * take the credentials. All servers are asked at once and not waited for long.
   * @returns a warning for each that cannot.
   */
  async check(agents: readonly WithServers[]): Promise<Issue[]> {
    const { connect, check } = this.#patience;
    const patience = { ...this.#patience, connect: Math.min(check, connect), close: 500 };
    const found = await Promise.all(
      agents.map(async (agent) => {
        const run = this.#open(agent, patience);
        try {
          const never = new AbortController().signal;
          return await Promise.all(
            agent.mcp.map(({ name, range }) =>
              run.tools(name, never).then(
                () => undefined,
                (error: unknown) => toIssue(error, agent.configPath, range),
              ),
            ),
          );
        } finally {
          // The issues are known; nobody need wait for the goodbyes.
          void run.close();
        }
      }),
    );
    return found.flat().filter((issue) => issue !== undefined);
  }

  #open(agent: Pick<Agent, 'mcp' | 'env'>, patience: McpPatience): RunServers {
    return new RunServers(agent, { ...this.#sources, patience, catalog: this.#catalog });
  }
}

const issueCodes: Record<McpProblemCode, string> = {
  unresolved: 'mcp-unresolved',
  forbidden: 'mcp-forbidden',
  unreachable: 'mcp-unreachable',
  refused: 'mcp-refused',
  garbage: 'mcp-no-server',
  tool: 'mcp-no-server',
};

function toIssue(error: unknown, file: string, range?: { line: number; column: number }): Issue {
  if (!(error instanceof McpProblem)) throw error;
  const { code, message } = error;
  return {
    file,
    ...(range ? { line: range.line, column: range.column } : {}),
    code: issueCodes[code],
    severity: 'warn',
    message,
    hint: 'The agent can be run; a skill that calls this server fails until it is mended.',
  };
}
