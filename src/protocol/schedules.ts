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
  /** IANA name of the zone that the expression is read in; our runtime's, "UTC" by default. */
  timezone: OptionalText,
});
export type ScheduledRun = z.infer<typeof ScheduledRun>;
export const ScheduledRunList = z.looseObject({ scheduled_runs: z.array(ScheduledRun) });

/** Body of `POST /scheduled-runs`. `timezone` is our runtime's; `CRON_TZ=…` before the fields says the same. */
export const CreateSchedule = z.looseObject({
  agent_session_id: Id,
  name: z.optional(z.string()),
  cron_expression: z.string(),
  message: z.string(),
  timezone: z.optional(z.string()),
});
export type CreateSchedule = z.infer<typeof CreateSchedule>;

/** Body of `PATCH /scheduled-runs/:id`; what is left out stays. */
export const ChangeSchedule = z.looseObject({
  name: z.optional(z.string()),
  cron_expression: z.optional(z.string()),
  message: z.optional(z.string()),
  enabled: z.optional(z.boolean()),
  timezone: z.optional(z.string()),
});
export type ChangeSchedule = z.infer<typeof ChangeSchedule>;
