import * as z from 'zod/mini';
import { Id } from './base';
import { ChunkHit } from './knowledge';

/**
 * `POST /chat/completions`, as OpenAI's clients send and read it, with ours beside: `use_rag` and `index_id` in the
 * request, `sources` in the answer. OpenAI's clients send null for what is not set.
 */

/** `text` is the one kind that is taken. */
const ContentPart = z.looseObject({ type: z.string(), text: z.optional(z.string()) });

export const ChatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.optional(z.nullable(z.union([z.string(), z.array(ContentPart)]))),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

const mayBeNull = <T extends z.ZodMiniType>(schema: T) => z.optional(z.nullable(schema));
const between = (least: number, most: number) => z.number().check(z.minimum(least), z.maximum(most));
const tokens = z.number().check(z.int(), z.minimum(1));

export const ChatRequest = z.looseObject({
  model: mayBeNull(z.string()),
  messages: z.array(ChatMessage).check(z.minLength(1)),
  stream: mayBeNull(z.boolean()),
  stream_options: mayBeNull(z.looseObject({ include_usage: mayBeNull(z.boolean()) })),
  temperature: mayBeNull(between(0, 2)),
  top_p: mayBeNull(between(0, 1)),
  max_tokens: mayBeNull(tokens),
  max_completion_tokens: mayBeNull(tokens),
  stop: mayBeNull(z.union([z.string(), z.array(z.string()).check(z.maxLength(4))])),
  seed: mayBeNull(z.number().check(z.int())),
  presence_penalty: mayBeNull(between(-2, 2)),
  frequency_penalty: mayBeNull(between(-2, 2)),
  n: mayBeNull(z.number()),
  tools: mayBeNull(z.array(z.unknown())),
  functions: mayBeNull(z.array(z.unknown())),
  logprobs: mayBeNull(z.boolean()),
  modalities: mayBeNull(z.array(z.string())),
  response_format: mayBeNull(z.looseObject({ type: z.string() })),
  /** Puts passages of the documents that answer to the last question into the prompt. */
  use_rag: mayBeNull(z.boolean()),
  /** The one index that `use_rag` searches; all of them when left out. */
  index_id: mayBeNull(Id),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** `estimated` is true where the model did not say what it spent. */
export const ChatUsage = z.looseObject({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  estimated: z.optional(z.boolean()),
});
export type ChatUsage = z.infer<typeof ChatUsage>;

const FinishReason = z.enum(['stop', 'length', 'content_filter']);

export const ChatCompletion = z.looseObject({
  id: Id,
  object: z.literal('chat.completion'),
  /** Seconds since 1970. */
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.number(),
      message: z.looseObject({ role: z.literal('assistant'), content: z.string() }),
      finish_reason: FinishReason,
    }),
  ),
  usage: ChatUsage,
  sources: z.optional(z.array(ChunkHit)),
});
export type ChatCompletion = z.infer<typeof ChatCompletion>;

/** One piece of a streamed answer; the first has the sources, the last but `[DONE]` the usage if it was asked for. */
export const ChatChunk = z.looseObject({
  id: Id,
  object: z.literal('chat.completion.chunk'),
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.number(),
      delta: z.looseObject({
        role: z.optional(z.literal('assistant')),
        content: z.optional(z.string()),
      }),
      finish_reason: z.nullable(FinishReason),
    }),
  ),
  /** Null in the chunks before the last, when it was asked for. */
  usage: z.optional(z.nullable(ChatUsage)),
  sources: z.optional(z.array(ChunkHit)),
});
export type ChatChunk = z.infer<typeof ChatChunk>;

/** What OpenAI's clients read of a refusal, under `error`. */
export const OpenAiError = z.looseObject({
  message: z.string(),
  type: z.string(),
  code: z.nullable(z.string()),
  param: z.nullable(z.string()),
});
export type OpenAiError = z.infer<typeof OpenAiError>;
