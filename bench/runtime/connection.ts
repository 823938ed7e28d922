import { connect, type Socket } from 'node:net';
import { apiBase, apiKeyHeader, type ReadyLine } from '../../src/protocol';

export interface Answer {
  status: number;
  body: string;
}

/**
 * One kept-alive connection that writes requests and reads answers with as little work as can be: it shares the
 * processor with the server that it measures.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #head: string;
  #received = '';
  #take: ((answer: Answer) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  private constructor(socket: Socket, { url, apiKey }: Pick<ReadyLine, 'url' | 'apiKey'>) {
    this.#socket = socket;
    this.#head = `host: ${new URL(url).host}\r\n${apiKeyHeader}: ${apiKey}\r\n`;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#fail?.(error));
    socket.on('close', () => this.#fail?.(new Error('The server closed the connection.')));
  }

  static async open(ready: Pick<ReadyLine, 'url' | 'apiKey'>): Promise<Connection> {
    const { hostname, port } = new URL(ready.url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Connection(socket, ready);
  }

  /** Sends a request below the API's base and waits for its whole answer; a stream is read to its end. */
  send(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(text)}\r\n`;
    return new Promise((resolve, reject) => {
      this.#take = resolve;
      this.#fail = reject;
      this.#socket.write(`${method} ${apiBase}${path} HTTP/1.1\r\n${this.#head}${length}\r\n${text}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.slice(0, end).toLowerCase();
    const from = end + 4;
    const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
    const whole =
      length === undefined
        ? this.#received.endsWith('\r\n0\r\n\r\n')
        : this.#received.length >= from + Number(length);
    if (!whole) return;
    const answer = { status: Number(head.slice(9, 12)), body: this.#received.slice(from) };
    this.#received = '';
    this.#take?.(answer);
  }
}
