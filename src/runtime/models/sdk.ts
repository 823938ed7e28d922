/** The Vercel AI SDK and its providers. A file of its own, so that a runtime loads it with its first request. */
export { createAnthropic } from '@ai-sdk/anthropic';
export { createGoogleGenerativeAI } from '@ai-sdk/google';
export { createOpenAI } from '@ai-sdk/openai';
export { createOpenAICompatible } from '@ai-sdk/openai-compatible';
export { APICallError, embedMany, RetryError, streamText } from 'ai';
