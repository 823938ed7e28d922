import { randomUUID } from 'node:crypto';
import type { ChatChunk, ChatCompletion, ChatUsage, ChunkHit } from '../../protocol';
import type { AnswerPiece, Finish } from './answer';

/** What all pieces of one answer say of it. */
export interface AnswerHead {
  id: string;
  created: number;
  model: string;
}

/** @param model as it is asked, `provider/name`. */
export function newHead(model: string): AnswerHead {
  return {
    id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model,
  };
}

/** Gathers an answer into one body. */
export async function complete(
  head: AnswerHead,
  pieces: AsyncIterable<AnswerPiece>,
  sources: ChunkHit[] | undefined,
): Promise<ChatCompletion> {
  let content = '';
  let end: { finish: Finish; usage: ChatUsage } | undefined;
  for await (const piece of pieces) {
    if (piece.type === 'text') content += piece.text;
    else end = piece;
  }
  if (!end) throw new Error('The answer has no end.');
  return {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: end.finish }],
    usage: end.usage,
    ...(sources ? { sources } : {}),
  };
}

/** Makes the chunks of a streamed answer: who speaks, the text, why it ended and, if asked for, what it cost. */
export async function* chunks(
  head: AnswerHead,
  pieces: AsyncIterable<AnswerPiece>,
  { sources, usage }: { sources: ChunkHit[] | undefined; usage: boolean },
): AsyncGenerator<ChatChunk> {
  type Choice = ChatChunk['choices'][number];
  const chunk = (delta: Choice['delta'], finish: Choice['finish_reason'] = null): ChatChunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(usage ? { usage: null } : {}),
  });
  yield { ...chunk({ role: 'assistant', content: '' }), ...(sources ? { sources } : {}) };
  for await (const piece of pieces) {
    if (piece.type === 'text') yield chunk({ content: piece.text });
    else {
      yield chunk({}, piece.finish);
      if (usage) yield { ...chunk({}), choices: [], usage: piece.usage };
    }
  }
}
