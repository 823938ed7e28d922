import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isLocalLiteral, LocalAddress, publicLookup } from '../net/addresses';
import type { AllowedHosts, Permission } from '../net/allowed-hosts';

/** What a script gets from `fetch`. */
export interface WebAnswer {
  status: number;
  ok: boolean;
  headers: Record<string, string>;
  body: string;
}

export interface WebOptions {
  /** Hosts that may be called. */
  allow: AllowedHosts;
  timeoutMs?: number;
  /** Bytes of an answer's body. */
  largestAnswer?: number;
}

interface WebRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** An address that may be called. */
interface Allowed {
  url: URL;
  permission: Permission;
}

const followed = 5;

/** Headers that say where a request goes and how it is sent: those are not the script's to choose. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Methods that would open a tunnel, or give back what a proxy adds. */
const ownMethods: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** An error whose message is already the sentence for the script's author. */
class Refusal extends Error {}

/** Calls the web on behalf of scripts, within what the person who runs this server allows. */
export class Web {
  readonly #allow: AllowedHosts;
  readonly #timeoutMs: number;
  readonly #largest: number;

  constructor({ allow, timeoutMs = 20_000, largestAnswer = 2 * 1024 * 1024 }: WebOptions) {
    this.#allow = allow;
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
    let target = this.#allowed(String(address));
    try {
      for (let hop = 0; hop <= followed; hop++) {
        const answer = await send(target, request, until);
        const { statusCode: status = 0, headers } = answer;
        if (status < 300 || status > 399 || !headers.location) return await this.#read(answer, target.url);
        answer.destroy();
        const next = this.#allowed(new URL(headers.location, target.url).href);
        redirect(request, status, next.url.origin !== target.url.origin);
        target = next;
      }
    } catch (error) {
      throw new Error(this.#explain(until.aborted ? until.reason : error, target.url));
    }
    throw new Error(`fetch: ${target.url.host} redirects more than ${followed} times.`);
  }

  #allowed(address: string): Allowed {
    if (!URL.canParse(address)) throw new Refusal(`fetch: ${JSON.stringify(address)} is not a web address.`);
    const url = new URL(address);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new Refusal(`fetch: only http and https can be called, not ${url.protocol}`);
    }
    const permission = this.#allow.permit(url);
    if (!permission) {
      throw new Refusal(
        `fetch: ${url.host} is not allowed. Add "${url.host}" to the project's fetch_allow ("Tavora: Allow Host…" in the editor, or PATCH /project/settings), or to TAVORA_FETCH_ALLOW when starting the runtime.`,
      );
    }
    if (permission === 'public' && isLocalLiteral(url.hostname)) throw new Refusal(localSentence(url));
    return { url, permission };
  }

  async #read(answer: IncomingMessage, url: URL): Promise<WebAnswer> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.byteLength;
      if (size > this.#largest) {
        throw new Refusal(`fetch: the answer of ${url.host} is larger than ${this.#largest / 1024} kB.`);
      }
      parts.push(part);
    }
    const { statusCode: status = 0, headers } = answer;
    return {
      status,
      ok: status >= 200 && status < 300,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(parts).toString('utf8'),
    };
  }

  #explain(error: unknown, url: URL): string {
    if (error instanceof Refusal) return error.message;
    if (error instanceof LocalAddress) return localSentence(url);
    if (error instanceof Error && error.name === 'TimeoutError') {
      return `fetch: ${url.host} did not answer within ${this.#timeoutMs / 1000} s.`;
    }
    return `fetch: ${url.host} could not be called: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** @returns the answer as soon as its headers are there. */
function send(
  { url, permission }: Allowed,
  request: WebRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = open(url, {
      method: request.method,
      // Answers are taken as they come: nothing here unpacks.
      headers: { ...request.headers, 'accept-encoding': 'identity' },
      signal,
      agent: false,
      ...(permission === 'public' ? { lookup: publicLookup } : {}),
    });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(request.body);
  });
}

function readOptions(options: unknown): WebRequest {
  const { method = 'GET', headers, body } = (options ?? {}) as Record<string, unknown>;
  const request: WebRequest = { method: String(method).toUpperCase(), headers: {} };
  if (ownMethods.has(request.method))
    throw new Refusal(`fetch: the method ${request.method} cannot be used.`);
  for (const [given, value] of Object.entries(headers ?? {})) {
    const name = given.toLowerCase();
    if (!ownHeaders.has(name) && !name.startsWith('proxy-')) request.headers[name] = String(value);
  }
  if (body !== undefined && body !== null) {
    request.body = typeof body === 'string' ? body : JSON.stringify(body);
    // A length, so that servers which know no chunks can read it.
    request.headers['content-length'] = String(Buffer.byteLength(request.body));
  }
  return request;
}

/** Changes a request as the web's fetch does for a redirect: credentials stay with their origin. */
function redirect(request: WebRequest, status: number, elsewhere: boolean): void {
  if (status === 303 || ((status === 301 || status === 302) && request.method === 'POST')) {
    request.method = 'GET';
    request.body = undefined;
    delete request.headers['content-length'];
  }
  if (elsewhere) for (const name of ['authorization', 'cookie', 'x-api-key']) delete request.headers[name];
}

function localSentence({ host, hostname }: URL): string {
  const entry = isLocalLiteral(hostname) || hostname === 'localhost' ? host : `private:${host}`;
  return `fetch: ${hostname} is on this machine or network; add "${entry}" to the project's fetch_allow, or to TAVORA_FETCH_ALLOW, to call it.`;
}
