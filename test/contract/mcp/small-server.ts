import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Call {
  id?: number;
  method: string;
  params: { name?: string; arguments?: Record<string, unknown>; protocolVersion?: string };
}

type Answer = (call: Call, request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * An MCP server of a few lines, whose answers a test writes and whose requests it can look at: what the reference
 * server does not do, such as wanting credentials or breaking the protocol.
 */
export class SmallServer {
  /** Methods of the protocol, and `DELETE` for the goodbye, in the order in which they came. */
  readonly seen: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Answers a tool's call: a result, or undefined when it has answered by itself. */
  answer: Answer = ({ params }) => text(JSON.stringify(params.arguments));
  /** Answers a request before anything else does: true when it has. */
  guard: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  #server: Server | undefined;
  #sessions = 0;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    const address = this.#server?.address() as AddressInfo | null;
    if (!address) throw new Error('The server is not running.');
    return `http://127.0.0.1:${address.port}/mcp`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    if (this.#server) await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.headers.push(request.headers);
    if (this.guard(request, response)) return;
    if (request.method === 'DELETE') {
      this.seen.push('DELETE');
      response.writeHead(200).end();
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    let body = '';
    for await (const part of request) body += part;
    const call = JSON.parse(body) as Call;
    this.seen.push(call.method);
    if (call.id === undefined) {
      response.writeHead(202).end();
      return;
    }
    const result = this.#result(call, request, response);
    if (result === undefined) return;
    if (call.method === 'initialize') response.setHeader('mcp-session-id', `s${++this.#sessions}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result }));
  }

  #result(call: Call, request: IncomingMessage, response: ServerResponse): unknown {
    switch (call.method) {
      case 'initialize':
        return {
          protocolVersion: call.params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'small', version: '1' },
        };
      case 'tools/list':
        return {
          tools: [
            {
              name: 'look',
              description: 'Looks something up.',
              inputSchema: {
                type: 'object',
                required: ['id'],
                properties: {
                  id: { type: 'integer', description: 'Its number.' },
                  deep: { type: 'boolean' },
                },
              },
            },
          ],
        };
      default:
        return this.answer(call, request, response);
    }
  }
}

/** A tool's answer of one text. */
export function text(value: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { content: [{ type: 'text', text: value }], ...more };
}
