import * as z from 'zod/mini';
import { Id, JsonOrText, OptionalText, Text, Timestamp } from './base';

export const AgentConfig = z.looseObject({
  id: Id,
  project_id: OptionalText,
  name: z.string(),
  description: Text,
  created_by: OptionalText,
  persona_md: Text,
  skills_json: JsonOrText,
  stores_json: JsonOrText,
  provider: Text,
  model: Text,
  enabled_capabilities: z.optional(z.nullable(z.array(z.string()))),
  eval_suite_id: OptionalText,
  active_version_id: OptionalText,
  published_at: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
  code_first_project: OptionalText,
  code_first_local_id: OptionalText,
  /** Our runtime's: the `environment` that the agent was synced with; "" for none. */
  code_first_environment: OptionalText,
  /** Our runtime's, as the two that follow: source hash of the staged draft; null when nothing is staged. */
  draft_source_hash: OptionalText,
  /** Source hash of what is live; null when nothing is. */
  active_source_hash: OptionalText,
  active_semver: OptionalText,
  /** The folder that the live version was synced from, as its client called it. */
  active_created_by: OptionalText,
});
export type AgentConfig = z.infer<typeof AgentConfig>;

export const AgentVersion = z.looseObject({
  id: Id,
  agent_id: Id,
  semver: z.string(),
  persona_md: Text,
  skills_json: JsonOrText,
  stores_json: JsonOrText,
  provider: Text,
  model: Text,
  eval_suite_id: OptionalText,
  eval_suite_version: OptionalText,
  created_by: OptionalText,
  created_at: Timestamp,
  /** Our runtime's: the source hash of the files that it was made of. */
  source_hash: OptionalText,
});
export type AgentVersion = z.infer<typeof AgentVersion>;

/** Body of `PATCH /agent-configs/:id/settings`; `""` clears the pinned suite. */
export const AgentSettings = z.looseObject({ eval_suite_id: z.optional(z.string()) });

export const AgentConfigList = z.array(AgentConfig);
export const AgentVersionList = z.array(AgentVersion);
