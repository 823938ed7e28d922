import {
  ApiError,
  ConnectionError,
  type RunStream,
  type StreamOutcome,
  type TavoraClient,
} from '../../client';
import {
  type DebugBreakpoints,
  type DebugCommand,
  type InputRequest,
  inputRequestOf,
  type ReplayRequest,
  type RunEvent,
  replaySessionId,
} from '../../protocol';
import { endRun } from '../shared/end-run';
import type { AdapterHost } from './host';

/** Told of what a session does while it is followed. */
export interface LiveListener {
  /** An event of the debugger. */
  event(event: RunEvent): Promise<void>;
  /** The run that was started here has ended. */
  ended(outcome: StreamOutcome): Promise<void>;
  /** Nothing more will be heard, because what was heard is of no use. @param message a sentence */
  broken(message: string): void;
  /** Nothing more will be heard, because the connection has gone; what runs may go on. @param message a sentence */
  lost(message: string): void;
  /** The run waits on for an answer. @param why it has not got the person's, as a sentence; undefined where they gave none */
  unanswered(question: InputRequest, why?: string): void;
}

/** The debugger's hold on a session of the runtime, and the runs that it started itself. */
export class Live {
  readonly #leaving = new AbortController();
  #run: RunStream | undefined;
  /** The session whose run was begun here and has not ended; undefined while what runs is another's. */
  #begun: string | undefined;
  #left = false;
  /** Settles once what was started here has ended, after it was left. */
  #over: Promise<void> = Promise.resolve();
  /** True while the session of the replay that was asked for last is not known. */
  #unnamed = false;
  /** What the run waits for and nobody is being asked, with what was typed before. */
  #unanswered: { question: InputRequest; typed?: string } | undefined;

  constructor(
    private readonly host: AdapterHost,
    private readonly client: TavoraClient,
    private readonly listener: LiveListener,
    public sessionId: string,
  ) {}

