import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { type Stop, type Stops, stopOnLine } from '../../../project';
import type { DebugAnswer, DebugBreakpoint, DebugBreakpoints } from '../../../protocol';
import type { Columns } from '../edits';
import { installed, lend } from '../lend';
import { frameGuest } from './frame-guest';
import { debugGuest } from './guest';
import type { DebugGuest, GuestBreak, GuestPlace, GuestPlan, GuestPoint } from './guest-types';
import { hooks, instrument } from './instrument';
import type { DebugPlan, ScriptCommand, ScriptPoint, ScriptStop } from './types';

/** What the debugger needs of the thread it runs in. */
export interface DebugHost {
  /** @param full true when no more points are kept */
  points(points: ScriptPoint[], full: boolean): void;
  said(text: string, file: string, line: number): void;
  /** Stands still until there is a command. */
  stopped(stop: ScriptStop, answer: DebugAnswer | undefined): ScriptCommand;
  /** @returns a plan that has come since the last one. */
  due(): DebugPlan | undefined;
}

/** What the debugger needs of the engine. */
export interface DebugEngine {
  context: QuickJSContext;
  guest: QuickJSHandle;
  /** Calls a reader of names with code, for a short time at most. */
  evaluate(reader: QuickJSHandle, code: string): DebugAnswer;
  /** Runs what must not count as computing time of the block. */
  pausing<T>(work: () => T): T;
}

interface Script {
  file: string;
  /** Its name; undefined for a block. */
  skill: string | undefined;
  first: number;
  stops: Stops;
}

/** How many points are sent at a time. */
const batch = 200;

/** Instruments the scripts of one engine, and speaks for them with the debugger outside. */
export class ScriptDebugger {
  readonly #inside: QuickJSHandle;
  readonly #scripts: Script[] = [];
  #next = 0;
  #functions = 0;
  #plan: DebugPlan | undefined;
  #points: ScriptPoint[] = [];
  #left = 0;
  #stop: ScriptStop | undefined;

  constructor(
    readonly engine: DebugEngine,
    readonly host: DebugHost,
  ) {
    this.#inside = this.#install();
  }

  /**
   * Prepares a script for the compiler.
   * @param file names it in breakpoints and points
   * @param skill its name; undefined for a block
   * @returns its new text and the way back; the text as it is when it cannot be read.
   */
  prepare(
    file: string,
    source: string,
    skill: { name: string; shape: 'commonjs' | 'bare' } | undefined,
  ): { source: string; back: (columns: Columns) => Columns } {
    const bare = skill?.shape === 'bare';
    const name = skill === undefined ? 'block' : bare ? skill.name : `${skill.name} (loading)`;
    const options = { name, given: bare ? ['args'] : [], first: this.#next, block: skill === undefined };
    const made = instrument(source, options);
    if (made === undefined) return { source, back: (columns) => columns };
    const { stops, code, edits } = made;
    const first = this.#next;
    const fns = this.#functions;
    this.#next += Math.max(stops.stops.length, stops.exits.length);
    this.#functions += stops.functions.length;
    this.#scripts.push({ file, skill: skill?.name, first, stops });
    const places = stops.stops.map((stop): GuestPlace => {
      const { name: called = '', exported = false } = stops.functions[stop.fn] ?? {};
      const byName = stop.entry && skill !== undefined && (exported || (bare && stop.fn === 0));
      const { entry, names, outer } = stop;
      return { fn: fns + stop.fn, entry, names, outer, called: byName ? [called, skill.name] : [called] };
    });
    this.#tell('learn', { first, places });
    if (this.#plan !== undefined) this.#tell('plan', this.#guestPlan(this.#plan));
    const back = (columns: Columns): Columns => ({
      column: (line, column) => edits.back(line, columns.column(line, column)),
    });
    return { source: code, back };
  }

  /** A block begins. */
  begin(plan: DebugPlan): void {
    this.#left = plan.points;
    this.#tell('plan', this.#guestPlan(plan));
    this.#tell('watch', true);
  }

  /** Looks away, and sends what is left of what was seen. */
  end(): void {
    this.#tell('watch', false);
    this.#flush();
  }

  /** Sends what was seen; what is sent later comes later. */
  #flush(): void {
    const points = this.#points.splice(0);
    if (points.length > 0) this.host.points(points, this.#left <= 0);
  }

  #tell(name: keyof DebugGuest, value: unknown): void {
    const { context } = this.engine;
    const argument =
      typeof value === 'boolean'
        ? value
          ? context.true
          : context.false
        : context.newString(JSON.stringify(value));
    context.unwrapResult(context.callMethod(this.#inside, name, [argument])).dispose();
    argument.dispose();
  }

  #guestPlan(plan: DebugPlan): GuestPlan {
    this.#plan = plan;
    const { breakpoints, most, reason } = plan;
    const places: Record<string, GuestBreak[]> = {};
    for (const line of breakpoints.lines) {
      const place = this.#placeOf(line);
      if (place !== undefined) places[place] = [...(places[place] ?? []), guestBreak(line)];
    }
    return {
      places,
      functions: breakpoints.functions.map((one) => ({ ...guestBreak(one), name: one.name })),
      ...guestFilter(breakpoints, 'thrown'),
      ...guestFilter(breakpoints, 'input'),
      most,
      reason,
      recording: this.#left > 0,
    };
  }

  #placeOf({ file, line }: DebugBreakpoint): number | undefined {
    const script = this.#scripts.findLast((one) => one.file === file);
    const stop = script && stopOnLine(script.stops.stops, line);
    return stop && script.first + script.stops.stops.indexOf(stop);
  }

  #found(place: number): { script: Script; stop: Stop } | undefined {
    const script = this.#scripts.findLast(({ first }) => first <= place);
    const stop = script?.stops.stops[place - script.first];
    return script && stop && { script, stop };
  }

