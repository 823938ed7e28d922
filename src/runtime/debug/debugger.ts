import { filterCondition } from '../../project';
import type {
  DebugAnswer,
  DebugBreakpoints,
  DebugCommand,
  DebugPoint,
  DebugSource,
  DebugStopped,
  RunEvent,
} from '../../protocol';
import { type Deferred, deferred } from '../agent/deferred';
import { Queue } from '../agent/queue';
import { conflict } from '../http/problem';
import {
  type DebugPlan,
  everywhere,
  type SandboxDebug,
  type ScriptCommand,
  type ScriptPoint,
  type ScriptStop,
} from '../sandbox';
import { type Step, type Store, toWireStep } from '../store';

/** Points kept of one session: past them lines are no longer recorded, while breakpoints still stop. */
export const mostPoints = 20_000;

/** How far a run goes before it stops by itself. */
interface Move {
  /** Deepest call that it stops in: 0 between steps, `nowhere` when only breakpoints stop it. */
  most: number;
  reason: DebugPlan['reason'];
}

const nowhere = -1;

/** Evaluates with the `data` that a run had after a step. */
export type Ask = (expression: string, after: Step) => Promise<DebugAnswer>;

/** What a run stands at. */
interface Pause {
  depth: number;
  /** Undefined between two steps, where there is no script to ask. */
  script: boolean;
  resume: Deferred<ScriptCommand>;
  /** Waits for what the script answers to an expression. */
  answer: Deferred<DebugAnswer> | undefined;
}

/** A client that debugs a session: what it wants to stop at, what it is told, and the run that it holds. */
export class Debugger {
  readonly events = new Queue<RunEvent>();
  readonly #store: Pick<Store, 'debug'>;
  #sessionId: string;
  #breakpoints: DebugBreakpoints;
  #move: Move;
  #next = 0;
  #calls = 0;
  /** Of the last point. */
  #depth = 1;
  #pause: Pause | undefined;
  #writing: Promise<void> = Promise.resolve();
  #detached = false;
  /** Makes the block that runs ask for a new plan. */
  #replan: () => void = () => undefined;

