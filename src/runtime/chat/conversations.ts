import type { CreateConversation, MessageAnswer, SendMessage } from '../../protocol';
import type { Audit } from '../audit';
import { asProblem } from '../http/middleware/errors';
import { badRequest, conflict, notFound, Problem } from '../http/problem';
import type { ModelMessage } from '../models/types';
import { usableModel } from '../models/usable';
import { type ConversationRow, type Nouns, type Store, type StoredMessage, toWireMessage } from '../store';
import { type AnswerServices, answer } from './answer';
import { type GroundingServices, passagesFor } from './grounding';

export type ConversationServices = AnswerServices & GroundingServices & { store: Store; audit: Audit };

const longestTitle = 80;
/** The most of a conversation that a model is given to read, in characters: about 50,000 tokens. */
const longestHistory = 200_000;

/** Chats without an agent that are kept. */
export class Conversations {
  readonly #services: ConversationServices;
  /** Those that wait for their model: the next message must come after its answer. */
  readonly #busy = new Set<string>();

  constructor(services: ConversationServices) {
    this.#services = services;
  }

  /** @throws Problem 400 for a model that cannot be asked as this server is set up. */
  async create(body: CreateConversation): Promise<ConversationRow> {
    const { store, models, projectId } = this.#services;
    const { title = '', system_prompt: systemPrompt = '', model = '', metadata = {} } = body;
    if (model) usableModel(models, model);
    return store.transaction(async (nouns) => {
      const row = await nouns.conversations.create(projectId, { title, systemPrompt, model, metadata });
      await this.#record('conversation.create', row, nouns);
      return row;
    });
  }

  /** @throws Problem 404. */
  async get(id: string): Promise<ConversationRow> {
    const row = await this.#services.store.conversations.get(this.#services.projectId, id);
    if (!row) throw notFound(`The conversation "${id}"`);
    return row;
  }

  /** @throws Problem 404, and 409 while an answer is under way. */
  async delete(id: string): Promise<void> {
    const row = await this.get(id);
    this.#checkFree(row);
    await this.#services.store.transaction(async (nouns) => {
      await nouns.conversations.delete(id);
      await this.#record('conversation.delete', row, nouns);
    });
  }

  /**
   * Says something and waits for the answer. A conversation without a title is called by its first message.
   * @throws Problem 404, 400, 409 while an answer is under way, and 502 with `user_message` when the model fails:
   *   what the person said is kept then.
   */
  async send(id: string, body: SendMessage, signal: AbortSignal): Promise<MessageAnswer> {
    if (!body.content.trim()) throw badRequest('The field "content" is empty.', { field: 'content' });
    const row = await this.get(id);
    this.#checkFree(row);
    this.#busy.add(id);
    try {
      return await this.#exchange(row, body, signal);
    } finally {
      this.#busy.delete(id);
    }
  }

  async #exchange(
    row: ConversationRow,
    { content, use_rag: useRag, index_id: indexId }: SendMessage,
    signal: AbortSignal,
  ): Promise<MessageAnswer> {
    const { store } = this.#services;
    const passages = useRag
      ? await passagesFor(this.#services, content, indexId || undefined, signal)
      : undefined;
    const before = await store.conversations.messages(row.id);
    const said = await store.transaction(async (nouns) => {
      const message = await nouns.conversations.add(row.id, { role: 'user', content });
      if (!row.title) await nouns.conversations.rename(row.id, titleOf(content));
      await this.#record('conversation.message', row, nouns);
      return message;
    });
    const question = {
      model: row.model,
      system: row.system_prompt,
      messages: recent([...before, said]).map(toModel),
      passages,
      signal,
    };
    const { text, usage } = await this.#ask(question, said);
    const spent = { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
    const answered = await store.transaction(({ conversations }) =>
      conversations.add(row.id, { role: 'assistant', content: text, sources: passages }, spent),
    );
    return { user_message: toWireMessage(said), message: toWireMessage(answered), token_usage: usage };
  }

  async #ask(question: Parameters<typeof answer>[1], said: StoredMessage) {
    let text = '';
    try {
      for await (const piece of answer(this.#services, question)) {
        if (piece.type === 'text') text += piece.text;
        else return { text, usage: piece.usage };
      }
    } catch (error) {
      const problem = asProblem(error);
      if (!problem) throw error;
      const message = `${problem.message} Your message is kept.`;
      const details = { ...problem.details, user_message: toWireMessage(said) };
      throw new Problem(problem.status, problem.code, message, details);
    }
    throw new Error('The answer has no end.');
  }

  #checkFree({ id }: ConversationRow): void {
    if (this.#busy.has(id)) {
      throw conflict('This conversation is being answered; wait for the answer.');
    }
  }

  async #record(action: string, { id }: ConversationRow, within: Pick<Nouns, 'audit'>): Promise<void> {
    await this.#services.audit.record({ action, subjectType: 'conversation', subjectId: id }, within);
  }
}

/** The last messages that fit; a conversation that has grown too long for its model would never be answered again. */
function recent(messages: readonly StoredMessage[]): StoredMessage[] {
  let letters = 0;
  const from = messages.findLastIndex(({ content }) => {
    letters += content.length;
    return letters > longestHistory;
  });
  return messages.slice(Math.min(from + 1, messages.length - 1));
}

function toModel({ role, content }: StoredMessage): ModelMessage {
  return { role: role === 'assistant' ? 'assistant' : 'user', content };
}

function titleOf(content: string): string {
  const line = content.replace(/\s+/g, ' ').trim();
  return line.length <= longestTitle ? line : `${line.slice(0, longestTitle - 1)}…`;
}
