import type { Readable } from 'node:stream';
import { isTerminal, type RunEvent } from '../protocol';
import { ConnectionError, type Target } from './errors';
import { FrameParser } from './frames';
import type { Guard } from './guard';

/** How a run's stream ended. */
export type StreamOutcome =
  | { kind: 'done'; summary?: RunEvent['summary'] }
  | { kind: 'error'; message: string }
  | { kind: 'cut'; message: string }
  | { kind: 'silent'; afterMs: number }
  | { kind: 'cancelled' };

/**
 * The events of a run, once. The request is sent when iteration starts; leaving the loop closes the connection.
 * A server that lets runs be followed again goes on with the run for a while, another one ends it.
 *
 * Iteration throws only when the stream never opened (ApiError, ConnectionError). From then on it ends quietly
 * and `outcome` says how; the two terminal events are yielded too.
 */
export interface RunStream extends AsyncIterable<RunEvent> {
  /** Settles when iteration ends; rejects with what iteration throws. */
  readonly outcome: Promise<StreamOutcome>;
  /** Ends the stream; the run too, where the server has no other way to end one. */
  cancel(): void;
}

/** What a stream needs to know of the request that it reads. */
export interface RunSource {
  guard: Guard;
  target: Target;
  /** Milliseconds without a byte after which the server counts as gone. */
  silenceMs: number;
  maxEventBytes: number;
  /** Sends the request, gives the body of a good answer. */
  open(): Promise<Readable>;
}

/** Milliseconds a server gets, after the last event, to end its answer so that the connection can be kept. */
const lingerMs = 1_000;

/** A run's stream over HTTP. */
export class HttpRunStream implements RunStream {
  readonly outcome: Promise<StreamOutcome>;
  readonly #source: RunSource;
  readonly #events: AsyncGenerator<RunEvent, void, undefined>;
  #settle: (outcome: StreamOutcome) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  #lingering = false;
  /** `request_id` of the question that waits for a person; undefined while none does. */
  #question: string | undefined;
  #waiting = false;

  constructor(source: RunSource) {
    this.outcome = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    // Iteration throws the same error; nobody has to look at `outcome` as well.
    this.outcome.catch(() => undefined);
    this.#source = source;
    this.#events = this.#read();
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, void, undefined> {
    return this.#events;
  }

  cancel(): void {
    const { guard, target } = this.#source;
    this.#settle({ kind: 'cancelled' });
    guard.abort(new ConnectionError('aborted', `${target.method} ${target.path} was cancelled.`, target));
    // A stream that was never read has no other end.
    guard.dispose();
  }

  /** Takes note that the server has the answer to a question: what comes next is the server's to send, not a person's. */
  answered(requestId: string): void {
    if (this.#question === requestId) {
      this.#question = undefined;
      if (this.#waiting) this.#arm();
    }
  }

  #arm(): void {
    const { guard, silenceMs } = this.#source;
    guard.arm(silenceMs, () => new Silence(silenceMs));
  }

  async *#read(): AsyncGenerator<RunEvent, void, undefined> {
    const { guard, open } = this.#source;
    let body: Readable | undefined;
    try {
      body = await open();
      yield* this.#follow(body);
    } catch (error) {
      if (isAborted(error)) {
        this.#settle({ kind: 'cancelled' });
      } else if (!body) {
        this.#fail(error);
        throw error;
      } else {
        this.#settle(this.#broken(error));
      }
    } finally {
      // Reached also when the reader leaves the loop: a settled outcome stays what it is.
      this.#settle({ kind: 'cancelled' });
      guard.dispose();
      if (body && !body.readableEnded && !this.#lingering) body.destroy();
    }
  }

  async *#follow(body: Readable): AsyncGenerator<RunEvent, void, undefined> {
    const { guard, maxEventBytes, target } = this.#source;
    const parser = new FrameParser(maxEventBytes);
    const reader = body.iterator({ destroyOnReturn: false });
    for (;;) {
      // While a person is asked, the silence is theirs, except on a server that shows meanwhile that it is there. A slow
      // reader is no silence either: the timer runs only while bytes are waited for.
      if (this.#question === undefined || parser.pinged) this.#arm();
      this.#waiting = true;
      const part: IteratorResult<Buffer> = await reader.next();
      this.#waiting = false;
      guard.disarm();
      if (part.done) break;
      for (const event of parser.feed(part.value)) {
        this.#question = event.type === 'input_request' ? String(event.args?.request_id ?? '') : undefined;
        if (!isTerminal(event.type)) {
          yield event;
          continue;
        }
        this.#settle(ending(event));
        this.#linger(body, reader);
        yield event;
        return;
      }
      if (parser.overflow) {
        this.#settle({
          kind: 'cut',
          message: `The Tavora server at ${target.origin} sent an event larger than ${maxEventBytes} bytes; the run was not read further.`,
        });
        return;
      }
    }
    this.#settle({
      kind: 'cut',
      message: `The Tavora server at ${target.origin} ended the stream before the run was done. Its steps so far are in the session.`,
    });
  }

  /** Reads what is left after the last event, so that the connection can serve the next request. */
  #linger(body: Readable, reader: AsyncIterator<Buffer>): void {
    this.#lingering = true;
    const timer = setTimeout(() => body.destroy(), lingerMs);
    timer.unref();
    const drain = async () => {
      while (!(await reader.next()).done);
    };
    // The run is over; how the connection fares after it concerns nobody.
    drain()
      .catch(() => undefined)
      .finally(() => clearTimeout(timer));
  }

  #broken(error: unknown): StreamOutcome {
    if (error instanceof Silence) return { kind: 'silent', afterMs: error.afterMs };
    return {
      kind: 'cut',
      message: `The connection to the Tavora server at ${this.#source.target.origin} broke off in the middle of the run. Its steps so far are in the session.`,
    };
  }
}

class Silence extends Error {
  constructor(readonly afterMs: number) {
    super(`silent for ${afterMs} ms`);
  }
}

function isAborted(error: unknown): boolean {
  return error instanceof ConnectionError && error.reason === 'aborted';
}

function ending(event: RunEvent): StreamOutcome {
  if (event.type === 'done') return { kind: 'done', summary: event.summary };
  return { kind: 'error', message: event.content || 'The run failed and the server did not say why.' };
}
