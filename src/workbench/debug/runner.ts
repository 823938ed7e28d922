import type { StreamOutcome, TavoraClient } from '../../client';
import {
  type DebugAnswer,
  DebugPointsArgs,
  type DebugRecording,
  DebugSourcesArgs,
  DebugStepArgs,
  DebugStopped,
  type ReplayRequest,
  type RunEvent,
} from '../../protocol';
import type { Breakpoints, Hit } from './breakpoints';
import type { AdapterHost } from './host';
import { Live } from './live';
import { type Moment, Program } from './program';
import { Sources } from './sources';

/** Statuses of a server that does not know a route. */
const unserved = new Set([404, 405, 501]);

export type Move = 'in' | 'over' | 'out' | 'continue';

/** Told of what the program does. */
export interface RunnerListener {
  stopped(hit: Hit): void;
  /** Nothing can follow. @param message a sentence, when it ended otherwise than expected */
  ended(message?: string): void;
  /** @param moment where it was said */
  say(text: string, kind: 'console' | 'stdout' | 'stderr', moment?: Moment): void;
  /** Another session is debugged from now on: what was known of sources is not valid any more. */
  reloaded(): void;
}

/** Walks through a session in both directions; at its last moment, while it is live, the runtime goes on. */
export class Runner {
  program: Program | undefined;
  sources: Sources | undefined;
  /** Which moment is looked at. */
  index = 0;
  /** True for a server that evaluates. */
  evaluates = false;
  stopAtEnd = true;
  #live: Live | undefined;
  /** True while a run is under way, whether it stands still or not. */
  #active = false;
  /** True when the server lets runs be stopped. */
  #steers = false;
  /** How the run that was started here has ended, until the debugger's own stream has said so too. */
  #outcome: StreamOutcome | undefined;
  #leaving = new AbortController();

  constructor(
    private readonly host: AdapterHost,
    private readonly breakpoints: Breakpoints,
    private readonly listener: RunnerListener,
  ) {}

  get moment(): Moment | undefined {
    return this.program?.moments[this.index];
  }

  /** Reads a session as far as it has come. */
  async load(sessionId: string): Promise<void> {
    const client = await this.#client();
    const { signal } = this.#leaving;
    const trace = await client.studio.trace(sessionId, { signal });
    const recording = await client.debug.recording(sessionId, { signal });
    this.#take(new Program(trace, recording), recording);
  }

