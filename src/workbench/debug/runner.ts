import type { DebugProtocol } from '@vscode/debugprotocol';
import { isUnserved, type StreamOutcome, type TavoraClient } from '../../client';
import {
  type DebugAnswer,
  DebugOutputArgs,
  DebugPointsArgs,
  type DebugRecording,
  DebugSourcesArgs,
  DebugStepArgs,
  DebugStopped,
  inputRequestOf,
  type ReplayRequest,
  type RunEvent,
} from '../../protocol';
import type { Breakpoints, Evaluate, Hit } from './breakpoints';
import type { AdapterHost } from './host';
import { Live, LostRuntime, whyLost } from './live';
import { type Moment, Program } from './program';
import { Search, type SearchHost } from './search';
import { type SourceLine, Sources } from './sources';

const underWay = new Set(['running', 'waiting']);

export type Move = 'in' | 'over' | 'out' | 'continue';

/** Told of what the program does. */
export interface RunnerListener {
  stopped(hit: Hit): void;
  /** Nothing can follow. @param message a sentence, when it ended otherwise than expected */
  ended(message?: string): void;
  /** @param where it was said */
  say(text: string, kind: 'console' | 'stdout' | 'stderr', where?: Moment | SourceLine): void;
  /** Another session is debugged from now on: what was known of sources is not valid any more. */
  reloaded(): void;
  /** Something else holds of breakpoints than was said of them. */
  checked(changed: DebugProtocol.Breakpoint[]): void;
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
  /** The search through what is recorded that is under way. */
  #search: Search | undefined;
  /** The session of which it was said that its recording is full. */
  #saidFull: string | undefined;

  constructor(
    private readonly host: AdapterHost,
    private readonly breakpoints: Breakpoints,
    private readonly listener: RunnerListener,
  ) {}

  /** Aborted when the session is let go of. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  /** True while the runtime has the debugger, or a run is under way. */
  get isLive(): boolean {
    return this.#live !== undefined && (this.#steers || this.#active);
  }

  get moment(): Moment | undefined {
    return this.program?.moments[this.index];
  }

  /**
   * Reads a session as far as it has come.
   * @param isLive whether its lines can be stopped at as they run, and not only where they were recorded
   * @returns whether something else holds of breakpoints now
   */
  async load(sessionId: string, isLive = false): Promise<boolean> {
    const client = await this.#client();
    const { signal } = this.#leaving;
    const trace = await client.studio.trace(sessionId, { signal });
    const recording = await client.debug.recording(sessionId, { signal });
    this.#take(new Program(trace, recording), recording, isLive);
    return this.#recheck();
  }

