import type { DebugAnswer } from '../../protocol';
import type { SkillCounts } from './cover/counters';
import type { DebugPlan, ScriptPoint, ScriptStop } from './debug/types';
import type { Tree } from './tree';
import type { BlockError, CallPlace, SandboxLimits, SandboxServer, SandboxSkill } from './types';

/** What a worker is started with. */
export interface WorkerStart {
  wasm: WebAssembly.Module;
  /** 32-bit cells, see `cells`. */
  cells: SharedArrayBuffer;
  /** The worker asks here and sleeps; the main thread answers here and wakes it. */
  calls: import('node:worker_threads').MessagePort;
}

/**
 * The shared cells: `answers` counts the answers given, `stop` is 1 once the running block must end, `plan` counts
 * the debugger's plans.
 */
export const cells = { answers: 0, stop: 1, plan: 2, count: 3 } as const;

export interface OpenMessage {
  type: 'open';
  skills: SandboxSkill[];
  mcp: SandboxServer[];
  primitives: string[];
  data: Record<string, unknown>;
  limits: SandboxLimits;
  /** Whether skills count what they run. */
  coverage: boolean;
}

export type ToWorker =
  | OpenMessage
  | { type: 'run'; source: string; debug?: { block: string; plan: DebugPlan } }
  | { type: 'close' };

/** A block's outcome as it leaves the worker; the main thread turns trees into values. */
export interface WorkerResult {
  value: Tree;
  error?: BlockError;
  formatted: string;
  changed: Record<string, Tree>;
  removed: string[];
  logs: string[];
  /** Empty where nothing was to be counted. */
  counts: SkillCounts[];
  /** True when the engine is broken and must not run another block. */
  spent: boolean;
}

export type FromWorker = { type: 'ready' } | { type: 'opened' } | { type: 'ran'; result: WorkerResult };

/** A primitive's call, on the port for calls. */
export interface CallMessage {
  type: 'call';
  name: string;
  args: Tree[];
  /** Where a skill calls. */
  from?: CallPlace | undefined;
}

/** What an instrumented script says of itself, on the port for calls. Only the last two wait for an answer. */
export type DebugMessage =
  | { type: 'points'; points: ScriptPoint[]; full: boolean }
  | { type: 'said'; text: string; file: string; line: number }
  | { type: 'stopped'; stop: ScriptStop; answer: DebugAnswer | undefined }
  | { type: 'plan' };

/** The answer: JSON text ("" for undefined), or the message of the error to throw. */
export type AnswerMessage = { json: string } | { error: string };

/** An answer of the host may take one part in so many of the memory: it is held as text and as value at once. */
const answerShare = 8;

/** @returns an answer as text; one that is too large for the memory becomes an error. */
export function answerText(name: string, answer: AnswerMessage, memoryBytes: number): string {
  const text = JSON.stringify(answer);
  if (text.length <= memoryBytes / answerShare) return text;
  const size = `${Math.ceil(text.length / 1024 / 1024)} MB`;
  return JSON.stringify({
    error: `The answer of ${name} is too large for the sandbox: ${size}. Ask for less at a time.`,
  } satisfies AnswerMessage);
}
