import * as z from 'zod/mini';
import { Id, JsonObject, OptionalText, Timestamp } from './base';

export const SecretVault = z.looseObject({
  id: Id,
  project_id: OptionalText,
  name: z.string(),
  metadata: z.optional(z.nullable(JsonObject)),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type SecretVault = z.infer<typeof SecretVault>;

/** A secret without its value: plaintext never leaves a server. */
export const RedactedSecret = z.looseObject({
  vault_id: Id,
  name: z.string(),
  kek_id: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type RedactedSecret = z.infer<typeof RedactedSecret>;
