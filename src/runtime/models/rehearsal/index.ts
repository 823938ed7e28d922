import { ModelError } from '../errors';
import type { ModelChunk, ModelMessage, ModelRequest, ModelSettings } from '../types';
import { answerFromResult, answerFromText } from './answer';
import { writeBlock } from './block';
import { nameOf, plan, question } from './plan';
import { extractive } from './prompt';

/** Letters of text to a token, roughly, in English. */
const lettersPerToken = 4;
const chunkLength = 48;
const wantsJson = /\bJSON\b/;

/**
 * The offline model: rules instead of a language model, the same answer to the same request, and no network.
 * It writes one block that calls the skills a message asks for, then answers from what the block returned and
 * from the prompt skills and the persona. Its token counts are an estimate: a token for four letters.
 * @param requested the model that was asked for and is not configured, if that is why this one answers
 */
export async function* rehearse(request: ModelRequest, requested?: string): AsyncGenerator<ModelChunk> {
  const { reply, cut } = limited(compose(request, requested), request.settings);
  for (let at = 0; at < reply.length; ) {
    // Yields to whoever else wants to run, as an answer from afar would.
    await new Promise((resolve) => setImmediate(resolve));
    request.signal.throwIfAborted();
    const end = wordEnd(reply, at + chunkLength);
    yield { type: 'text', text: reply.slice(at, end) };
    at = end;
  }
  const letters = request.messages.reduce((sum, { content }) => sum + content.length, request.system.length);
  yield { type: 'usage', prompt: tokens(letters), completion: tokens(reply.length) };
  if (cut)
    throw new ModelError('The answer reached the limit of tokens that was asked for.', 'length', false);
}

/** Ends a reply where a client wants it to end. */
function limited(reply: string, { stop = [], maxTokens = Number.POSITIVE_INFINITY }: ModelSettings = {}) {
  const stops = stop.map((text) => reply.indexOf(text)).filter((at) => at >= 0);
  const stopped = reply.slice(0, Math.min(reply.length, ...stops));
  const most = maxTokens * lettersPerToken;
  return { reply: stopped.slice(0, most), cut: stopped.length > most };
}

function compose({ messages, system, context }: ModelRequest, requested: string | undefined): string {
  const footer = footerOf(requested);
  const at = messages.findLastIndex(({ role }) => role === 'user');
  const said = messages[at]?.content ?? '';
  if (context.skills.length === 0 && context.persona === '') return answerPrompt(said, system, footer);
  const result = messages.slice(at + 1).findLast(({ role }) => role === 'tool');
  if (result !== undefined) return `${answerFromResult(said, result.content, context)}\n\n${footer}`;
  return next(messages, context, said, footer);
}

function next(
  messages: readonly ModelMessage[],
  context: ModelRequest['context'],
  said: string,
  footer: string,
): string {
  const planned = plan(messages, context);
  switch (planned.kind) {
    case 'ask':
      return `${question(planned)}\n\n${footer}`;
    case 'answer':
      return `${answerFromText(said, context)}\n\n${footer}`;
    case 'run': {
      const names = planned.calls.map(({ callable }) => `\`${nameOf(callable)}\``);
      if (planned.search !== undefined) names.push('the documents');
      const verb = planned.calls.length > 0 ? 'use' : 'search';
      return `I ${verb} ${names.join(' and ')}.\n\n\`\`\`js\n${writeBlock(planned.calls, planned.search)}\n\`\`\``;
    }
  }
}

function answerPrompt(prompt: string, system: string, footer: string): string {
  const picked = extractive(prompt);
  if (wantsJson.test(system)) return JSON.stringify({ answer: picked, note: footer.replaceAll('_', '') });
  const said = picked === '' ? 'There is no language model here to answer this.' : picked;
  return `${said}\n\n${footer}`;
}

function footerOf(requested: string | undefined): string {
  const why = requested === undefined ? '' : `; ${requested} is not set up`;
  return `_local/rehearsal: answered by rules, offline, without a language model${why}._`;
}

function wordEnd(text: string, from: number): number {
  const space = text.slice(from).search(/\s/u);
  return space === -1 ? text.length : from + space;
}

function tokens(letters: number): number {
  return Math.ceil(letters / lettersPerToken);
}
