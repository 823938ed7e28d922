import type { RunStream, StreamOutcome, TavoraClient } from '../../client';
import {
  type DebugBreakpoints,
  type DebugCommand,
  InputRequest,
  type ReplayRequest,
  type RunEvent,
  replaySessionId,
} from '../../protocol';
import type { AdapterHost } from './host';

/** Told of what a session does while it is followed. */
export interface LiveListener {
  /** An event of the debugger. */
  event(event: RunEvent): Promise<void>;
  /** The run that was started here has ended. */
  ended(outcome: StreamOutcome): Promise<void>;
  /** Nothing more will be heard. @param message a sentence */
  lost(message: string): void;
}

/** The debugger's hold on a session of the runtime, and the runs that it started itself. */
export class Live {
  readonly #leaving = new AbortController();
  #run: RunStream | undefined;
  #left = false;

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
      void this.#follow(stream, resolve).catch(reject);
    });
  }

  /** Starts a run, and answers for the person what it asks. */
  start(message: string): void {
    this.#own(this.client.sessions.run(this.sessionId, message, { signal: this.#leaving.signal }));
  }

  /** Makes a replay in place of what runs. */
  replay(request: ReplayRequest): void {
    this.#run?.cancel();
    this.#own(this.client.studio.replay(this.sessionId, request, { signal: this.#leaving.signal }));
  }

  async command(command: DebugCommand['command']): Promise<void> {
    await this.client.debug.command(this.sessionId, { command });
  }

  async breakpoints(breakpoints: DebugBreakpoints): Promise<void> {
    await this.client.debug.breakpoints(this.sessionId, breakpoints);
  }

  /** Ends what was started here, and lets go of what was not. */
  leave(): void {
    this.#left = true;
    this.#leaving.abort();
  }

  async #follow(stream: RunStream, attached: () => void): Promise<void> {
    for await (const event of stream) {
      await this.listener.event(event);
      if (event.type === 'debug_attached') attached();
    }
    if (this.#left) return;
    const outcome = await stream.outcome;
    const why = 'message' in outcome ? outcome.message : 'The server ended the connection.';
    this.listener.lost(`The debug session has lost the runtime. ${why}`);
  }

  #own(stream: RunStream): void {
    this.#run = stream;
    void this.#consume(stream).catch((error: unknown) => {
      if (!this.#left) this.listener.lost(error instanceof Error ? error.message : String(error));
    });
  }

  async #consume(stream: RunStream): Promise<void> {
    for await (const event of stream) {
      if (event.type === 'replay_started') this.sessionId = replaySessionId(event) ?? this.sessionId;
      if (event.type === 'input_request') void this.#ask(event);
    }
    const outcome = await stream.outcome;
    if (!this.#left && this.#run === stream) await this.listener.ended(outcome);
  }

  async #ask(event: RunEvent): Promise<void> {
    const { success, data: question } = InputRequest.safeParse(event.args);
    if (!success) return;
    const sessionId = this.sessionId;
    const { signal } = this.#leaving;
    try {
      const value = await this.host.ask(question, signal);
      if (value !== undefined) {
        await this.client.sessions.input(sessionId, { request_id: question.request_id, value }, { signal });
      }
    } catch (error) {
      if (!signal.aborted) this.host.log(`An input request could not be answered: ${String(error)}`);
    }
  }
}
