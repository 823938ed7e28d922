import type { SkillCounts } from './cover/counters';
import type { SandboxDebug } from './debug/types';

/** A module skill as the sandbox needs it: what `require(name)` reaches. */
export interface SandboxSkill {
  name: string;
  /** Where its code is in the project; errors and stacks name it. */
  path: string;
  source: string;
}

/** An MCP server that `require(name)` reaches. Without `tools`, any tool name is passed on to `call`. */
export interface SandboxServer {
  name: string;
  tools?: string[];
}

/** A place in a skill, in its author's own text. */
export interface CallPlace {
  /** Path in the project. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
}

export interface SandboxLimits {
  /** Milliseconds a block may compute; waiting for a host call does not count. */
  timeMs: number;
  /** What the script's values may take together, beside the engine's own 16 MiB. */
  memoryBytes: number;
  /** Depth of calls, in bytes of the engine's stack: about 6,000 plain calls in 1 MiB. */
  stackBytes: number;
}

export interface SandboxOptions {
  skills: SandboxSkill[];
  mcp?: SandboxServer[];
  /** What `data` holds when the run starts. */
  data?: Record<string, unknown>;
  limits?: Partial<SandboxLimits>;
  /** Names of the primitives to register beside `data`, `require` and `log`, which are always there. */
  primitives: string[];
  /**
   * Answers a primitive, with arguments that are plain JSON; MCP tools arrive as `mcp(server, tool, ...args)`.
   * The script waits as long as the promise does. A rejection is thrown inside the script as an Error with
   * that message. `signal` is aborted when nobody waits for the answer any more. `from` is where a skill calls;
   * undefined when the block itself does.
   */
  call(name: string, args: unknown[], signal: AbortSignal, from?: CallPlace): Promise<unknown>;
  /** True to have skills count what they run. A skill that a debugger loads does not. */
  coverage?: boolean;
  /** Asked before each block; a block with a debugger, and what it loads first, is instrumented. */
  debug?(): SandboxDebug | undefined;
}

export type BlockErrorKind = 'throw' | 'timeout' | 'memory' | 'stack' | 'syntax' | 'aborted';

export interface BlockError {
  name: string;
  message: string;
  /** Frames of the script only, one a line, each `at name (path:line:column)`. */
  stack: string;
  /** Path of the skill that failed; undefined when it was the block itself. */
  file?: string;
  /** From 1, in the skill's file or in the block. */
  line?: number;
  /** From 1, in UTF-16 units. */
  column?: number;
  kind: BlockErrorKind;
}

export interface BlockResult {
  ok: boolean;
  /** What the block gave, as plain JSON; null when it gave nothing or failed. */
  value: unknown;
  /** The value or the error as text for people and for the model. */
  formatted: string;
  error?: BlockError;
  /** `data` after the block, as plain JSON. */
  data: Record<string, unknown>;
  /** The keys of `data` that the block changed; a deleted key is null. */
  changed: Record<string, unknown>;
  /** Milliseconds from start to end, waiting included. */
  durationMs: number;
  logs: string[];
  /** How often parts of skills ran in this block, where that was to be counted. */
  counts: SkillCounts[];
}

/** One run's sandbox: blocks run one after the other and share `data` and their top-level names. */
export interface Sandbox {
  /**
   * Runs one block. A script that fails is a result, not a rejection.
   * @throws when a block is already running or the sandbox is closed: a fault of the caller.
   */
  run(source: string, signal?: AbortSignal): Promise<BlockResult>;
  /** Tells the running block that its debugger has another plan. */
  replan(): void;
  /** Gives the worker back; whatever still runs is stopped. */
  close(): void;
}

export const defaultLimits: SandboxLimits = {
  timeMs: 30_000,
  memoryBytes: 64 * 1024 * 1024,
  stackBytes: 1024 * 1024,
};
