import assert from 'node:assert/strict';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { TavoraClient } from '../../../src/client';
import { hashBytes } from '../../../src/project';
import type { AgentSession, InputRequest, SyncResult } from '../../../src/protocol';
import {
  type AdapterHost,
  AgentDebugSession,
  type DebugConfig,
} from '../../../src/workbench/debug/debug-adapter';
import { manifestOf, sampleFiles } from '../../contract/support/manifest';
import { Server } from '../../contract/support/server';

/** Where the sample project would lie; the adapter only ever compares paths. */
export const folder = '/work/shop/';

/** The editor's part, played by the sample project in memory. */
export class Editor implements AdapterHost {
  readonly asked: InputRequest[] = [];
  /** What stood in the box of each question from before. */
  readonly typed: (string | undefined)[] = [];
  answer: boolean | string | undefined = true;
  files = sampleFiles();

  constructor(private readonly server: Server) {}

  /** Another address of the runtime. */
  url: string | undefined;
  /** Milliseconds after which a stream without a byte counts as silent; undefined for the client's own. */
  silenceMs: number | undefined;
  /** What was said of sessions that are heard of no more: their ids, and why. */
  readonly gone: [sessionId: string, why: string][] = [];

  async client(): Promise<TavoraClient> {
    const { url, apiKey } = this.server.ready;
    const timeouts = this.silenceMs === undefined ? {} : { silenceMs: this.silenceMs };
    return new TavoraClient({ baseUrl: this.url ?? url, apiKey, timeouts });
  }

  async open({ agent }: DebugConfig, _signal?: AbortSignal): Promise<string> {
    assert.equal(agent, 'support');
    const synced = await this.server.json<SyncResult>('PUT', '/source-sync', await manifestOf(this.files));
    const agentId = synced.body.agents[0]?.agentId;
    const made = await this.server.json<AgentSession>('POST', '/agents', {
      agent_id: agentId,
      target: 'draft',
    });
    return made.body.id;
  }

  fileOf(_session: AgentSession, path: string, hash: string | undefined) {
    const text = this.files[path];
    return text !== undefined && hashBytes(Buffer.from(text)) === hash ? { path: folder + path } : undefined;
  }

  pathOf(path: string): string | undefined {
    const own = path.startsWith(folder) ? path.slice(folder.length) : '';
    return this.files[own] === undefined ? undefined : own;
  }

  textOf(path: string): string | undefined {
    return this.files[path.slice(folder.length)];
  }

  callables() {
    const skills = ['order', 'refund'].map((name) => ({
      name,
      text: this.files[`agents/support/skills/${name}.js`],
    }));
    return { skills, servers: ['crm'] };
  }

  async ask(
    question: InputRequest,
    _signal: AbortSignal,
    typed?: string,
  ): Promise<boolean | string | undefined> {
    this.asked.push(question);
    this.typed.push(typed);
    return this.answer;
  }

  lost(sessionId: string, why: string): void {
    this.gone.push([sessionId, why]);
  }

  report(): void {}
  ended(): void {}
  log(): void {}
}

/** Answers in a server's place, or not. @returns true when it has */
export type Intercept = (incoming: IncomingMessage, answer: ServerResponse) => boolean;

