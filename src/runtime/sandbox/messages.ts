import type { Tree } from './tree';
import type { BlockError, SandboxLimits, SandboxServer, SandboxSkill } from './types';

/** What a worker is started with. */
export interface WorkerStart {
  wasm: WebAssembly.Module;
  /** Two 32-bit cells, see `cells`. */
  cells: SharedArrayBuffer;
  /** The worker asks here and sleeps; the main thread answers here and wakes it. */
  calls: import('node:worker_threads').MessagePort;
}

/** The shared cells: `answers` counts the answers given, `stop` is 1 once the running block must end. */
export const cells = { answers: 0, stop: 1, count: 2 } as const;

export interface OpenMessage {
  type: 'open';
  skills: SandboxSkill[];
  mcp: SandboxServer[];
  primitives: string[];
  data: Record<string, unknown>;
  limits: SandboxLimits;
}

export type ToWorker = OpenMessage | { type: 'run'; source: string } | { type: 'close' };

/** A block's outcome as it leaves the worker; the main thread turns trees into values. */
export interface WorkerResult {
  value: Tree;
  error?: BlockError;
  formatted: string;
  changed: Record<string, Tree>;
  removed: string[];
  logs: string[];
  /** True when the engine is broken and must not run another block. */
  spent: boolean;
}

export type FromWorker = { type: 'ready' } | { type: 'opened' } | { type: 'ran'; result: WorkerResult };

/** A primitive's call, on the port for calls. */
export interface CallMessage {
  name: string;
  args: Tree[];
}

/** The answer: JSON text ("" for undefined), or the message of the error to throw. */
export type AnswerMessage = { json: string } | { error: string };
