import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { version } from '../../../package.json';
import { explainFailure, tooSlow } from './explain';
import { type ServerFetch, serverFetch } from './fetch';
import { McpProblem } from './problem';
import { readResult, textOf } from './result';
import type { Target } from './target';
import type { McpTool } from './tools';

/** How long a server is waited for, in milliseconds. */
export interface McpPatience {
  /** Until it has said who it is and what tools it has. */
  connect: number;
  /** The same at a sync, where that is less: it happens with every save. */
  check: number;
  /** For the answer of a tool, anew with each sign of progress. */
  call: number;
  /** For the answer of a tool, altogether. */
  longestCall: number;
  /** For the goodbye. */
  close: number;
}

/** The most pages of tools that a server is asked for. */
const mostPages = 20;

/** A conversation with one MCP server. */
export class McpConnection {
  readonly target: Target;
  readonly #client: Client;
  readonly #transport: Transport & { terminateSession?(): Promise<void> };
  readonly #web: ServerFetch;
  readonly #patience: McpPatience;
  /** True once the server or we have ended it. */
  closed = false;

  private constructor(
    target: Target,
    client: Client,
    transport: Transport,
    web: ServerFetch,
    patience: McpPatience,
  ) {
    this.target = target;
    this.#client = client;
    this.#transport = transport;
    this.#web = web;
    this.#patience = patience;
    client.onclose = () => {
      this.closed = true;
    };
  }

  /** @throws McpProblem, or the signal's reason. */
  static async open(target: Target, patience: McpPatience, signal: AbortSignal): Promise<McpConnection> {
    const sdk = await import('./mcp-sdk');
    const web = serverFetch(target.publicOnly);
    const options = { fetch: web.fetch, requestInit: { headers: target.headers } };
    const transport: Transport =
      target.transport === 'sse'
        ? new sdk.SSEClientTransport(target.url, options)
        : new sdk.StreamableHTTPClientTransport(target.url, options);
    const client = new sdk.Client({ name: 'tavora-runtime', version });
    const connection = new McpConnection(target, client, transport, web, patience);
    try {
      await connection.#within(patience.connect, signal, (until) =>
        client.connect(transport, { signal: until, timeout: patience.connect }),
      );
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** @returns the tools of all pages. @throws McpProblem, or the signal's reason. */
  async tools(signal: AbortSignal): Promise<McpTool[]> {
    if (!this.#client.getServerCapabilities()?.tools) return [];
    const found: McpTool[] = [];
    const { connect: timeout } = this.#patience;
    await this.#within(timeout, signal, async (until) => {
      let cursor: string | undefined;
      for (let page = 0; page < mostPages; page++) {
        const { tools, nextCursor } = await this.#client.listTools(cursor ? { cursor } : {}, {
          signal: until,
          timeout,
        });
        for (const { name, description = '', inputSchema } of tools) {
          found.push({ name, description, parameters: inputSchema });
        }
        if (!nextCursor) return;
        cursor = nextCursor;
      }
    });
    return found;
  }

  /**
   * Calls a tool.
   * @returns its answer as a script gets it, without the secrets that the server was sent.
   * @throws McpProblem, also when the tool says that it failed; or the signal's reason.
   */
  async call(tool: string, args: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
    const { call: timeout, longestCall: maxTotalTimeout } = this.#patience;
    const result = await this.#within(maxTotalTimeout, signal, (until) =>
      this.#client.callTool({ name: tool, arguments: args }, undefined, {
        signal: until,
        timeout,
        maxTotalTimeout,
        resetTimeoutOnProgress: true,
        // Asked for, so that the server tells of its progress at all.
        onprogress: () => undefined,
      }),
    );
    const clean = JSON.parse(this.target.redact(JSON.stringify(result))) as typeof result;
    if (clean.isError) {
      const said = textOf(clean.content) || 'the tool gave no reason';
      throw new McpProblem('tool', `${this.target.name}.${tool}: ${said}`);
    }
    return readResult(clean);
  }

  /** Ends the conversation, telling the server where the protocol can. Never rejects. */
  async close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      const goodbye = this.#transport.terminateSession?.() ?? Promise.resolve();
      const { close } = this.#patience;
      // A server that does not hear it forgets us by itself.
      await Promise.race([goodbye, later(close)]).catch(() => undefined);
    }
    await this.#client.close().catch(() => undefined);
    this.#web.close();
  }

  async #within<T>(ms: number, signal: AbortSignal, work: (until: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    // The SDK listens on after the answer and would call off what is long done: it gets a signal of its own.
    const own = new AbortController();
    const stop = (reason: unknown) => own.abort(reason);
    const stopped = new Promise<never>((_, reject) => {
      own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true });
    });
    const aborted = () => stop(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    const timer = setTimeout(() => stop(tooSlow(this.target, ms)), ms);
    try {
      return await Promise.race([work(own.signal), stopped]);
    } catch (error) {
      signal.throwIfAborted();
      throw isTimeout(error) ? tooSlow(this.target, this.#limit(ms)) : explainFailure(error, this.target);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    }
  }

  /** @returns the limit that a request ran into: the one without progress is the shorter. */
  #limit(ms: number): number {
    return ms === this.#patience.longestCall ? this.#patience.call : ms;
  }
}

/** The SDK's own timeout of a request: JSON-RPC error -32001. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === -32_001;
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