/** A server that answers some requests itself, in front of one that answers the others. */
export async function inFront(server: Server, intercept: Intercept): Promise<{ url: string; close(): void }> {
  const front = createHttpServer((incoming, answer) => {
    if (intercept(incoming, answer)) return;
    const { port } = new URL(server.ready.url);
    const { method, headers, url: path } = incoming;
    const host = `127.0.0.1:${port}`;
    const outgoing = request({ port, method, path, headers: { ...headers, host } }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    // A client that goes takes its request with it.
    answer.on('close', () => outgoing.destroy());
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const address = front.address();
  assert.ok(address && typeof address === 'object');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      front.close();
      front.closeAllConnections();
    },
  };
}

/** Answers as a server does that cannot serve a request. */
export function refuse(answer: ServerResponse, status: number, message: string): true {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(JSON.stringify({ error: 'Refused', message, code: status === 404 ? 'NOT_FOUND' : 'refused' }));
  return true;
}

/** A server that knows everything but debugging. */
export function withoutDebugger(server: Server): Promise<{ url: string; close(): void }> {
  return inFront(
    server,
    ({ url }, answer) => url?.includes('/debug/') === true && refuse(answer, 404, 'No such path.'),
  );
}

/** Settles when something has become true; the test's own time limit is the longest it waits. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** An adapter that listens, a client that speaks the protocol to it, and a runtime behind it. */
export class Debugging {
  readonly server = new Server();
  editor = new Editor(this.server);
  client = new DebugClient('', '', 'tavora');
  readonly output: string[] = [];
  #port = 0;
  #net: NetServer | undefined;
  readonly #sockets = new Set<Socket>();

  constructor() {
    before(async () => {
      await this.server.start();
      this.#net = createServer((socket) => {
        this.#sockets.add(socket);
        const session = new AgentDebugSession(this.editor);
        session.setRunAsServer(true);
        socket.on('close', () => session.dispose());
        session.start(socket, socket);
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => this.#net?.once('listening', resolve));
      const address = this.#net.address();
      assert.ok(address && typeof address === 'object');
      this.#port = address.port;
    });
    beforeEach(async () => {
      this.editor = new Editor(this.server);
      this.output.length = 0;
      await this.#connect();
    });
    afterEach(async () => {
      await this.client.stop();
      for (const socket of this.#sockets) socket.destroy();
      this.#sockets.clear();
    });
    after(async () => {
      this.#net?.close();
      await this.server.dispose();
    });
  }

  /** Ends the debug session and begins another. */
  async again(): Promise<void> {
    await this.client.stop();
    await this.#connect();
  }

  async #connect(): Promise<void> {
    this.client = new DebugClient('', '', 'tavora');
    await this.client.start(this.#port);
    this.client.on('output', ({ body }: DebugProtocol.OutputEvent) => this.output.push(body.output));
  }

  /** Makes a session by running a message without a debugger. @returns its id */
  async recorded(message: string, ...replies: string[]): Promise<string> {
    const id = await this.editor.open({ request: 'launch', agent: 'support' });
    this.server.model.says(...replies);
    await this.server.run(id, message);
    return id;
  }

  /** Starts with breakpoints, and waits for the first stop. */
  async start(
    config: Partial<DebugConfig>,
    breakpoints: {
      lines?: DebugProtocol.SourceBreakpoint[];
      file?: string;
      filters?: string[];
      filterOptions?: DebugProtocol.ExceptionFilterOptions[];
    } = {},
    functions: DebugProtocol.FunctionBreakpoint[] = [],
  ): Promise<DebugProtocol.StoppedEvent['body']> {
    const stop = this.stopped();
    const { request = 'launch' } = config;
    await Promise.all([
      this.client.waitForEvent('initialized').then(async () => {
        const {
          lines = [],
          file = 'agents/support/skills/order.js',
          filters = [],
          filterOptions = [],
        } = breakpoints;
        await this.client.setBreakpointsRequest({ source: { path: folder + file }, breakpoints: lines });
        await this.client.setFunctionBreakpointsRequest({ breakpoints: functions });
        await this.client.setExceptionBreakpointsRequest({ filters, filterOptions });
        await this.client.configurationDoneRequest();
      }),
      this.client.initializeRequest(),
      request === 'launch'
        ? this.client.launchRequest({ agent: 'support', ...config } as never)
        : this.client.attachRequest(config as never),
    ]);
    return await stop;
  }

  async stopped(): Promise<DebugProtocol.StoppedEvent['body']> {
    return ((await this.client.waitForEvent('stopped')) as DebugProtocol.StoppedEvent).body;
  }

  /** Sends a request that ends in a stop. @returns where: the stack as `name:line` */
  async go(
    request: 'next' | 'stepIn' | 'stepOut' | 'continue' | 'stepBack' | 'reverseContinue',
  ): Promise<string[]> {
    const stop = this.stopped();
    await this.client.send(request, { threadId: 1 });
    await stop;
    return await this.stack();
  }

  async frames(): Promise<DebugProtocol.StackFrame[]> {
    return (await this.client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
  }

  async stack(): Promise<string[]> {
    return (await this.frames()).map(({ name, line }) => `${name}:${line}`);
  }

  /** The rows of a scope of the frame at the top, as `name = value`. */
  async rows(scope: string, frame = 0): Promise<string[]> {
    const { id = 0 } = (await this.frames())[frame] ?? {};
    const { scopes } = (await this.client.scopesRequest({ frameId: id })).body;
    const { variablesReference = 0 } = scopes.find(({ name }) => name === scope) ?? {};
    assert.ok(variablesReference, `no scope ${scope} among ${scopes.map(({ name }) => name)}`);
    const { variables } = (await this.client.variablesRequest({ variablesReference })).body;
    return variables.map(({ name, value }) => `${name} = ${value}`);
  }

  async evaluate(expression: string, frame = 0, context = 'repl'): Promise<string> {
    const { id: frameId } = (await this.frames())[frame] ?? {};
    return (await this.client.evaluateRequest({ expression, context, frameId })).body.result;
  }
}
