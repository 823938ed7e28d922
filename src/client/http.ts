import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { apiKeyHeader } from '../protocol';
import { answerError } from './answer-error';
import { normalizeBaseUrl } from './base-url';
import { decode } from './decode';
import { ConnectionError, type Target } from './errors';
import { Guard } from './guard';
import {
  type CallOptions,
  type ClientOptions,
  defaultMaxBodyBytes,
  defaultRetry,
  defaultTimeouts,
  type RetryPolicy,
  type Timeouts,
} from './options';
import { retryDelay } from './retry';
import { HttpRunStream, type RunStream } from './run-stream';
import { type Incoming, type Method, type Outgoing, Transport, timeoutError } from './transport';

/** One call of the API. */
export interface Call {
  method: Method;
  /** Below the base, each variable part already encoded: `/agents/42`. */
  path: string;
  query?: Record<string, string | number | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The largest answer that is read, in bytes, where it may be larger than the client's other answers. */
  maxBytes?: number;
}

interface Answer {
  text: string;
  contentType: string | undefined;
  target: Target;
}

/** The API's calls over one transport: headers, timeouts, further tries, and errors made of bad answers. */
export class Http {
  readonly origin: string;
  readonly base: string;
  readonly #transport = new Transport();
  readonly #closed = new AbortController();
  readonly #headers: Record<string, string>;
  readonly #key: string | undefined;
  readonly #timeouts: Timeouts;
  readonly #retry: RetryPolicy;
  readonly #maxBytes: number;
  /** Those that are open. */
  readonly #streams = new Set<HttpRunStream>();

  /** @throws TypeError with a sentence for people when the address or the key cannot be used */
  constructor(options: ClientOptions) {
    const { origin, base } = normalizeBaseUrl(options.baseUrl);
    this.origin = origin;
    this.base = base;
    this.#key = options.apiKey?.trim() || undefined;
    if (this.#key && !/^[\x21-\x7e]+$/.test(this.#key)) {
      throw new TypeError('The API key holds characters that no key has. Copy it again.');
    }
    this.#timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.#retry = { ...defaultRetry, ...options.retry };
    this.#maxBytes = options.maxBodyBytes ?? defaultMaxBodyBytes;
    this.#headers = {
      'user-agent': options.userAgent ?? 'tavora-client',
      'accept-encoding': 'identity',
      ...(this.#key ? { [apiKeyHeader]: this.#key } : {}),
    };
  }

  /**
   * A call whose answer is JSON.
   * @throws ApiError when the server says no, ConnectionError when its answer does not arrive or does not fit
   */
  async json<S extends z.ZodMiniType>(schema: S, call: Call, options?: CallOptions): Promise<z.infer<S>> {
    const { text, contentType, target } = await this.#send(call, 'application/json', options);
    return await decode(schema, text, contentType, target);
  }

  /** A call whose answer is text. Throws like `json`. */
  async text(call: Call, options?: CallOptions): Promise<string> {
    const { text, target } = await this.#send(call, 'text/markdown, text/plain;q=0.9', options);
    if (!text.trim()) {
      throw new ConnectionError('empty', `The answer to ${target.method} ${target.url} is empty.`, target);
    }
    return text;
  }

  /** A call whose answer says no more than that it worked. Throws like `json`. */
  async done(call: Call, options?: CallOptions): Promise<void> {
    await this.#send(call, 'application/json', options);
  }

  /** A call whose answer is a stream of events. It is sent when iteration starts, and never sent again. */
  stream(call: Call, options?: CallOptions): RunStream {
    const outgoing = this.#outgoing(call, 'text/event-stream');
    const guard = this.#guard(outgoing, options);
    const stream = new HttpRunStream({
      guard,
      target: outgoing,
      silenceMs: this.#timeouts.silenceMs,
      maxEventBytes: this.#maxBytes,
      open: () => {
        // One that was cancelled before it was iterated has ended already: nothing would take it out again.
        if (!guard.signal.aborted) this.#streams.add(stream);
        return this.#openStream(outgoing, guard, options);
      },
    });
    const end = () => this.#streams.delete(stream);
    stream.outcome.then(end, end);
    return stream;
  }

