import * as z from 'zod/mini';
import { Count, Id, OptionalText, Text, Timestamp } from './base';

export const Project = z.looseObject({
  id: Id,
  team_id: OptionalText,
  name: z.string(),
  slug: Text,
  description: Text,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Project = z.infer<typeof Project>;

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
