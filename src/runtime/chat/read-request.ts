import type { ChatMessage, ChatRequest } from '../../protocol';
import { badRequest } from '../http/problem';
import type { ModelMessage, ModelSettings } from '../models/types';

/** What a request asks of a model. */
export interface Asked {
  /** "" for the default. */
  model: string;
  /** All that the client's system and developer messages say. */
  system: string;
  messages: ModelMessage[];
  /** The last thing that the person said. */
  question: string;
  settings: ModelSettings;
}

/**
 * Reads a request of OpenAI's clients.
 * @throws Problem 400 naming the field, for what this server does not do: tools, pictures, several answers, …
 */
export function readChatRequest(body: ChatRequest): Asked {
  checkUnserved(body);
  const system: string[] = [];
  const messages: ModelMessage[] = [];
  body.messages.forEach((message, index) => {
    const text = textOf(message, `messages.${index}`);
    if (message.role === 'system' || message.role === 'developer') system.push(text);
    else messages.push({ role: message.role === 'assistant' ? 'assistant' : 'user', content: text });
  });
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (!question.trim()) {
    throw badRequest('The messages ask nothing: one of the role "user" must have text.', {
      field: 'messages',
    });
  }
  return {
    model: body.model ?? '',
    system: system.join('\n\n'),
    messages,
    question,
    settings: settingsOf(body),
  };
}

function checkUnserved(body: ChatRequest): void {
  const { n, tools, functions, logprobs, modalities, response_format: format } = body;
  const refuse = (field: string, why: string): never => {
    throw badRequest(
      `The field "${field}" asks for what chat completions of this server do not do: ${why}.`,
      {
        field,
      },
    );
  };
  if (n !== undefined && n !== null && n !== 1) refuse('n', 'they give one answer');
  if (tools?.length) refuse('tools', 'they call no tools; an agent with skills does');
  if (functions?.length) refuse('functions', 'they call no functions; an agent with skills does');
  if (logprobs) refuse('logprobs', 'they give no probabilities');
  if (modalities?.some((one) => one !== 'text')) refuse('modalities', 'they answer with text');
  if (format && format.type !== 'text') refuse('response_format', 'they answer with text');
}

function textOf(message: ChatMessage, field: string): string {
  const { role, content } = message;
  if (role === 'tool' || role === 'function' || 'tool_calls' in message) {
    throw badRequest(`The field "${field}" is about a tool; chat completions of this server call none.`, {
      field,
    });
  }
  if (typeof content === 'string') return content;
  if (!content) throw badRequest(`The field "${field}.content" is missing.`, { field: `${field}.content` });
  const texts = content.map(({ type, text }, index) => {
    if (type === 'text' && text !== undefined) return text;
    const part = `${field}.content.${index}`;
    const why = type === 'text' ? 'has no text' : `is of the type "${type}"; only text is taken`;
    throw badRequest(`The field "${part}" ${why}.`, { field: part });
  });
  return texts.join('\n');
}

function settingsOf(body: ChatRequest): ModelSettings {
  const { stop } = body;
  return {
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    stop: stop ? [stop].flat().filter(Boolean) : undefined,
    seed: body.seed ?? undefined,
    presencePenalty: body.presence_penalty ?? undefined,
    frequencyPenalty: body.frequency_penalty ?? undefined,
  };
}
