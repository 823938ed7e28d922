import type { RunEvent } from '../../protocol';

/** Where and why a skill failed. */
export interface SkillError {
  name: string;
  message: string;
  stack: string;
  /** Path of the file in the project; undefined for the call itself. */
  file?: string;
  /** From 1. */
  line?: number;
  column?: number;
}

/** One primitive that the skill called. */
export interface SkillCallMade {
  name: string;
  summary: string;
  args: unknown;
  durationMs: number;
  failed: boolean;
}

/** What a run of a skill has shown so far. */
export interface SkillOutcome {
  calls: SkillCallMade[];
  logs: string[];
  /** Present when the skill has ended by itself. */
  result?: { ok: boolean; value: unknown; formatted: string; durationMs: number; data: unknown };
  error?: SkillError;
}

/** @returns the outcome with one event more. */
export function withEvent(outcome: SkillOutcome, event: RunEvent): SkillOutcome {
  const args = event.args ?? {};
  if (event.type === 'sandbox_event' && args.call === 'log') {
    return { ...outcome, logs: [...outcome.logs, event.content ?? ''] };
  }
  if (event.type === 'sandbox_event' && typeof args.call === 'string') {
    const call: SkillCallMade = {
      name: args.call,
      summary: event.content ?? '',
      args: args.args,
      durationMs: Number(event.duration_ms ?? 0),
      failed: args.failure !== undefined,
    };
    return { ...outcome, calls: [...outcome.calls, call] };
  }
  if (event.type !== 'execute_js_result') return outcome;
  const error = readError(args.error);
  return {
    ...outcome,
    result: {
      ok: args.ok === true,
      value: event.result ?? null,
      formatted: event.content ?? '',
      durationMs: Number(event.duration_ms ?? 0),
      data: args.data,
    },
    ...(error ? { error } : {}),
  };
}

function readError(value: unknown): SkillError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, message, stack, file, line, column } = value as Record<string, unknown>;
  return {
    name: String(name ?? 'Error'),
    message: String(message ?? ''),
    stack: String(stack ?? ''),
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof line === 'number' ? { line } : {}),
    ...(typeof column === 'number' ? { column } : {}),
  };
}
