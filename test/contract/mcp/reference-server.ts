import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';

/** The protocol's own reference server, as a process of its own. */
export class ReferenceServer {
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
    this.#ended = once(child, 'exit');
  }

  static async start(transport: 'streamableHttp' | 'sse'): Promise<ReferenceServer> {
    const file = path.resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js');
    // A free port may be another's by the time the server takes it; it ends then.
    for (let tries = 1; ; tries++) {
      const port = await freePort();
      const child = spawn(process.execPath, [file, transport], {
        env: { ...process.env, PORT: String(port) },
        stdio: 'ignore',
      });
      const server = new ReferenceServer(child, port);
      if (await server.#listens()) return server;
      if (tries === 5) throw new Error('The reference server did not start.');
    }
  }

  url(pathname: string): string {
    return `http://127.0.0.1:${this.#port}${pathname}`;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** @returns false when it has ended instead */
  async #listens(): Promise<boolean> {
    for (;;) {
      if (this.#child.exitCode !== null) return false;
      const socket = connect(this.#port, '127.0.0.1');
      const open = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false);
      socket.destroy();
      if (open) return true;
    }
  }
}

/** The server takes its port from a variable and tells nobody which it got, so it is given a free one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('There is no port.');
  return address.port;
}
