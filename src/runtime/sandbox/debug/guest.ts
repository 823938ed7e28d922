import type { Guest } from '../guest-types';
import type { Tree } from '../tree';
import type { Frames } from './frame-guest';
import type {
  DebugGuest,
  DebugLent,
  GuestBreak,
  GuestCommand,
  GuestFilter,
  GuestPlace,
  GuestPlan,
} from './guest-types';

/**
 * The half of the debugger inside the sandbox that stops: instrumented scripts call it before each statement. Like
 * `guest`, it is compiled from its own text and takes what it needs before a script can change it.
 */
export function debugGuest(
  lent: DebugLent,
  guest: Guest,
  frames: Frames,
  names: { at: string; out: string },
): DebugGuest {
  /** After so many places a new plan is looked for: asking costs more than a place does. */
  const patience = 100;
  const { parse } = JSON;
  const { apply, defineProperty } = Reflect;
  const { Error: ErrorClass, String: text } = globalThis;
  const { slice, indexOf } = String.prototype;
  const places: Record<number, GuestPlace> = { __proto__: null } as never;
  const hits: Record<number, number> = { __proto__: null } as never;
  let plan: GuestPlan | undefined;
  let ticks = 0;
  let watching = false;

  /** @returns whether a breakpoint counts this time. */
  function counts(one: GuestBreak): boolean {
    if (one.condition !== undefined) {
      const { ok, value } = frames.evaluate(`(${one.condition}\n) ? true : false`);
      // A condition that fails stops: the person sees that it does.
      if (ok && value !== true) return false;
    }
    const times = (hits[one.id] ?? 0) + 1;
    hits[one.id] = times;
    if (one.hit === undefined) return true;
    const { sign, count } = one.hit;
    if (sign === '%') return count > 0 && times % count === 0;
    if (sign === '>') return times > count;
    if (sign === '>=') return times >= count;
    if (sign === '<') return times < count;
    if (sign === '<=') return times <= count;
    return times === count;
  }

  /** The text of a logpoint, with the values of what stands in braces. */
  function spoken(log: string): string {
    let said = '';
    let rest = log;
    for (;;) {
      const from = apply(indexOf, rest, ['{']) as number;
      const to = apply(indexOf, rest, ['}', from]) as number;
      if (from === -1 || to === -1) return said + rest;
      const { text: shown } = frames.evaluate(apply(slice, rest, [from + 1, to]) as string);
      said += (apply(slice, rest, [0, from]) as string) + shown;
      rest = apply(slice, rest, [to + 1]) as string;
    }
  }

  /** Stands still until it is told how to go on. */
  function stop(event: object): void {
    frames.aside(() => {
      let command = parse(lent.stop(guest.write({ stop: event }))) as GuestCommand;
      while ('evaluate' in command) {
        const answer = frames.evaluate(command.evaluate, command.depth);
        command = parse(lent.stop(guest.write({ answer }))) as GuestCommand;
      }
      plan = command.plan;
    });
  }

  function current(): GuestPlan | undefined {
    if (!watching || frames.busy()) return undefined;
    ticks += 1;
    if (ticks >= patience) {
      ticks = 0;
      const due = lent.due();
      if (due !== '') plan = parse(due) as GuestPlan;
    }
    return plan;
  }

  function has(list: string[], name: string): boolean {
    for (let index = 0; index < list.length; index++) if (list[index] === name) return true;
    return false;
  }

  /** @returns the ids of the function breakpoints that are hit. */
  function called(one: GuestPlan, by: string[]): number[] {
    const hit: number[] = [];
    for (let index = 0; index < one.functions.length; index++) {
      const wanted = one.functions[index];
      if (wanted !== undefined && has(by, wanted.name) && counts(wanted)) hit[hit.length] = wanted.id;
    }
    return hit;
  }

  /**
   * The code is that of `filterCondition`, which a recording is searched with: nothing can be imported here.
   * @param value what the condition knows under a name, as plain JSON
   */
  function filters(filter: GuestFilter | undefined, name: string, value: object): boolean {
    if (filter === undefined) return false;
    if (filter.condition === '') return true;
    const code = `((${name}) => (${filter.condition}\n) ? true : false)(${guest.write(value)})`;
    const { ok, value: held } = frames.evaluate(code);
    // As with breakpoints, one that fails stops.
    return !ok || held === true;
  }

  function at(id: number, evaluate: unknown, read: () => unknown[], outer?: () => unknown[]): void {
    const now = current();
    const place = places[id];
    if (now === undefined || place === undefined) return;
    const breaks = now.places[id];
    if (!now.recording && now.most < 1 && now.functions.length === 0 && breaks === undefined) return;
    frames.aside(() => {
      frames.enter(place, evaluate);
      let reason = now.most >= frames.depth() ? now.reason : '';
      const hit = place.entry ? called(now, place.called) : [];
      if (hit.length > 0) reason = 'function breakpoint';
      for (let index = 0; breaks !== undefined && index < breaks.length; index++) {
        const one = breaks[index];
        if (one === undefined || !counts(one)) continue;
        if (one.log !== undefined) lent.said(spoken(one.log), id);
        else {
          hit[hit.length] = one.id;
          reason = 'breakpoint';
        }
      }
      // Where it stands still it must be known where that is, however much has been recorded.
      if (now.recording || reason !== '')
        now.recording = frames.record(id, place, read, outer) && now.recording;
      if (reason !== '') stop({ reason, breakpoints: hit });
    });
  }

  /** @param id negative for what is thrown */
  function out(id: number, value: unknown): unknown {
    const now = current();
    if (now === undefined) return value;
    if (id >= 0) {
      if (now.recording) frames.gave(id, value);
    } else if (now.thrown) {
      const { name, message } = parse(frames.aside(() => guest.failure(value))) as Record<string, unknown>;
      const shown = typeof message === 'string' ? message : guest.write(message);
      if (!filters(now.thrown, 'error', { name: text(name), message: shown })) return value;
      stop({ reason: 'exception', breakpoints: [], text: `${text(name)}: ${shown}` });
    }
    return value;
  }

  function questionOf(name: string, args: readonly Tree[]): object {
    const [message, given] = args;
    const options = typeof given === 'object' && given?.t === 'list' ? given.items : null;
    return {
      message,
      input_type: name === 'input' ? 'text' : name,
      options: name === 'choice' ? options : null,
    };
  }

  guest.watch({
    before(name, args) {
      if (frames.busy()) {
        throw new ErrorClass(
          `${name}() is not called while the debugger evaluates: it could change something.`,
        );
      }
      const now = current();
      if (now === undefined) return;
      const asks = name === 'confirm' || name === 'choice' || name === 'input';
      const shown = name === 'mcp' ? `${text(args[0])}.${text(args[1])}` : name;
      const hit = called(now, [name, shown]);
      let reason = now.most > frames.depth() ? now.reason : '';
      if (hit.length > 0) reason = 'function breakpoint';
      if (asks && filters(now.input, 'question', questionOf(name, args))) reason = 'input';
      if (reason !== '') stop({ reason, breakpoints: hit, call: { name: shown, args } });
    },
    failed(name, message) {
      const now = current();
      if (filters(now?.thrown, 'error', { name: 'Error', message }))
        stop({ reason: 'exception', breakpoints: [], text: `${name}: ${message}` });
    },
  });
  defineProperty(globalThis, names.at, { value: at });
  defineProperty(globalThis, names.out, { value: out });

  return {
    learn(given) {
      const { first, places: known } = parse(given) as { first: number; places: GuestPlace[] };
      for (let index = 0; index < known.length; index++) {
        const place = known[index];
        if (place !== undefined) places[first + index] = place;
      }
    },
    plan(given) {
      plan = parse(given) as GuestPlan;
    },
    watch(on) {
      watching = on;
      if (on) frames.clear();
    },
  };
}
