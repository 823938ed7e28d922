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

export const SecretVaultList = z.looseObject({ secret_vaults: z.array(SecretVault) });
export type SecretVaultList = z.infer<typeof SecretVaultList>;

/** Metadata that is null, as clients in Go send what they have none of, counts as left out. */
const Metadata = z.optional(z.nullable(JsonObject));

export const CreateVault = z.looseObject({ name: z.string(), metadata: Metadata });
export type CreateVault = z.infer<typeof CreateVault>;

/** What is left out is kept; `metadata: {}` clears it. */
export const UpdateVault = z.looseObject({
  name: z.optional(z.string()),
  metadata: Metadata,
});
export type UpdateVault = z.infer<typeof UpdateVault>;

/** A secret without its value: plaintext never leaves a server. */
export const RedactedSecret = z.looseObject({
  vault_id: Id,
  name: z.string(),
  kek_id: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type RedactedSecret = z.infer<typeof RedactedSecret>;

export const SecretList = z.looseObject({ secrets: z.array(RedactedSecret) });
export type SecretList = z.infer<typeof SecretList>;

export const PutSecret = z.looseObject({ value: z.string() });
export type PutSecret = z.infer<typeof PutSecret>;

/** Names the vault that models and MCP servers read; null or "" names none. */
export const DesignateVault = z.looseObject({ vault_id: z.nullable(Id) });
export type DesignateVault = z.infer<typeof DesignateVault>;

/**
 * Names of secrets that servers read of themselves, by convention, each with the provider of models that it is for
 * and what it is in words. An MCP server's secret has any name, which `tokenRef` or `valueRef` says.
 */
export const conventionalSecrets = {
  openai_api_key: { provider: 'openai', what: 'key of OpenAI, for models and embeddings' },
  anthropic_api_key: { provider: 'anthropic', what: 'key of Anthropic' },
  gemini_api_key: { provider: 'google', what: 'key of Google’s models' },
  openrouter_api_key: { provider: 'openrouter', what: 'key of OpenRouter' },
  edenai_api_key: { provider: 'edenai', what: 'key of Eden AI' },
  ollama_base_url: { provider: 'ollama', what: 'address of Ollama, for models and embeddings' },
  brave_api_key: { provider: undefined, what: 'key of the hosted service’s web search' },
} as const;
export type ConventionalSecret = keyof typeof conventionalSecrets;