  /** Tells the streams that a server has taken the answer to a question, which one of them may wait for. */
  answered(requestId: string): void {
    for (const stream of this.#streams) stream.answered(requestId);
  }

  /** Ends everything under way; later calls throw a ConnectionError with reason 'closed'. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#transport.close();
  }

  async #send(call: Call, accept: string, options: CallOptions | undefined): Promise<Answer> {
    const outgoing = this.#outgoing(call, accept);
    const guard = this.#guard(outgoing, options);
    const whole = options?.timeoutMs;
    if (whole !== undefined) guard.arm(whole, () => timeoutError(outgoing, whole));
    try {
      for (let tries = 1; ; tries++) {
        try {
          return await this.#attempt(outgoing, guard, whole !== undefined, call.maxBytes);
        } catch (error) {
          const wait = guard.signal.aborted
            ? undefined
            : retryDelay(error, outgoing.method, tries, this.#retry);
          if (wait === undefined) throw error;
          if (whole === undefined) guard.disarm();
          await guard.within(delay(wait, undefined, { ref: false }));
        }
      }
    } finally {
      guard.dispose();
    }
  }

  async #attempt(outgoing: Outgoing, guard: Guard, timed: boolean, maxBytes?: number): Promise<Answer> {
    const { headersMs, bodyMs } = this.#timeouts;
    if (!timed) guard.arm(headersMs, () => timeoutError(outgoing, headersMs));
    const incoming = await this.#transport.open(outgoing, guard);
    const text = await this.#read(incoming, outgoing, guard, timed ? undefined : bodyMs, maxBytes);
    this.#refuse(incoming, text, outgoing);
    return { text, contentType: incoming.header('content-type'), target: outgoing };
  }

  async #openStream(
    outgoing: Outgoing,
    guard: Guard,
    options: CallOptions | undefined,
  ): Promise<Incoming['body']> {
    const { headersMs, bodyMs } = this.#timeouts;
    const wait = options?.timeoutMs ?? headersMs;
    guard.arm(wait, () => timeoutError(outgoing, wait));
    const incoming = await this.#transport.open(outgoing, guard);
    const contentType = incoming.header('content-type');
    if (incoming.status === 200 && (contentType ?? 'text/event-stream').startsWith('text/event-stream')) {
      guard.disarm();
      return incoming.body;
    }
    const text = await this.#read(incoming, outgoing, guard, bodyMs);
    this.#refuse(incoming, text, outgoing);
    throw new ConnectionError(
      text ? 'garbage' : 'empty',
      `The answer to ${outgoing.method} ${outgoing.url} is ${text ? (contentType ?? 'text') : 'empty'} ` +
        'where a stream of events was expected.',
      outgoing,
    );
  }

  #read(
    incoming: Incoming,
    target: Target,
    guard: Guard,
    bodyMs: number | undefined,
    maxBytes = this.#maxBytes,
  ): Promise<string> {
    return this.#transport.text(incoming, target, guard, bodyMs, maxBytes);
  }

  /** Throws the error of an answer that is no success. */
  #refuse(incoming: Incoming, text: string, target: Target): void {
    if (incoming.status < 300) return;
    // A server that echoes the key must not carry it into messages and logs.
    const safe = this.#key && this.#key.length >= 8 ? text.replaceAll(this.#key, '[key]') : text;
    throw answerError({ status: incoming.status, header: incoming.header, text: safe }, target);
  }

  #outgoing(call: Call, accept: string): Outgoing {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) query.set(name, String(value));
    }
    const search = query.size > 0 ? `?${query}` : '';
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    return {
      method: call.method,
      url: this.base + call.path + search,
      origin: this.origin,
      path: call.path,
      headers: {
        ...this.#headers,
        accept,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      body,
    };
  }

  #guard(target: Target, options: CallOptions | undefined): Guard {
    const aborted = () =>
      new ConnectionError('aborted', `${target.method} ${target.path} was cancelled.`, target);
    const closed = () =>
      new ConnectionError(
        'closed',
        `The connection to the Tavora server at ${target.origin} was closed before ${target.method} ${target.path} was answered.`,
        target,
      );
    return new Guard([
      [options?.signal, aborted],
      [this.#closed.signal, closed],
    ]);
  }
}
