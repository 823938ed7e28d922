import * as z from 'zod/mini';
import { JsonObject, OptionalText, Text } from './base';
import { AgentSession, AgentStep } from './sessions';

/** Answer of `GET /studio/:sessionID`: everything known about one session. */
export const Trace = z.looseObject({
  session: AgentSession,
  steps: z.array(AgentStep),
  system_prompt: Text,
  /** Names; older servers sent objects. */
  tools: z.optional(z.unknown()),
  /** Our runtime's own: what each of them is. */
  tool_details: z.optional(z.array(JsonObject)),
});
export type Trace = z.infer<typeof Trace>;

/** Body of a replay. Steps before `from_step` are taken over as they were; from it on the loop runs anew. */
export const ReplayRequest = z.looseObject({
  from_step: z.number(),
  system_prompt: z.optional(z.string()),
  message: z.optional(z.string()),
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;

export const AnalyzeRequest = z.looseObject({
  failed_steps: z.array(z.union([z.number(), z.string()])),
  expected_outcome: z.string(),
});
export type AnalyzeRequest = z.infer<typeof AnalyzeRequest>;

export const Analysis = z.looseObject({
  prompt_changes: Text,
  reasoning: Text,
  eval_case: z.optional(
    z.nullable(z.looseObject({ name: z.string(), prompt: z.string(), criteria: OptionalText })),
  ),
});
export type Analysis = z.infer<typeof Analysis>;
