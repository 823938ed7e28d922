import type { Tree } from '../tree';

/** What the engine lends to the debugger inside the sandbox. Texts are JSON. */
export interface DebugLent {
  /** Keeps a GuestPoint. @returns false once no more are kept. */
  point(point: string): boolean;
  /** A logpoint spoke. */
  said(text: string, id: number): void;
  /** The script stands still. @param event `{stop}` or `{answer}`. @returns a GuestCommand. */
  stop(event: string): string;
  /** @returns a GuestPlan when there is a new one, else "". */
  due(): string;
  /** Calls a reader of names with code. @returns a DebugAnswer. */
  evaluate(reader: (code: string) => unknown, code: string): string;
}

export interface GuestBreak {
  id: number;
  condition?: string;
  /** Its number must stand so to how often the place was reached. */
  hit?: { sign: string; count: number };
  log?: string;
}

/** Something to stop at that has no place. */
export interface GuestFilter {
  /** "" for always. */
  condition: string;
}

/** What to stop at, with breakpoints by the number of their place. */
export interface GuestPlan {
  places: Record<string, GuestBreak[]>;
  functions: (GuestBreak & { name: string })[];
  thrown?: GuestFilter;
  input?: GuestFilter;
  most: number;
  reason: string;
  recording: boolean;
}

export type GuestCommand = { plan: GuestPlan } | { evaluate: string; depth: number };

/** A place of an instrumented script, as far as it must be known inside. */
export interface GuestPlace {
  fn: number;
  entry: boolean;
  names: string[];
  outer: string[];
  /** What a function breakpoint may call its function. */
  called: string[];
}

/** A point by the number of its place. */
export interface GuestPoint {
  place: number;
  depth: number;
  call: number;
  values: Record<string, Tree>;
  /** The run's `data`, when it is not what the last point said. */
  data?: Tree;
  outer?: Record<string, Tree>;
  returned?: { place: number; value: Tree };
}

/** What the engine may ask of the debugger inside. */
export interface DebugGuest {
  /** @param places `{first, places: GuestPlace[]}` */
  learn(places: string): void;
  plan(plan: string): void;
  /** Begins a block, or looks away after it: reading values runs code of the script. */
  watch(on: boolean): void;
}
