import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { apiBase, RunEvent } from '../../../src/protocol';
import { Log } from '../../../src/runtime/log';
import { createRuntime, type Runtime, type RuntimeOptions } from '../../../src/runtime/runtime';
import { checkAudit, checkedFetch } from './answers';
import { ScriptedModel } from './scripted-model';

export const workerFile = path.resolve('dist/sandbox-worker.js');

/** A runtime in this process, over real HTTP, with a model whose replies the test writes. */
export class Server {
  readonly model = new ScriptedModel();
  readonly logged: string[] = [];
  data = '';
  #runtime: Runtime | undefined;

  async start(options: Partial<RuntimeOptions> = {}): Promise<void> {
    this.data ||= await mkdtemp(path.join(os.tmpdir(), 'tavora-contract-'));
    this.#runtime = await createRuntime({
      data: this.data,
      port: 0,
      host: '127.0.0.1',
      workerFile,
      models: () => this.model,
      log: new Log('warn', (line) => this.logged.push(line)),
      ...options,
    });
  }

  /** Ends the runtime and keeps its data folder. */
  async stop(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    try {
      if (runtime) await checkAudit(runtime.ready.url, runtime.ready.apiKey);
    } finally {
      await runtime?.close();
    }
  }

  async dispose(): Promise<void> {
    await this.stop();
    if (this.data) await rm(this.data, { recursive: true, force: true });
    this.data = '';
  }

  get ready() {
    if (!this.#runtime) throw new Error('The server is not running.');
    return this.#runtime.ready;
  }

  /** Sends a request with the key. `body` is sent as JSON. */
  request(method: string, pathname: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
    const { url, apiKey } = this.ready;
    return checkedFetch(`${url}${apiBase}${pathname}`, {
      ...init,
      method,
      headers: {
        'X-API-Key': apiKey,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Sends a request and reads its JSON, which the caller knows the shape of. */
  async json<T = Record<string, unknown>>(
    method: string,
    pathname: string,
    body?: unknown,
  ): Promise<Answer<T>> {
    const response = await this.request(method, pathname, body);
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
  }

  /** Starts a stream. @throws when the answer is not one. */
  async stream(pathname: string, body: unknown, signal?: AbortSignal): Promise<EventReader> {
    const response = await this.request('POST', pathname, body, { signal });
    if (!response.ok || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
    return new EventReader(response.body);
  }

  /** Runs a message to its end. */
  async run(sessionId: string, message: string): Promise<RunEvent[]> {
    return (await this.stream(`/agents/${sessionId}/run`, { message })).rest();
  }
}

export interface Answer<T> {
  status: number;
  body: T;
}

/** Reads server-sent events one by one, without help of the client that other tests cover. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** @returns the next event, undefined at the end of the stream. */
  async next(): Promise<RunEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const frame = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (frame.startsWith(':')) continue;
        const [first = '', second = ''] = frame.split('\n');
        const data: unknown = JSON.parse(second.replace(/^data: /, ''));
        const event = RunEvent.parse(data);
        if (first !== `event: ${event.type}`) throw new Error(`Frame and event differ: ${frame}`);
        return event;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** @returns the next event of a type; those before it are passed over. */
  async until(type: string): Promise<RunEvent> {
    for (;;) {
      const event = await this.next();
      if (!event) throw new Error(`The stream ended without ${type}.`);
      if (event.type === type) return event;
    }
  }

  async rest(): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for (;;) {
      const event = await this.next();
      if (!event) return events;
      events.push(event);
    }
  }
}
