import type { DebugAnswer, DebugBreakpoints, DebugPoint } from '../../../protocol';

/** What a block's scripts stop at, and whether they record. */
export interface DebugPlan {
  breakpoints: DebugBreakpoints;
  /** Stops at every place that is at most so deep in calls: 0 for none, `everywhere` for all. */
  most: number;
  /** Why it stops at such a place. */
  reason: 'step' | 'pause' | 'entry';
  /** How many points may still be recorded in this run. */
  points: number;
}

/** Deeper than any script can call. */
export const everywhere = 1_000_000;

/** Instrumented scripts take longer than their author's, which the limit of time is meant for: so many times. */
export const debugPatience = 10;

/** Why a script has stopped, before the statement of its last point. */
export interface ScriptStop {
  reason: 'entry' | 'step' | 'pause' | 'breakpoint' | 'function breakpoint' | 'exception' | 'input';
  /** Ids of the breakpoints that were hit. */
  breakpoints: number[];
  text?: string;
  /** A primitive that is about to be called, with plain JSON. */
  call?: { name: string; args: unknown[] };
}

/** What a script that has stopped is told to do. */
export type ScriptCommand = { plan: DebugPlan } | { evaluate: string; depth: number };

/** A point as the worker knows it: which step comes next, the main thread adds. */
export type ScriptPoint = Pick<
  DebugPoint,
  'file' | 'line' | 'column' | 'name' | 'depth' | 'call' | 'values' | 'run_data' | 'outer' | 'returned'
>;

/** A debugger's side of a block that runs. Values are plain JSON. */
export interface SandboxDebug {
  /** Names the block in breakpoints and points. */
  block: string;
  plan(): DebugPlan;
  points(points: ScriptPoint[], full: boolean): void;
  /** A logpoint spoke. */
  said(text: string, file: string, line: number): void;
  /**
   * The script has stopped, or has answered the last command; it waits for the next one.
   * @param answer undefined the first time.
   */
  stopped(stop: ScriptStop, answer: DebugAnswer | undefined, signal: AbortSignal): Promise<ScriptCommand>;
}