  #keep({ place, depth, call, values, data, outer, returned }: GuestPoint): boolean {
    const found = this.#found(place);
    if (found === undefined) return true;
    const { file } = found.script;
    const { line, column, fn } = found.stop;
    const point: ScriptPoint = { file, line, column, name: nameOf(found.script, fn), depth, call, values };
    if (data !== undefined) point.run_data = data;
    if (outer !== undefined) point.outer = outer;
    if (returned !== undefined) {
      const from = this.#scripts.findLast(({ first }) => first <= returned.place);
      const exit = from?.stops.exits[returned.place - from.first];
      if (from && exit) point.returned = { name: nameOf(from, exit.fn), value: returned.value };
    }
    this.#points.push(point);
    this.#left -= 1;
    if (this.#points.length >= batch) this.#flush();
    return this.#left > 0;
  }

  #stopped(event: string): string {
    const { stop, answer } = JSON.parse(event) as { stop?: ScriptStop; answer?: DebugAnswer };
    this.#flush();
    this.#stop = stop ?? this.#stop;
    if (this.#stop === undefined) throw new Error('The debugger answered a command that nobody gave.');
    const current = this.#stop;
    const command = this.engine.pausing(() => this.host.stopped(current, answer));
    return JSON.stringify('plan' in command ? { plan: this.#guestPlan(command.plan) } : command);
  }

  #install(): QuickJSHandle {
    const { context, guest, evaluate } = this.engine;
    const lent = lend(context, {
      point: (point) =>
        this.#keep(JSON.parse(context.getString(point)) as GuestPoint) ? context.true : context.false,
      said: (text, place) => {
        const found = this.#found(context.getNumber(place));
        this.#flush();
        if (found) this.host.said(context.getString(text), found.script.file, found.stop.line);
      },
      stop: (event) => context.newString(this.#stopped(context.getString(event))),
      due: () => {
        const plan = this.host.due();
        return context.newString(plan === undefined ? '' : JSON.stringify(this.#guestPlan(plan)));
      },
      evaluate: (reader, code) =>
        context.newString(JSON.stringify(evaluate(reader, context.getString(code)))),
    });
    const frames = installed(context, frameGuest, lent, guest);
    const names = context.unwrapResult(context.evalCode(`(${JSON.stringify(hooks)})`));
    const inside = installed(context, debugGuest, lent, guest, frames, names);
    for (const each of [lent, frames, names]) each.dispose();
    return inside;
  }
}

/** What every kind of breakpoint says. */
interface Condition {
  id: number;
  condition?: string | undefined;
  hit?: string | undefined;
  log?: unknown;
}

function nameOf({ stops, skill = '' }: Script, fn: number): string {
  const { name = '', exported = false } = stops.functions[fn] ?? {};
  return name === '' && exported ? skill : name;
}

function guestFilter(
  { filters, filter_conditions: conditions }: DebugBreakpoints,
  filter: 'thrown' | 'input',
): Pick<GuestPlan, 'thrown' | 'input'> {
  return filters.includes(filter) ? { [filter]: { condition: conditions?.[filter]?.trim() ?? '' } } : {};
}

function guestBreak({ id, condition, hit, log }: Condition): GuestBreak {
  const [, sign = '', count = ''] = /^\s*([<>]=?|==?|%)?\s*(\d+)\s*$/.exec(hit ?? '') ?? [];
  return {
    id,
    ...(condition?.trim() ? { condition } : {}),
    ...(count ? { hit: { sign, count: Number(count) } } : {}),
    ...(typeof log === 'string' ? { log } : {}),
  };
}