  /**
   * Attaches. Settles once the runtime has taken the debugger.
   * @throws ApiError when the session has one already, or the server knows no debugger.
   */
  attach(breakpoints: DebugBreakpoints, stop: boolean): Promise<void> {
    const signal = this.#leaving.signal;
    const stream = this.client.debug.attach(this.sessionId, { breakpoints, stop }, { signal });
    return new Promise((resolve, reject) => {
      let attached = false;
      const follow = this.#follow(stream, () => {
        attached = true;
        resolve();
      });
      follow.catch((error: unknown) => {
        // Nobody waits for the promise any more once it has settled.
        if (!attached) reject(error);
        else if (!this.#left) this.#gone(error);
      });
    });
  }

  /** Starts a run, and answers for the person what it asks. */
  start(message: string): void {
    this.#begun = this.sessionId;
    this.#own(this.client.sessions.run(this.sessionId, message, { signal: this.#leaving.signal }));
  }

  /** Makes a replay in place of what runs. */
  replay(request: ReplayRequest): void {
    this.#run?.cancel();
    this.#unnamed = true;
    this.#own(this.client.studio.replay(this.sessionId, request, { signal: this.#leaving.signal }));
  }

  async command(command: DebugCommand['command']): Promise<void> {
    await this.client.debug.command(this.sessionId, { command });
  }

  async breakpoints(breakpoints: DebugBreakpoints): Promise<void> {
    await this.client.debug.breakpoints(this.sessionId, breakpoints);
  }

  /** Asks the person again what a run waits for. @returns false when it waits for nothing that they left unanswered */
  askAgain(): boolean {
    const waiting = this.#unanswered;
    if (waiting) void this.#ask(waiting.question, waiting.typed);
    return waiting !== undefined;
  }

  /** Takes over a question that a run had put before it was followed. */
  waitsFor(question: InputRequest): void {
    this.#unanswered = { question };
    this.listener.unanswered(question);
  }

  /** Ends what was started here, and lets go of what was not. Settles once that is done; never rejects. */
  leave(): Promise<void> {
    if (this.#left) return this.#over;
    this.#left = true;
    if (this.#run || this.#begun !== undefined) this.#over = this.#endOwn(this.#run);
    else this.#leaving.abort();
    return this.#over;
  }

  async #endOwn(run: RunStream | undefined): Promise<void> {
    if (run && this.#unnamed) {
      // Goes on to the replay's first event: what is to end is not known before it.
      run.cancel();
      await run.outcome.catch(() => undefined);
    }
    const begun = this.#begun;
    if (begun !== undefined) {
      // First, so that the run does not go on from where the debugger lets it go.
      await endRun(this.client, begun, (message) => this.host.log(message));
    }
    run?.cancel();
    this.#leaving.abort();
    if (begun !== undefined) this.host.ended(begun);
  }

  /** Settles when the person has left; rejects with a sentence when the stream ends before. */
  async #follow(stream: RunStream, attached: () => void): Promise<void> {
    for await (const event of stream) {
      await this.listener.event(event);
      if (event.type === 'debug_attached') attached();
    }
    throw new LostRuntime(whyLost(await stream.outcome));
  }

  #own(stream: RunStream): void {
    this.#run = stream;
    void this.#consume(stream).catch((error: unknown) => {
      // What was refused has begun nothing that could be ended.
      if (this.#run === stream) this.#run = undefined;
      // A server that goes may end the answer to this before the debugger's own stream.
      if (!this.#left) this.#gone(error instanceof ConnectionError ? new LostRuntime(error.message) : error);
    });
  }

  #gone(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof LostRuntime) {
      // Nobody has ended it: it goes on where its server lets it, to be followed again.
      this.#begun = undefined;
      this.listener.lost(message);
    } else {
      this.listener.broken(message);
    }
  }

  async #consume(stream: RunStream): Promise<void> {
    for await (const event of stream) {
      if (event.type === 'replay_started') await this.#named(stream, replaySessionId(event));
      if (event.type === 'input_request') {
        const question = inputRequestOf(event.args);
        if (question) void this.#ask(question);
      }
    }
    const outcome = await stream.outcome;
    if (this.#left || this.#run !== stream) return;
    this.#run = undefined;
    if (!this.#unnamed) this.#begun = undefined;
    await this.listener.ended(outcome);
  }

  async #named(stream: RunStream, sessionId: string | undefined): Promise<void> {
    if (sessionId === undefined) return;
    if (this.#run === stream) {
      this.#unnamed = false;
      this.sessionId = sessionId;
      this.#begun = sessionId;
    } else {
      // Another took its place before anybody knew it.
      await endRun(this.client, sessionId, (message) => this.host.log(message));
    }
  }

  async #ask(question: InputRequest, before?: string): Promise<void> {
    this.#unanswered = undefined;
    const sessionId = this.sessionId;
    const { signal } = this.#leaving;
    let typed = before;
    try {
      const value = await this.host.ask(question, signal, before);
      if (signal.aborted) return;
      if (value === undefined) return this.waitsFor(question);
      if (typeof value === 'string') typed = value;
      await this.client.sessions.input(sessionId, { request_id: question.request_id, value }, { signal });
    } catch (error) {
      if (signal.aborted) return;
      this.host.log(`An input request could not be answered: ${String(error)}`);
      // Settled or unknown: whoever answered it, the run does not wait for it any more.
      if (error instanceof ApiError && error.status < 500) return;
      this.#unanswered = { question, ...(typed === undefined ? {} : { typed }) };
      this.listener.unanswered(question, error instanceof Error ? error.message : String(error));
    }
  }
}

/** The runtime of a debug session is out of reach. */
export class LostRuntime extends Error {
  /** @param why a sentence */
  constructor(why: string) {
    super(`The debug session has lost the runtime. ${why}`);
  }
}

/** @returns why nothing is heard any more, as a sentence */
export function whyLost(outcome: StreamOutcome): string {
  if (outcome.kind === 'silent') {
    return `Nothing came from the server for ${outcome.afterMs / 1000} seconds.`;
  }
  return 'message' in outcome ? outcome.message : 'The server ended the connection.';
}
