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

/** A trace as a file that one person gives another; `exported_at` is ISO 8601. */
export const TraceFile = z.looseObject({
  format: z.literal('tavora-trace'),
  version: z.number(),
  exported_at: z.string(),
  trace: Trace,
});

/** A skill's source as an analysis suggests it. */
export const SkillChange = z.looseObject({
  skill: z.string(),
  /** The file of the project; the one that a person edits first when left out. */
  path: z.optional(z.string()),
  /** The whole text in the source that the session ran, and the whole text that is suggested. */
  before: z.string(),
  after: z.string(),
});
export type SkillChange = z.infer<typeof SkillChange>;

/**
 * Body of a replay. Steps before `from_step` are taken over as they were; from it on the loop runs anew. The fields
 * after `message` are our runtime's own; another server does not know them and runs everything live.
 */
export const ReplayRequest = z.looseObject({
  from_step: z.number(),
  system_prompt: z.optional(z.string()),
  message: z.optional(z.string()),
  model: z.optional(z.string()),
  /** Which source the new session runs; the parent's own when left out. */
  target: z.optional(z.enum(['live', 'draft'])),
  /** Values put in the place of what taken over steps gave: a block's result, a call's value, a message's text. */
  edits: z.optional(z.array(z.looseObject({ step_index: z.number(), value: z.unknown() }))),
  /** What gets the recorded answer when it asks the same again: nothing, calls of scripts, or the model as well. */
  reuse: z.optional(z.enum(['none', 'calls', 'all'])),
  /** Steps of the parent whose answer is not used, whatever `reuse` says. */
  live: z.optional(z.array(z.number())),
  /** Steps of the parent whose answer is used, whatever `reuse` says. */
  recorded: z.optional(z.array(z.number())),
  /** What an analysis suggests, put into the source that the new session runs; nothing else gets it. */
  suggestion: z.optional(
    z.looseObject({ prompt_changes: z.optional(z.string()), skill_changes: z.array(SkillChange) }),
  ),
  /** Hands the new session to the debugger that is attached to this one, which stops before the first step. */
  debug: z.optional(z.boolean()),
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
  /** Our runtime's own; left out where no skill is to change. */
  skill_changes: z.optional(z.array(SkillChange)),
  eval_case: z.optional(
    z.nullable(z.looseObject({ name: z.string(), prompt: z.string(), criteria: OptionalText })),
  ),
});
export type Analysis = z.infer<typeof Analysis>;
