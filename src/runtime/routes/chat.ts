import { Hono } from 'hono';
import { type ChatChunk, ChatRequest } from '../../protocol';
import { answer } from '../chat/answer';
import { chunks, complete, newHead } from '../chat/completion';
import { passagesFor } from '../chat/grounding';
import { peek } from '../chat/peek';
import { readChatRequest } from '../chat/read-request';
import { readBody } from '../http/body';
import { asProblem, failure } from '../http/middleware/errors';
import { isOpenAiClient, openAiBody } from '../http/openai';
import { problemBody } from '../http/problem';
import { frameStream } from '../http/sse';
import { usableModel } from '../models/usable';
import type { Services } from '../services';

/** `/chat/completions`: a model without an agent, as OpenAI's clients ask for it. Only what it cost is kept. */
export function chatRoutes(services: Services): Hono {
  const { models, log } = services;
  return new Hono().post('/chat/completions', async (c) => {
    const body = await readBody(c, ChatRequest);
    const { question, ...asked } = readChatRequest(body);
    const head = newHead(usableModel(models, asked.model));
    const gone = new AbortController();
    const signal = AbortSignal.any([c.req.raw.signal, gone.signal]);
    const sources = body.use_rag
      ? await passagesFor(services, question, body.index_id || undefined, signal)
      : undefined;
    const pieces = answer(services, { ...asked, passages: sources, signal });
    if (!body.stream) return c.json(await complete(head, pieces, sources));
    const usage = body.stream_options?.include_usage === true;
    const stream = chunks(head, await peek(pieces), { sources, usage });
    const refusal = (error: unknown) => {
      const known = asProblem(error);
      if (!known && !signal.aborted) log.error('A chat completion broke off', error);
      const problem = known ?? failure();
      return isOpenAiClient(c) ? openAiBody(problem) : problemBody(problem);
    };
    return frameStream(framed(stream, refusal), () => gone.abort());
  });
}

/** Frames without a type, as OpenAI sends them. An error is the last frame: `[DONE]` ends only what is whole. */
async function* framed(
  stream: AsyncIterable<ChatChunk>,
  refusal: (error: unknown) => Record<string, unknown>,
): AsyncGenerator<string> {
  const frame = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
  try {
    for await (const chunk of stream) yield frame(chunk);
  } catch (error) {
    yield frame(refusal(error));
    return;
  }
  yield 'data: [DONE]\n\n';
}
