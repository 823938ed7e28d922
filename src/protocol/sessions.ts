import * as z from 'zod/mini';
import { Count, Id, JsonObject, OptionalText, Text, Timestamp } from './base';

export const AgentSession = z.looseObject({
  id: Id,
  project_id: OptionalText,
  title: Text,
  system_prompt: Text,
  model: Text,
  tools_config: z.optional(z.unknown()),
  metadata: z.optional(z.nullable(JsonObject)),
  status: Text,
  index_ids: z.optional(z.nullable(z.array(Id))),
  created_at: Timestamp,
  updated_at: OptionalText,
  prompt_tokens: Count,
  completion_tokens: Count,
  step_count: Count,
  duration_ms: Count,
  finished_at: OptionalText,
});
export type AgentSession = z.infer<typeof AgentSession>;

export const AgentStep = z.looseObject({
  id: Id,
  session_id: Id,
  step_index: z.number(),
  step_type: z.string(),
  content: Text,
  tool_name: OptionalText,
  tool_args: z.optional(z.unknown()),
  duration_ms: Count,
  prompt_tokens: Count,
  completion_tokens: Count,
  created_at: Timestamp,
});
export type AgentStep = z.infer<typeof AgentStep>;

/** Body of `POST /agents`. `index_ids` left out means every index of the project, `[]` means none. */
export const CreateSession = z.looseObject({
  agent_id: z.optional(z.string()),
  target: z.optional(z.enum(['live', 'draft'])),
  agent_version_id: z.optional(z.string()),
  title: z.optional(z.string()),
  system_prompt: z.optional(z.string()),
  model: z.optional(z.string()),
  tools: z.optional(z.unknown()),
  metadata: z.optional(z.nullable(JsonObject)),
  index_ids: z.optional(z.array(Id)),
});
export type CreateSession = z.infer<typeof CreateSession>;

/** Body of `PATCH /agents/:id`, which is our runtime's own: gives a session another title. */
export const UpdateSession = z.looseObject({ title: z.string() });
export type UpdateSession = z.infer<typeof UpdateSession>;

export const RunRequest = z.looseObject({ message: z.string() });
export type RunRequest = z.infer<typeof RunRequest>;

/** Body of `POST /agents/:id/input`: a boolean for confirm, one of the options for choice, else text. */
export const InputAnswer = z.looseObject({
  request_id: z.string(),
  value: z.union([z.boolean(), z.string()]),
});
export type InputAnswer = z.infer<typeof InputAnswer>;

export const SessionList = z.looseObject({ sessions: z.array(AgentSession) });
export const SessionWithSteps = z.looseObject({ session: AgentSession, steps: z.array(AgentStep) });
export type SessionWithSteps = z.infer<typeof SessionWithSteps>;
export const SystemPrompt = z.looseObject({ prompt: z.string() });

/** Answer of `POST /agents/:id/input`. */
export const InputAccepted = z.looseObject({ request_id: z.string(), accepted: z.boolean() });
