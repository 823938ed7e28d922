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

export const CreateConversation = z.looseObject({
  title: z.optional(z.string()),
  system_prompt: z.optional(z.string()),
  model: z.optional(z.string()),
  metadata: z.optional(JsonObject),
});
export type CreateConversation = z.infer<typeof CreateConversation>;

export const ConversationList = z.looseObject({ conversations: z.array(Conversation) });

export const ConversationWithMessages = z.looseObject({
  conversation: Conversation,
  messages: z.array(Message),
  token_usage: TokenUsage,
});
export type ConversationWithMessages = z.infer<typeof ConversationWithMessages>;

/** `use_rag` answers from the documents; `index_id` is the one index that it searches. */
export const SendMessage = z.looseObject({
  content: z.string(),
  use_rag: z.optional(z.boolean()),
  index_id: z.optional(Id),
});
export type SendMessage = z.infer<typeof SendMessage>;

/** `token_usage` is that of this answer. */
export const MessageAnswer = z.looseObject({
  user_message: Message,
  message: Message,
  token_usage: TokenUsage,
});
export type MessageAnswer = z.infer<typeof MessageAnswer>;
