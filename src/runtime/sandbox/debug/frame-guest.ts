import type { Guest } from '../guest-types';
import type { Tree } from '../tree';
import type { DebugLent, GuestPlace, GuestPoint } from './guest-types';

/** A call of a script's function that is under way. */
export interface Frame {
  fn: number;
  /** Numbers the calls of a run. */
  call: number;
  /** Depth as the engine counts it; calls whose start nobody saw leave gaps. */
  deep: number;
  evaluate: unknown;
  /** What was last recorded of each name, as JSON. */
  said: Record<string, string>;
}

/** Knows which calls are under way, and what their names hold. */
export interface Frames {
  /** Notes that a place is passed. */
  enter(place: GuestPlace, evaluate: unknown): Frame;
  /** How many calls are under way. */
  depth(): number;
  /** Forgets all of them: a block begins. */
  clear(): void;
  record(id: number, place: GuestPlace, read: () => unknown[], outer?: () => unknown[]): boolean;
  /** Notes what a function gives, for the next point. */
  gave(id: number, value: unknown): void;
  /** Evaluates in a call. @param depth from 1; left out, the innermost */
  evaluate(code: string, depth?: number): { ok: boolean; value: Tree; text: string };
  busy(): boolean;
  /** Runs code of the script without looking at it. */
  aside<T>(work: () => T): T;
}

/**
 * The half of the debugger inside the sandbox that reads. Like `guest`, it is compiled from its own text and takes
 * what it needs before a script can change it.
 */
export function frameGuest(lent: DebugLent, guest: Guest): Frames {
  const limits = { nodes: 200, depth: 6, letters: 1_000, outer: 40 };
  /** Frames of a stack that are looked at: each costs time. */
  const deepest = 200;
  const { parse, stringify } = JSON;
  const { apply, defineProperty } = Reflect;
  const keysOf = Object.keys;
  const text = String;
  const { split, endsWith, includes } = String.prototype;
  const frames: Frame[] = [];
  let calls = 0;
  let busy = false;
  let dataSaid = '';
  let returned: GuestPoint['returned'];

  function aside<T>(work: () => T): T {
    const before = busy;
    busy = true;
    try {
      return work();
    } finally {
      busy = before;
    }
  }

  /** How many calls of scripts the engine has under way, the asking one included. */
  function depthNow(): number {
    const lines = apply(split, guest.stack(deepest), ['\n']) as string[];
    let depth = 0;
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? '';
      if (line === '' || apply(endsWith, line, ['(native)'])) continue;
      if (!apply(includes, line, ['<sandbox>'])) depth += 1;
    }
    return depth;
  }

  function peek(value: unknown): string {
    // Most names hold something plain, and a reading costs ten times as much.
    const type = typeof value;
    if (
      value === null ||
      type === 'boolean' ||
      (type === 'number' && (value as number) - (value as number) === 0)
    )
      return text(value);
    if (type === 'string' && (value as string).length <= limits.letters) return stringify(value);
    return guest.peek(value, limits.nodes, limits.depth, limits.letters);
  }

  /** The values of names, as JSON by name; one that has none yet is left out. */
  function valuesOf(list: string[], read: () => unknown[], evaluate: unknown): Record<string, string> {
    const values: Record<string, string> = { __proto__: null } as never;
    let all: unknown[] | undefined;
    try {
      all = read();
    } catch {
      // One of them is not there yet: they are read one by one.
    }
    for (let at = 0; at < list.length; at++) {
      const name = list[at] ?? '';
      try {
        if (all !== undefined) values[name] = peek(all[at]);
        else if (typeof evaluate === 'function') values[name] = peek(evaluate(name));
      } catch {
        // Declared further down, so that it has no value here.
      }
    }
    return values;
  }

  /** What is not as it was last said of a call. */
  function news(frame: Frame, values: Record<string, string>): Record<string, Tree> {
    const found: Record<string, Tree> = { __proto__: null } as never;
    const list = keysOf(values);
    for (let at = 0; at < list.length; at++) {
      const name = list[at] ?? '';
      const value = values[name] ?? 'null';
      if (frame.said[name] === value) continue;
      frame.said[name] = value;
      found[name] = parse(value) as Tree;
    }
    return found;
  }

  function top(): Frame | undefined {
    return frames.length === 0 ? undefined : frames[frames.length - 1];
  }

  return {
    enter(place, evaluate) {
      let deep = depthNow();
      // Deeper than the stack is looked at, a function that begins is one deeper than the last.
      if (deep >= deepest - 10) deep = (top()?.deep ?? deep) + (place.entry ? 1 : 0);
      while (frames.length > 0 && (top()?.deep ?? 0) > deep) frames.length -= 1;
      let frame = top();
      if (frame === undefined || frame.deep !== deep || frame.fn !== place.fn || place.entry) {
        if (frame?.deep === deep) frames.length -= 1;
        calls += 1;
        frame = { fn: place.fn, call: calls, deep, evaluate, said: { __proto__: null } as never };
        // Whatever a script has put on Array.prototype.
        const own = { value: frame, writable: true, configurable: true, enumerable: true };
        defineProperty(frames, frames.length, own);
      }
      frame.evaluate = evaluate;
      return frame;
    },
    depth: () => frames.length,
    clear() {
      frames.length = 0;
      returned = undefined;
    },
    record(id, place, read, outer) {
      const frame = top();
      if (frame === undefined) return true;
      const values = news(frame, valuesOf(place.names, read, frame.evaluate));
      const point: GuestPoint = { place: id, depth: frames.length, call: frame.call, values };
      const data = peek((globalThis as { data?: unknown }).data);
      if (data !== dataSaid) {
        dataSaid = data;
        point.data = parse(data) as Tree;
      }
      if (outer !== undefined && place.entry) {
        const around = valuesOf(place.outer, outer, frame.evaluate);
        const kept: Record<string, Tree> = { __proto__: null } as never;
        const list = keysOf(around);
        for (let at = 0; at < list.length && at < limits.outer; at++) {
          const name = list[at] ?? '';
          kept[name] = parse(around[name] ?? 'null') as Tree;
        }
        point.outer = kept;
      }
      if (returned !== undefined) point.returned = returned;
      returned = undefined;
      return lent.point(guest.write(point));
    },
    gave(id, value) {
      returned = aside(() => ({ place: id, value: parse(peek(value)) as Tree }));
    },
    evaluate(code, depth) {
      const reader = (depth === undefined ? top() : frames[depth - 1])?.evaluate;
      if (typeof reader !== 'function') {
        const reason =
          reader === undefined
            ? 'This call is no longer known, so nothing can be evaluated in it.'
            : 'Nothing can be evaluated here: the script has a name "eval" of its own.';
        return { ok: false, value: null, text: reason };
      }
      return aside(() => parse(lent.evaluate(reader as never, code)));
    },
    busy: () => busy,
    aside,
  };
}
