import * as z from 'zod/mini';
import { Count, Id, OptionalText, Text, Timestamp } from './base';

export const Project = z.looseObject({
  id: Id,
  team_id: OptionalText,
  name: z.string(),
  slug: Text,
  description: Text,
  /** The vault that models and MCP servers read from; a field of our runtime. */
  vault_id: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Project = z.infer<typeof Project>;

/** What a project is set to; an entity of our runtime, which the hosted platform does not have. */
export const ProjectSettings = z.looseObject({
  /** Hosts that scripts may `fetch`, beside those that the runtime was started with. */
  fetch_allow: z.array(z.string()),
});
export type ProjectSettings = z.infer<typeof ProjectSettings>;

/** What is left out is kept. */
export const UpdateProjectSettings = z.looseObject({ fetch_allow: z.optional(z.array(z.string())) });
export type UpdateProjectSettings = z.infer<typeof UpdateProjectSettings>;

export const Metrics = z.looseObject({
  tokens: z.looseObject({
    prompt_tokens: Count,
    candidate_tokens: Count,
    total_tokens: Count,
    request_count: Count,
  }),
  agents: z.looseObject({
    total_sessions: Count,
    active_sessions: Count,
    completed_sessions: Count,
    error_sessions: Count,
    total_steps: Count,
  }),
  evals: z.looseObject({
    total_runs: Count,
    completed_runs: Count,
    total_passed: Count,
    total_failed: Count,
    average_score: Count,
  }),
});
export type Metrics = z.infer<typeof Metrics>;
