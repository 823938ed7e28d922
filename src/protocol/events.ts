import * as z from 'zod/mini';
import { JsonObject } from './base';

/** Event types of a run's stream that this version knows. Others are shown as opaque. */
export const runEventTypes = [
  'sandbox_event',
  'execute_js',
  'execute_js_result',
  'data_update',
  'response',
  'input_request',
  'tool_call',
  'tool_result',
  'replay_started',
  'done',
  'error',
] as const;
export type RunEventType = (typeof runEventTypes)[number];

/** Tokens spent by a step or a run. */
export const Tokens = z.looseObject({
  prompt: z._default(z.number(), 0),
  completion: z._default(z.number(), 0),
});
export type Tokens = z.infer<typeof Tokens>;

/** One frame of a run: `POST /agents/:id/run` and `POST /studio/:id/replay`. */
export const RunEvent = z.looseObject({
  type: z.string(),
  content: z.optional(z.nullable(z.string())),
  tool: z.optional(z.nullable(z.string())),
  args: z.optional(z.nullable(JsonObject)),
  result: z.optional(z.unknown()),
  summary: z.optional(z.nullable(JsonObject)),
  tokens: z.optional(z.nullable(Tokens)),
});
export type RunEvent = z.infer<typeof RunEvent>;

/** True for the two types after which a stream ends. */
export function isTerminal(type: string): boolean {
  return type === 'done' || type === 'error';
}

/**
 * The new session's id in a `replay_started` event, which servers put in one of three places.
 * @returns the id, or undefined when the event carries none.
 */
export function replaySessionId(event: RunEvent): string | undefined {
  const fromArgs = event.args?.session_id;
  if (typeof fromArgs === 'string' && fromArgs) return fromArgs;
  if (event.content) return event.content;
  const fromSummary = event.summary?.session_id;
  return typeof fromSummary === 'string' && fromSummary ? fromSummary : undefined;
}
