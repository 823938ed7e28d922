import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

export type Answer = (response: ServerResponse, seen: Seen) => void | Promise<void>;

/** A server on this machine that answers as a provider of models does; each request gets the next answer. */
export class ProviderServer {
  readonly seen: Seen[] = [];
  #answers: Answer[] = [];
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The last answer is given again to whoever asks more often. */
  answer(...answers: Answer[]): void {
    this.#answers = answers;
    this.seen.length = 0;
  }

  /** A fetch that brings requests for any host here, as a proxy would. */
  readonly fetch: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return fetch(new URL(url.pathname + url.search, this.url), init);
  };

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
    const seen = { path: request.url ?? '', headers: request.headers, body };
    this.seen.push(seen);
    const next = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    assert.ok(next, 'the test gave no answer');
    await next(response, seen);
  }
}

/** Server-sent events; a string is sent as data as it is. */
export function events(...list: (object | string)[]): Answer {
  return (response) => {
    begin(response);
    for (const one of list) send(response, one);
    response.end();
  };
}

/** Events, and then the connection is torn. */
export function torn(...list: (object | string)[]): Answer {
  return async (response) => {
    begin(response);
    for (const one of list) send(response, one);
    await new Promise((resolve) => setImmediate(resolve));
    response.socket?.destroy();
  };
}

/** Events, and then silence. */
export function silent(...list: (object | string)[]): Answer {
  return (response) => {
    begin(response);
    for (const one of list) send(response, one);
  };
}

export function status(code: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

function send(response: ServerResponse, one: object | string): void {
  const named = typeof one === 'object' && 'type' in one ? `event: ${String(one.type)}\n` : '';
  response.write(`${named}data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`);
}
