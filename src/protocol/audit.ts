import * as z from 'zod/mini';
import { Id, JsonObject, OptionalText, Timestamp } from './base';

export const AuditEntry = z.looseObject({
  id: Id,
  project_id: OptionalText,
  actor_user_id: OptionalText,
  actor_api_key_id: OptionalText,
  action: z.string(),
  subject_type: OptionalText,
  subject_id: OptionalText,
  agent_version_id: OptionalText,
  session_id: OptionalText,
  metadata: z.optional(z.nullable(JsonObject)),
  created_at: Timestamp,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.looseObject({
  entries: z.array(AuditEntry),
  total: z.number(),
  limit: z.number(),
  offset: z.number(),
});
export type AuditPage = z.infer<typeof AuditPage>;

/** What an export as JSON holds. */
export const AuditEntryList = z.array(AuditEntry);
