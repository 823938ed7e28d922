import type { ChatUsage, ChunkHit } from '../../protocol';
import { ModelError } from '../models/errors';
import type { ModelMessage, ModelRouter, ModelSettings, RehearsalContext } from '../models/types';
import type { Store } from '../store';
import { withPassages } from './grounding';

export interface Question {
  model: string;
  system: string;
  messages: ModelMessage[];
  settings?: ModelSettings;
  /** What the documents say to it; undefined when they are not asked. */
  passages?: readonly ChunkHit[];
  signal: AbortSignal;
}

export type Finish = 'stop' | 'length' | 'content_filter';

/** Text as it comes, and at the end why it ended and what it cost. */
export type AnswerPiece = { type: 'text'; text: string } | { type: 'end'; finish: Finish; usage: ChatUsage };

/** Letters of text to a token, roughly, in English: how usage is estimated where a model does not tell it. */
const lettersPerToken = 4;

export interface AnswerServices {
  models: ModelRouter;
  store: Pick<Store, 'chatUsage'>;
  projectId: string;
}

/**
 * Asks a model without an agent, and counts what it cost, also when the answer is not read to its end.
 * @throws ModelError, or the signal's reason.
 */
export async function* answer(services: AnswerServices, question: Question): AsyncGenerator<AnswerPiece> {
  const { models, store, projectId } = services;
  const { model, messages, settings, passages, signal } = question;
  const system = passages ? withPassages(question.system, passages) : question.system;
  const letters = messages.reduce((sum, { content }) => sum + content.length, system.length);
  let spent = { prompt: 0, completion: 0 };
  let text = '';
  const usage = () => usageOf(spent, letters, text.length);
  try {
    for await (const chunk of models.stream({
      model,
      system,
      messages,
      settings,
      context: contextOf(question),
      signal,
    })) {
      if (chunk.type === 'usage') spent = chunk;
      else {
        text += chunk.text;
        yield chunk;
      }
    }
  } catch (error) {
    const code = error instanceof ModelError ? error.code : undefined;
    if (code !== 'length' && code !== 'refused') throw error;
    yield { type: 'end', finish: code === 'length' ? 'length' : 'content_filter', usage: usage() };
    return;
  } finally {
    const { prompt_tokens: before, completion_tokens: after } = usage();
    // A model that failed before its first word has cost nothing that is known.
    if (text || spent.prompt > 0) {
      await store.chatUsage.add(projectId, models.resolve(model).id, before, after);
    }
  }
  yield { type: 'end', finish: 'stop', usage: usage() };
}

/** What the offline model reads in place of a prompt. */
function contextOf({ system, passages = [] }: Question): RehearsalContext {
  return {
    persona: system,
    skills: passages.map(({ filename, content }) => ({ name: filename, kind: 'prompt', source: content })),
    capabilities: [],
  };
}

/** A model that tells no usage, or nought, has not answered for nothing: it is estimated then, and said to be. */
function usageOf(
  { prompt, completion }: { prompt: number; completion: number },
  asked: number,
  answered: number,
): ChatUsage {
  const tokens = (letters: number) => Math.ceil(letters / lettersPerToken);
  const estimated = prompt <= 0 || (completion <= 0 && answered > 0);
  const [before, after] = estimated ? [tokens(asked), tokens(answered)] : [prompt, completion];
  return {
    prompt_tokens: before,
    completion_tokens: after,
    total_tokens: before + after,
    ...(estimated ? { estimated } : {}),
  };
}