  /** Opens a recording at its first moment. */
  async open(sessionId: string): Promise<void> {
    await this.load(sessionId);
    if (this.program?.moments.length === 0) return this.listener.ended('This session has no steps yet.');
    const evaluate: Evaluate = (moment, expression) => this.evaluate(moment, expression);
    const filtered = await this.breakpoints.at(this.#loaded(), 0, evaluate, this.#log);
    this.listener.stopped(filtered ?? { reason: 'entry', ids: [] });
  }

  /** Follows a session, and runs a message in it when there is one. */
  async follow(sessionId: string, message: string | undefined, stop: boolean): Promise<void> {
    const client = await this.#client();
    const steers = await this.#attach(client, sessionId, stop);
    // Who has left meanwhile does not want a run.
    this.leaving.throwIfAborted();
    if (!steers && message === undefined) return await this.open(sessionId);
    if (message === undefined) return this.#takeQuestion();
    this.#active = true;
    this.#live?.start(message);
  }

  /** Goes on. Settles when it stands still again, or a run has been told to go on. */
  async move(move: Move): Promise<void> {
    const program = this.#loaded();
    this.#endSearch();
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
    this.#endSearch();
    const from = this.moment;
    const depth = from?.depth ?? 0;
    // What was called before from the same place is passed over as well.
    const stops = (moment: Moment): boolean =>
      moment.depth < depth || (moment.depth === depth && this.#callOf(moment) === this.#callOf(from));
    if (await this.#seek(-1, (moment) => move === 'step' && stops(moment))) return;
    this.index = 0;
    this.listener.stopped({ reason: 'entry', ids: [] });
  }

  /** Stands still where a search, or the run, is now; a run that waits for an answer asks for it again. */
  async pause(): Promise<void> {
    if (this.#search) return this.#pauseSearch(this.#search);
    if (this.#live?.askAgain()) return;
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
    signal = this.leaving,
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
      { signal },
    );
  }

  async breakpointsChanged(): Promise<void> {
    if (this.#steers) await this.#live?.breakpoints(this.breakpoints.wire());
  }

  /** Ends the run that was started here, and lets go of the session. Settles once that is done; never rejects. */
  async leave(): Promise<void> {
    this.#endSearch();
    const left = this.#live?.leave();
    this.#leaving.abort();
    await left;
  }

  /** Which call of a function a moment lies in; undefined between steps. */
  #callOf(moment: Moment | undefined): number | undefined {
    return moment?.kind === 'point' ? this.program?.points[moment.point]?.call : undefined;
  }

  readonly #log = (text: string, moment: Moment): void => this.listener.say(text, 'console', moment);

  /** Looks for where to stand still. @returns false when there is no such place; what ends it has said where it stands */
  async #seek(direction: 1 | -1, stops: (moment: Moment) => boolean): Promise<boolean> {
    const host: SearchHost = {
      evaluate: (moment, expression, signal) => this.evaluate(moment, expression, undefined, signal),
      say: this.#log,
    };
    const search = new Search(this.breakpoints, this.#loaded(), host, this.index);
    this.#search = search;
    try {
      const hit = await search.find(direction, stops);
      if (!hit) return search.ended;
      this.index = search.at;
      this.listener.stopped(hit);
      return true;
    } finally {
      if (this.#search === search) this.#search = undefined;
    }
  }

  /** What else is told to the debugger decides where it stands. */
  #endSearch(): void {
    this.#search?.end();
    this.#search = undefined;
  }

  #pauseSearch({ at }: Search): void {
    this.#endSearch();
    this.index = at;
    this.listener.stopped({ reason: 'pause', ids: [] });
  }

  /** @returns false for a server that has no debugger: its runs can be watched, but not stopped. */
  async #attach(client: TavoraClient, sessionId: string, stop: boolean): Promise<boolean> {
    const live: Live = new Live(
      this.host,
      client,
      {
        event: (event) => this.#event(event),
        ended: (outcome) => this.#runEnded(outcome, live.sessionId),
        broken: (message) => this.listener.ended(message),
        lost: (message) => this.#lost(message, live.sessionId),
        unanswered: ({ message }, why) => {
          if (why !== undefined) this.listener.say(`Your answer did not arrive: ${why}`, 'stderr');
          this.listener.say(
            `The agent waits for an answer: “${message}” Press Pause to be asked.`,
            'console',
          );
        },
      },
      sessionId,
    );
    // Before it is attached, so that leaving reaches it.
    this.#live = live;
    try {
      await live.attach(this.breakpoints.wire(), stop);
      this.#steers = true;
    } catch (error) {
      this.leaving.throwIfAborted();
      if (!isUnserved(error)) throw error;
      this.listener.say(
        'This server has no debugger: its runs cannot be stopped. What the trace holds is shown when they have ended.',
        'console',
      );
      await this.load(sessionId);
      this.listener.reloaded();
    }
    return this.#steers;
  }

  /** A run that waits where it is attached to has put its question to somebody who may be gone. */
  #takeQuestion(): void {
    const { session, steps } = this.#loaded().trace;
    const question = inputRequestOf(steps.at(-1)?.tool_args);
    if (session.status === 'waiting' && question) this.#live?.waitsFor(question);
  }

  async #event(event: RunEvent): Promise<void> {
    const { type, args } = event;
    if (type === 'debug_attached') return await this.#attachedTo(String(args?.session_id));
    const program = this.#loaded();
    switch (type) {
      case 'debug_run':
        this.#active = args?.state === 'started';
        if (!this.#active) this.#atEnd(String(args?.state));
        return;
      case 'debug_step':
        program.addStep(read(DebugStepArgs, event).step);
        this.host.report(program.sessionId);
        return;
      case 'debug_points': {
        const { points, full } = read(DebugPointsArgs, event);
        program.addPoints(points);
        if (full) this.#sayFull(program);
        return;
      }
      case 'debug_sources':
        this.sources?.take(read(DebugSourcesArgs, event).sources);
        if (this.#recheck()) await this.#live?.breakpoints(this.breakpoints.wire());
        return;
      case 'debug_output':
        this.#output(event);
        return;
      case 'debug_continued':
        program.pending = undefined;
        return;
      case 'debug_stopped': {
        const stop = read(DebugStopped, event);
        this.#endSearch();
        // Whoever began it: what stands still is under way.
        this.#active = true;
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
    this.host.ended(program.sessionId);
    this.listener.say(`The run has ended: ${state}.`, 'console');
    if (this.#outcome) this.#finish(this.#outcome);
  }

  /** The debugger's own stream may still have more to say than the run's. */
  async #runEnded(outcome: StreamOutcome, sessionId: string): Promise<void> {
    this.#outcome = outcome;
    if (!this.#steers) {
      // Nobody has told of the steps: they are read now.
      await this.load(sessionId);
      this.host.ended(sessionId);
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
      this.#lost(new LostRuntime(whyLost(outcome)).message, program.sessionId);
    } else if (this.stopAtEnd && program.moments.length > 0) {
      this.index = program.moments.length - 1;
      this.listener.stopped({ reason: 'end', ids: [] });
    } else {
      this.listener.ended();
    }
  }

  #lost(message: string, sessionId: string): void {
    this.listener.ended(message);
    this.host.lost(sessionId, message);
  }

  /** The debugger is the runtime's now, or has gone over to a replay. */
  async #attachedTo(sessionId: string): Promise<void> {
    if (this.#live) this.#live.sessionId = sessionId;
    this.host.report(sessionId);
    if (await this.load(sessionId, true)) await this.#live?.breakpoints(this.breakpoints.wire());
    this.#active ||= underWay.has(this.#loaded().trace.session.status);
    this.listener.reloaded();
  }

  #take(program: Program, recording: DebugRecording | undefined, isLive: boolean): void {
    this.#endSearch();
    this.program = program;
    const without = isLive || program.points.length > 0 ? undefined : recording ? unrecorded : undebugged;
    this.sources = new Sources(this.host, program, recording, without);
    this.evaluates = recording !== undefined;
    this.index = 0;
    if (recording?.truncated) this.#sayFull(this.program);
  }

  /** Breakpoints were set before it was known which texts the session runs. */
  #recheck(): boolean {
    const changed = this.sources ? this.breakpoints.recheck(this.sources) : [];
    if (changed.length > 0) this.listener.checked(changed);
    return changed.length > 0;
  }

  #output(event: RunEvent): void {
    const { text, file, line } = read(DebugOutputArgs, event);
    const source = file === undefined ? undefined : this.sources?.of(file);
    this.listener.say(text, 'console', source && { source, line: line ?? 1 });
  }

  #sayFull({ sessionId, points }: Program): void {
    if (this.#saidFull === sessionId) return;
    this.#saidFull = sessionId;
    this.listener.say(
      `The recording of lines is full: it ends after ${points.length} places. Breakpoints still stop, but beyond it there are no lines to step back to.`,
      'console',
    );
  }

  #loaded(): Program {
    if (!this.program) throw new Error('No session is being debugged yet.');
    return this.program;
  }

  #client(): Promise<TavoraClient> {
    return this.host.client(this.#leaving.signal);
  }
}

const unrecorded =
  'No lines were recorded when this session ran, so that nothing stops here. Replay it from one of its steps to stop at lines.';
const undebugged = 'This server has no debugger, so that nothing stops on a line.';

/** @throws an error whose message is a sentence, when an event does not say what its type has to say. */
function read<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  { type, args }: RunEvent,
): T {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  throw new Error(
    `The server sent an event “${type}” that cannot be read. It may speak another version of the API than this extension.`,
  );
}
