import * as z from 'zod/mini';
import { Count, Id, OptionalText, Text, Timestamp } from './base';

export const ScheduledRun = z.looseObject({
  id: Id,
  project_id: OptionalText,
  agent_session_id: Id,
  name: Text,
  cron_expression: z.string(),
  message: z.string(),
  enabled: z._default(z.boolean(), true),
  last_run_at: OptionalText,
  next_run_at: OptionalText,
  run_count: Count,
  last_error: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type ScheduledRun = z.infer<typeof ScheduledRun>;
