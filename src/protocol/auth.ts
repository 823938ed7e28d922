import * as z from 'zod/mini';
import { Id, Timestamp } from './base';

/** Asks for a short-lived key. One of the two names the project: older clients call it a workspace. */
export const SessionTokenRequest = z.looseObject({
  project_id: z.optional(Id),
  workspace_id: z.optional(Id),
});
export type SessionTokenRequest = z.infer<typeof SessionTokenRequest>;

/** A key that ends by itself, for a browser. `api_key` is shown here once and never again. */
export const SessionToken = z.looseObject({
  api_key: z.string(),
  key_id: Id,
  key_prefix: z.string(),
  expires_at: Timestamp,
});
export type SessionToken = z.infer<typeof SessionToken>;
