import type { Readable } from 'node:stream';
import { ConnectionError, type Target } from './errors';
import type { Guard } from './guard';
import { networkError } from './network-error';

/** Milliseconds in which a connection must stand; the headers' timeout may end the wait sooner. */
const connectMs = 10_000;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request, ready to be sent. */
export interface Outgoing extends Target {
  method: Method;
  headers: Record<string, string>;
  body?: string;
}

/** An answer whose headers have arrived. Its body must be read to the end or destroyed. */
export interface Incoming {
  status: number;
  header(name: string): string | undefined;
  body: Readable;
}

/** The connections of one client: kept alive, never redirected, each exchange under a guard. */
export class Transport {
  #undici: Promise<Undici> | undefined;

  /**
   * Sends a request and waits for the headers of the answer.
   * @throws ConnectionError, or the guard's reason
   */
  async open(outgoing: Outgoing, guard: Guard): Promise<Incoming> {
    const { origin, method, headers, body } = outgoing;
    this.#undici ??= loadUndici();
    try {
      const { agent, request } = await this.#undici;
      // undici looks at the signal only once a connection stands, hence `within`.
      const response = await guard.within(
        request.call(agent, {
          origin,
          path: outgoing.url.slice(origin.length),
          method,
          headers,
          body,
          signal: guard.signal,
          headersTimeout: 0,
          bodyTimeout: 0,
        }),
      );
      return {
        status: response.statusCode,
        header: (name) => {
          const value = response.headers[name];
          return Array.isArray(value) ? value[0] : value;
        },
        body: response.body,
      };
    } catch (error) {
      throw networkError(error, outgoing);
    }
  }

  /**
   * Reads a body to its end, as UTF-8.
   * @param bodyMs milliseconds allowed between two parts; undefined leaves the guard's timer alone
   * @throws ConnectionError when it breaks off, stands still, or grows beyond `maxBytes`
   */
  async text(
    incoming: Incoming,
    target: Target,
    guard: Guard,
    bodyMs: number | undefined,
    maxBytes: number,
  ): Promise<string> {
    const rearm = () => {
      if (bodyMs !== undefined) guard.arm(bodyMs, () => timeoutError(target, bodyMs));
    };
    const parts: Buffer[] = [];
    let size = 0;
    rearm();
    try {
      for await (const part of incoming.body) {
        rearm();
        size += part.length;
        if (size > maxBytes) throw tooLarge(target, maxBytes);
        parts.push(part);
      }
    } catch (error) {
      throw networkError(error, target);
    }
    return new TextDecoder().decode(Buffer.concat(parts, size));
  }

  /** Ends every connection, exchanges under way included. */
  async close(): Promise<void> {
    await (await this.#undici)?.agent.destroy();
  }
}

type Undici = Awaited<ReturnType<typeof loadUndici>>;

async function loadUndici() {
  const { Agent, request } = await import('./undici');
  return { agent: new Agent({ connect: { timeout: connectMs } }), request };
}

export function timeoutError(target: Target, afterMs: number): ConnectionError {
  return new ConnectionError(
    'timeout',
    `The Tavora server at ${target.origin} did not answer ${target.method} ${target.path} within ` +
      `${afterMs / 1000} s. It may be busy or hang; try again.`,
    target,
  );
}

function tooLarge(target: Target, maxBytes: number): ConnectionError {
  return new ConnectionError(
    'garbage',
    `The answer to ${target.method} ${target.url} is larger than the ${Math.floor(maxBytes / 1_000_000)} MB that this client reads.`,
    target,
  );
}