  constructor(store: Pick<Store, 'debug'>, sessionId: string, breakpoints: DebugBreakpoints, stop: boolean) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#breakpoints = breakpoints;
    this.#move = { most: stop ? everywhere : nowhere, reason: 'entry' };
  }

  /** Reads where the session's recording ends. Call before the session runs. */
  async open(): Promise<void> {
    this.#tell('debug_attached', { session_id: this.#sessionId });
    const points = await this.#store.debug.points(this.#sessionId);
    this.#next = points.length;
    this.#calls = points.reduce((most, { call }) => Math.max(most, call), 0);
  }

  /** Goes over to a replay of the session, and stops before the first thing that it does. */
  async moveTo(sessionId: string): Promise<void> {
    // The run that it held goes on by itself.
    if (this.#pause) this.#goOn(this.#pause);
    await this.#writing;
    this.#sessionId = sessionId;
    this.#move = { most: everywhere, reason: 'entry' };
    await this.open();
  }

  set breakpoints(breakpoints: DebugBreakpoints) {
    this.#breakpoints = breakpoints;
    this.#replan();
  }

  /** @throws Problem 409 when the run stands still already, or goes on already. */
  command({ command }: DebugCommand): void {
    const pause = this.#pause;
    if (command === 'pause') {
      if (pause) throw conflict('The run stands still already.');
      this.#move = { most: everywhere, reason: 'pause' };
      this.#replan();
      return;
    }
    if (!pause) throw conflict('The run does not stand still, so it cannot be told how to go on.');
    const most = { continue: nowhere, in: everywhere, over: pause.depth, out: pause.depth - 1 }[command];
    this.#move = { most, reason: 'step' };
    this.#goOn(pause);
  }

  /** True while a script stands still, so that expressions can be evaluated in it. */
  standsAt(point: number): boolean {
    return this.#pause?.script === true && point === this.#next - 1;
  }

  /** Evaluates in the script that stands still. @throws Problem 409 when none does, or it is being asked. */
  async evaluate(expression: string, depth: number): Promise<DebugAnswer> {
    const pause = this.#pause;
    if (!pause?.script) throw conflict('No script stands still, so nothing can be evaluated in it.');
    if (pause.answer) throw conflict('Another expression is being evaluated; try again.');
    const answer = deferred<DebugAnswer>();
    pause.answer = answer;
    pause.resume.resolve({ evaluate: expression, depth });
    return await answer.promise;
  }

  /** Lets the run go on by itself; nothing more is told. */
  detach(): void {
    this.#detached = true;
    this.#breakpoints = { lines: [], functions: [], filters: [] };
    this.#move = { most: nowhere, reason: 'step' };
    this.#replan();
    if (this.#pause) this.#goOn(this.#pause);
    this.events.push({ type: 'done' });
    this.events.end();
  }

  /** A run of the session begins or has ended. @param state `started`, or the session's status */
  run(state: string): void {
    this.#tell('debug_run', { session_id: this.#sessionId, state });
  }

  /** A step has been kept. */
  kept(step: Step): void {
    this.#tell('debug_step', { step: toWireStep(step) });
  }

  /** The run is between two steps: it may have to stand still. */
  async reached(step: Step, signal: AbortSignal, ask: Ask): Promise<void> {
    const exception = await this.#failed(step, ask);
    if (this.#detached || (this.#move.most < 0 && !exception)) return;
    const reason = exception ? 'exception' : this.#move.reason;
    const next = step.step_index + 1;
    await this.#stand(
      { reason, step: next, breakpoints: [], ...(exception ? { text: step.content } : {}) },
      { depth: 0, script: false },
      signal,
    );
  }

  async #failed(step: Step, ask: Ask): Promise<boolean> {
    const { filters, filter_conditions: conditions } = this.#breakpoints;
    const failed = step.step_type === 'error' || step.tool_args?.ok === false;
    if (!failed || !filters.includes('failed')) return false;
    const condition = conditions?.failed?.trim();
    if (!condition) return true;
    const { ok, value } = await ask(filterCondition(condition, { error: errorOf(step) }), step);
    // One that fails stops: the person sees that it does.
    return !ok || value === true;
  }

  /**
   * What a block's sandbox is given.
   * @param next says which index the next step has
   */
  forBlock(block: number, next: () => number, replan: () => void): SandboxDebug {
    this.#replan = replan;
    // Calls are numbered anew in each sandbox.
    const calls = this.#calls;
    return {
      block: `block:${block}`,
      plan: () => this.#plan(),
      points: (points, full) => this.#keep(points, calls, next(), full),
      said: (text, file, line) => this.#tell('debug_output', { text, file, line }),
      stopped: (stop, answer, signal) => this.#stopped(stop, answer, next(), signal),
    };
  }

  /** Keeps the sources that a run works with. */
  useSources(sources: readonly DebugSource[]): void {
    const sessionId = this.#sessionId;
    this.#writing = this.#writing.then(() => this.#store.debug.keepSources(sessionId, sources));
    this.#tell('debug_sources', { sources });
  }

  /** Settles when everything that was told so far is kept. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #plan(): DebugPlan {
    return {
      breakpoints: this.#breakpoints,
      most: Math.max(0, this.#move.most),
      reason: this.#move.reason,
      points: this.#detached ? 0 : Math.max(0, mostPoints - this.#next),
    };
  }

  #keep(points: readonly ScriptPoint[], calls: number, step: number, full: boolean): void {
    if (this.#detached) return;
    const kept = points.map((point): DebugPoint => {
      this.#calls = Math.max(this.#calls, calls + point.call);
      return { ...point, call: calls + point.call, n: this.#next++, step };
    });
    const sessionId = this.#sessionId;
    this.#writing = this.#writing.then(() => this.#store.debug.add(sessionId, kept));
    this.#tell('debug_points', { points: kept, full });
    this.#depth = kept.at(-1)?.depth ?? this.#depth;
  }

  async #stopped(
    stop: ScriptStop,
    answer: DebugAnswer | undefined,
    step: number,
    signal: AbortSignal,
  ): Promise<ScriptCommand> {
    if (answer !== undefined) {
      const pause = this.#pause;
      if (!pause) return { plan: this.#plan() };
      const waiting = pause.answer;
      pause.answer = undefined;
      pause.resume = deferred();
      waiting?.resolve(answer);
      return await pause.resume.promise;
    }
    await this.#writing;
    if (this.#detached) return { plan: this.#plan() };
    const depth = this.#depth + (stop.call ? 1 : 0);
    return await this.#stand({ ...stop, step, point: this.#next - 1 }, { depth, script: true }, signal);
  }

  async #stand(
    stop: DebugStopped,
    { depth, script }: Pick<Pause, 'depth' | 'script'>,
    signal: AbortSignal,
  ): Promise<ScriptCommand> {
    const resume = deferred<ScriptCommand>();
    const pause: Pause = { depth, script, resume, answer: undefined };
    this.#pause = pause;
    const abort = (): void => {
      pause.answer?.resolve({ ok: false, value: null, text: 'The run has ended.' });
      pause.resume.resolve({ plan: this.#plan() });
      if (this.#pause === pause) this.#pause = undefined;
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    this.#tell('debug_stopped', stop);
    return await resume.promise;
  }

  #goOn(pause: Pause): void {
    this.#pause = undefined;
    this.#tell('debug_continued', {});
    pause.resume.resolve({ plan: this.#plan() });
  }

  #tell(type: string, args: Record<string, unknown>): void {
    if (!this.#detached) this.events.push({ type, args });
  }
}

function errorOf({ content, tool_args: args }: Step): { name: string; message: string } {
  const { name, message } = (args?.error ?? {}) as { name?: unknown; message?: unknown };
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : content,
  };
}
