import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** What a script gets from `fetch`. */
export interface WebAnswer {
  status: number;
  ok: boolean;
  headers: Record<string, string>;
  body: string;
}

export interface WebOptions {
  /** Host names that may be called: `api.example.com`, `*.example.com`, `host:port`, or `*` for any. */
  allow: readonly string[];
  timeoutMs?: number;
  /** Bytes of an answer's body. */
  largestAnswer?: number;
}

const followed = 5;

const privateAddresses = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  privateAddresses.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  privateAddresses.addSubnet(net, bits, 'ipv6');
}

/** Calls the web on behalf of scripts, within what the person who runs this server allows. */
export class Web {
  readonly #allow: readonly string[];
  readonly #timeoutMs: number;
  readonly #largest: number;

  constructor({ allow, timeoutMs = 20_000, largestAnswer = 2 * 1024 * 1024 }: WebOptions) {
    this.#allow = allow.map((host) => host.toLowerCase());
    this.#timeoutMs = timeoutMs;
    this.#largest = largestAnswer;
  }

  /**
   * Calls an address. Each redirect is checked like the first address.
   * @param options `method`, `headers`, `body` as in the web's fetch; others are ignored.
   * @throws Error with a sentence for the script's author: not allowed, private, too large, too slow.
   */
  async fetch(address: unknown, options: unknown, signal: AbortSignal): Promise<WebAnswer> {
    const request = readOptions(options);
    const until = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    let url = await this.#checked(String(address));
    try {
      for (let hop = 0; hop <= followed; hop++) {
        const answer = await fetch(url, { ...request, redirect: 'manual', signal: until });
        const location = answer.headers.get('location');
        if (answer.status < 300 || answer.status > 399 || !location) return await this.#read(answer, url);
        await answer.body?.cancel();
        const next = await this.#checked(new URL(location, url).href);
        redirect(request, answer.status, next.origin !== url.origin);
        url = next;
      }
    } catch (error) {
      throw new Error(explain(error, url, this.#timeoutMs));
    }
    throw new Error(`fetch: ${url.host} redirects more than ${followed} times.`);
  }

  async #checked(address: string): Promise<URL> {
    if (!URL.canParse(address)) throw new Refusal(`fetch: ${JSON.stringify(address)} is not a web address.`);
    const url = new URL(address);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new Refusal(`fetch: only http and https can be called, not ${url.protocol}`);
    }
    const exact = this.#allow.includes(url.hostname) || this.#allow.includes(url.host);
    const byPattern = this.#allow.some((host) =>
      host === '*' ? true : host.startsWith('*.') && url.hostname.endsWith(host.slice(1)),
    );
    if (!exact && !byPattern) {
      throw new Refusal(
        `fetch: ${url.host} is not allowed. Allow it by starting the runtime with TAVORA_FETCH_ALLOW=${url.host} (several are separated by commas).`,
      );
    }
    // A host that is named outright is trusted wherever it points; a pattern must not open the local network.
    if (!exact) await refusePrivate(url.hostname);
    return url;
  }

  async #read(answer: Response, url: URL): Promise<WebAnswer> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body ?? []) {
      size += part.byteLength;
      if (size > this.#largest) {
        throw new Refusal(`fetch: the answer of ${url.host} is larger than ${this.#largest / 1024} kB.`);
      }
      parts.push(part);
    }
    return {
      status: answer.status,
      ok: answer.ok,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.concat(parts).toString('utf8'),
    };
  }
}

/** An error whose message is already the sentence for the script's author. */
class Refusal extends Error {}

interface WebRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

function readOptions(options: unknown): WebRequest {
  const { method = 'GET', headers = {}, body } = (options ?? {}) as Record<string, unknown>;
  const request: WebRequest = { method: String(method).toUpperCase(), headers: {} };
  for (const [name, value] of Object.entries(headers ?? {}))
    request.headers[name.toLowerCase()] = String(value);
  if (body !== undefined && body !== null) {
    request.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  return request;
}

/** Changes a request as the web's fetch does for a redirect: credentials stay with their origin. */
function redirect(request: WebRequest, status: number, elsewhere: boolean): void {
  if (status === 303 || ((status === 301 || status === 302) && request.method === 'POST')) {
    request.method = 'GET';
    request.body = undefined;
  }
  if (elsewhere) for (const name of ['authorization', 'cookie', 'x-api-key']) delete request.headers[name];
}

async function refusePrivate(hostname: string): Promise<void> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(bare) ? [{ address: bare }] : await lookup(bare, { all: true });
  for (const { address } of addresses) {
    if (privateAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) {
      throw new Refusal(
        `fetch: ${hostname} is on this machine or network; name it in TAVORA_FETCH_ALLOW to call it.`,
      );
    }
  }
}

function explain(error: unknown, url: URL, timeoutMs: number): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `fetch: ${url.host} did not answer within ${timeoutMs / 1000} s.`;
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `fetch: ${url.host} could not be called: ${cause instanceof Error ? cause.message : String(cause)}`;
}