  /** Opens a recording at its first moment. */
  async open(sessionId: string): Promise<void> {
    await this.load(sessionId);
    if (this.program?.moments.length === 0) return this.listener.ended('This session has no steps yet.');
    const filtered = await this.breakpoints.at(this.#loaded(), 0, this.#evaluateAt, this.#log);
    this.listener.stopped(filtered ?? { reason: 'entry', ids: [] });
  }

  /** Follows a session, and runs a message in it when there is one. */
  async follow(sessionId: string, message: string | undefined, stop: boolean): Promise<void> {
    const client = await this.#client();
    if (!(await this.#attach(client, sessionId, stop)) && message === undefined) {
      await this.open(sessionId);
      return;
    }
    if (message !== undefined) this.#live?.start(message);
    this.#active = message !== undefined || this.program?.trace.session.status === 'running';
  }

  /** Goes on. Settles when it stands still again, or a run has been told to go on. */
  async move(move: Move): Promise<void> {
    const program = this.#loaded();
    const depth = this.moment?.depth ?? 0;
    const stops = (moment: Moment): boolean =>
      move === 'in' || (move === 'over' && moment.depth <= depth) || (move === 'out' && moment.depth < depth);
    if (this.index < program.moments.length - 1) {
      if (await this.#seek(1, stops)) return;
      this.index = program.moments.length - 1;
      if (!this.#active) return this.listener.stopped({ reason: 'end', ids: [] });
      // The steps up to now are done; a step ends here, and going on goes on.
      if (move !== 'continue') return this.listener.stopped({ reason: 'step', ids: [] });
    }
    if (this.#live && this.#active && this.#steers) {
      await this.#live.command(move);
      return;
    }
    this.listener.ended();
  }

  /** Goes back in time: by a step that is no deeper, or to the breakpoint before. */
  async back(move: 'step' | 'continue'): Promise<void> {
    const from = this.moment;
    const depth = from?.depth ?? 0;
    // What was called before from the same place is passed over as well.
    const stops = (moment: Moment): boolean =>
      moment.depth < depth || (moment.depth === depth && this.#callOf(moment) === this.#callOf(from));
    if (await this.#seek(-1, (moment) => move === 'step' && stops(moment))) return;
    this.index = 0;
    this.listener.stopped({ reason: 'entry', ids: [] });
  }

  /** Stands still where the run is now. */
  async pause(): Promise<void> {
    if (this.#live && this.#active && this.#steers) return await this.#live.command('pause');
    this.index = Math.max(0, (this.program?.moments.length ?? 0) - 1);
    this.listener.stopped({ reason: 'pause', ids: [] });
  }

  /** Runs the session anew from a step, as a new session that is debugged from then on. */
  async replay(request: ReplayRequest): Promise<void> {
    const client = await this.#client();
    if (!this.#live) await this.#attach(client, this.#loaded().sessionId, false);
    this.#active = true;
    this.#live?.replay(this.#steers ? { ...request, debug: true } : request);
  }

  /**
   * Evaluates as of a moment.
   * @param where whether the names of a script are meant, and at which depth of its calls; left out, the innermost
   */
  async evaluate(
    moment: Moment,
    expression: string,
    { inScript, depth }: { inScript: boolean; depth?: number | undefined } = { inScript: true },
  ): Promise<DebugAnswer> {
    const program = this.#loaded();
    const client = await this.#client();
    const at = inScript ? moment.point : undefined;
    const point = at === undefined ? undefined : program.points[at]?.n;
    return await client.debug.evaluate(
      program.sessionId,
      {
        expression,
        step: program.stepsBefore(moment),
        ...(point === undefined ? {} : { point }),
        ...(point === undefined || depth === undefined ? {} : { depth }),
      },
      { signal: this.#leaving.signal },
    );
  }

  async breakpointsChanged(): Promise<void> {
    if (this.#steers) await this.#live?.breakpoints(this.breakpoints.wire());
  }

  /** Ends the run that was started here, and lets go of the session. */
  leave(): void {
    this.#live?.leave();
    this.#leaving.abort();
  }

  /** Which call of a function a moment lies in; undefined between steps. */
  #callOf(moment: Moment | undefined): number | undefined {
    return moment?.kind === 'point' ? this.program?.points[moment.point]?.call : undefined;
  }

  readonly #evaluateAt = (moment: Moment, expression: string): Promise<DebugAnswer> =>
    this.evaluate(moment, expression);
  readonly #log = (text: string, moment: Moment): void => this.listener.say(text, 'console', moment);

  async #seek(direction: 1 | -1, stops: (moment: Moment) => boolean): Promise<boolean> {
    const program = this.#loaded();
    const { moments } = program;
    const quiet = (): void => undefined;
    for (let at = this.index + direction; at >= 0 && at < moments.length; at += direction) {
      const moment = moments[at];
      if (!moment) break;
      const say = direction === 1 ? this.#log : quiet;
      const hit = await this.breakpoints.at(program, at, this.#evaluateAt, say);
      if (!hit && !stops(moment)) continue;
      this.index = at;
      this.listener.stopped(hit ?? { reason: 'step', ids: [] });
      return true;
    }
    return false;
  }

  /** @returns false for a server that has no debugger: its runs can be watched, but not stopped. */
  async #attach(client: TavoraClient, sessionId: string, stop: boolean): Promise<boolean> {
    const live: Live = new Live(
      this.host,
      client,
      {
        event: (event) => this.#event(event),
        ended: (outcome) => this.#runEnded(outcome, live.sessionId),
        lost: (message) => this.listener.ended(message),
      },
      sessionId,
    );
    try {
      await live.attach(this.breakpoints.wire(), stop);
      this.#steers = true;
    } catch (error) {
      if (!(error instanceof Error && 'status' in error && unserved.has(Number(error.status)))) throw error;
      this.listener.say(
        'This server has no debugger: its runs cannot be stopped. What the trace holds is shown when they have ended.',
        'console',
      );
      await this.load(sessionId);
      this.listener.reloaded();
    }
    this.#live = live;
    return this.#steers;
  }

  async #event({ type, args }: RunEvent): Promise<void> {
    if (type === 'debug_attached') return await this.#attachedTo(String(args?.session_id));
    const program = this.#loaded();
    switch (type) {
      case 'debug_run':
        this.#active = args?.state === 'started';
        if (!this.#active) this.#atEnd(String(args?.state));
        return;
      case 'debug_step':
        program.addStep(DebugStepArgs.parse(args).step);
        this.host.report(program.sessionId);
        return;
      case 'debug_points':
        program.addPoints(DebugPointsArgs.parse(args).points);
        return;
      case 'debug_sources':
        this.sources?.take(DebugSourcesArgs.parse(args).sources);
        return;
      case 'debug_output':
        this.listener.say(String(args?.text ?? ''), 'console', program.moments.at(-1));
        return;
      case 'debug_continued':
        program.pending = undefined;
        return;
      case 'debug_stopped': {
        const stop = DebugStopped.parse(args);
        program.pending = stop;
        this.index = program.moments.length - 1;
        const { reason, breakpoints: ids, text } = stop;
        this.listener.stopped({ reason, ids, ...(text === undefined ? {} : { text }) });
        return;
      }
      default:
    }
  }

  /** The run of an attached session may be followed by another; one that was started here is the last. */
  #atEnd(state: string): void {
    const program = this.#loaded();
    program.pending = undefined;
    this.host.report(program.sessionId);
    this.listener.say(`The run has ended: ${state}.`, 'console');
    if (this.#outcome) this.#finish(this.#outcome);
  }

  /** The debugger's own stream may still have more to say than the run's. */
  async #runEnded(outcome: StreamOutcome, sessionId: string): Promise<void> {
    this.#outcome = outcome;
    if (!this.#steers) {
      // Nobody has told of the steps: they are read now.
      await this.load(sessionId);
      this.listener.reloaded();
      this.#finish(outcome);
    } else if (!this.#active || outcome.kind === 'cut' || outcome.kind === 'silent') this.#finish(outcome);
  }

  #finish(outcome: StreamOutcome): void {
    this.#active = false;
    this.#outcome = undefined;
    const program = this.#loaded();
    if (outcome.kind === 'error') this.listener.say(outcome.message, 'stderr');
    if (outcome.kind === 'cut' || outcome.kind === 'silent') {
      const why = outcome.kind === 'cut' ? outcome.message : 'The server has fallen silent.';
      this.listener.ended(`The debug session has lost the runtime. ${why}`);
    } else if (this.stopAtEnd && program.moments.length > 0) {
      this.index = program.moments.length - 1;
      this.listener.stopped({ reason: 'end', ids: [] });
    } else {
      this.listener.ended();
    }
  }

  /** The debugger is the runtime's now, or has gone over to a replay. */
  async #attachedTo(sessionId: string): Promise<void> {
    if (this.#live) this.#live.sessionId = sessionId;
    this.host.report(sessionId);
    await this.load(sessionId);
    this.listener.reloaded();
  }

  #take(program: Program, recording: DebugRecording | undefined): void {
    this.program = program;
    this.sources = new Sources(this.host, program, recording);
    this.evaluates = recording !== undefined;
    this.index = 0;
  }

  #loaded(): Program {
    if (!this.program) throw new Error('No session is being debugged yet.');
    return this.program;
  }

  #client(): Promise<TavoraClient> {
    return this.host.client(this.#leaving.signal);
  }
}
