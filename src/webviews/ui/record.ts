import type { AgentStep, JsonObject, RunEvent } from '../../protocol';

/**
 * One thing that happened in a session, whether it was just streamed or read back from the server. Everything
 * the pages draw is drawn from this, so that a session looks the same both ways.
 */
export interface SessionRecord {
  type: string;
  content: string;
  tool: string;
  args: JsonObject;
  result: unknown;
  tokens: { prompt: number; completion: number };
  /** Milliseconds; undefined where the server did not measure. */
  durationMs: number | undefined;
  /** Milliseconds since 1970; 0 where the server gave no readable time. */
  at: number;
}

/** @param at when the frame arrived, in milliseconds since 1970. */
// `duration_ms` in a frame is the embedded runtime's own addition to the wire.
export function recordOfEvent(event: RunEvent, at: number): SessionRecord {
  const args = event.args ?? {};
  return {
    type: event.type,
    content: event.content ?? '',
    tool: event.tool ?? '',
    args,
    result: event.result,
    tokens: { prompt: event.tokens?.prompt ?? 0, completion: event.tokens?.completion ?? 0 },
    durationMs: numberOf(event.duration_ms) ?? numberOf(args.duration_ms),
    at,
  };
}

/** A stored step; the raw result, where there is one, stands in `tool_args.result`. */
export function recordOfStep(step: AgentStep): SessionRecord {
  const args = objectOf(step.tool_args);
  const at = Date.parse(step.created_at);
  return {
    type: step.step_type,
    content: step.content,
    tool: step.tool_name ?? '',
    args,
    result: args.result,
    tokens: { prompt: step.prompt_tokens, completion: step.completion_tokens },
    durationMs: step.duration_ms > 0 ? step.duration_ms : numberOf(args.duration_ms),
    at: Number.isNaN(at) ? 0 : at,
  };
}

/** What went wrong in a block, as a sentence; undefined when it ran to its end. */
export function failureOf(record: SessionRecord): string | undefined {
  const { error } = record.args;
  if (typeof error === 'string' && error) {
    return error;
  }
  if (typeof error === 'object' && error !== null) {
    const { name, message } = error as { name?: unknown; message?: unknown };
    return record.content || [name, message].filter((part) => typeof part === 'string').join(': ');
  }
  if (record.args.ok === false) {
    return record.content || 'The block failed.';
  }
  // Servers that mark a failure in no other way put the error where the formatted result would be.
  return record.result === undefined && /^\s*(Uncaught\s+)?\w*Error\b/.test(record.content)
    ? record.content
    : undefined;
}

/** @returns the value when it is a JSON object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
