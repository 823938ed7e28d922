import * as z from 'zod/mini';
import { Count, Id, JsonObject, OptionalText, Text, Timestamp } from './base';

export const Conversation = z.looseObject({
  id: Id,
  project_id: OptionalText,
  title: Text,
  system_prompt: Text,
  model: Text,
  metadata: z.optional(z.nullable(JsonObject)),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Conversation = z.infer<typeof Conversation>;

export const Message = z.looseObject({
  id: Id,
  conversation_id: Id,
  role: z.string(),
  content: z.string(),
  created_at: Timestamp,
});
export type Message = z.infer<typeof Message>;

export const TokenUsage = z.looseObject({
  prompt_tokens: Count,
  completion_tokens: Count,
  total_tokens: Count,
});
export type TokenUsage = z.infer<typeof TokenUsage>;
