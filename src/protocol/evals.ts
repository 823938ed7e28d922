import * as z from 'zod/mini';
import { Count, Id, OptionalText, Text, Timestamp } from './base';

/** `set_name` of a case that came from a project's files is `__cf__/<agent id>`. */
export const EvalCase = z.looseObject({
  id: Id,
  project_id: OptionalText,
  name: z.string(),
  description: Text,
  set_name: Text,
  type: Text,
  config: z.optional(z.unknown()),
  prompt: Text,
  criteria: Text,
  system_prompt: Text,
  tools: z.optional(z.unknown()),
  pass_threshold: Count,
  created_at: Timestamp,
});
export type EvalCase = z.infer<typeof EvalCase>;

export const EvalRun = z.looseObject({
  id: Id,
  status: z.string(),
  total_cases: Count,
  passed: Count,
  failed: Count,
  average_score: Count,
  judge_model: Text,
  created_at: Timestamp,
});
export type EvalRun = z.infer<typeof EvalRun>;

/** `score` runs from 0 to 10. */
export const EvalResult = z.looseObject({
  id: Id,
  case_name: z.string(),
  set_name: Text,
  score: Count,
  pass: z.boolean(),
  reasoning: Text,
  response: Text,
  tool_calls: z.optional(z.unknown()),
  duration_ms: Count,
  error: OptionalText,
});
export type EvalResult = z.infer<typeof EvalResult>;

export const EvalSuite = z.looseObject({
  id: Id,
  project_id: OptionalText,
  agent_id: OptionalText,
  name: z.string(),
  description: Text,
  threshold: Count,
  active_version_id: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type EvalSuite = z.infer<typeof EvalSuite>;
