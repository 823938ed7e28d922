import type { Kysely } from 'kysely';
import type { ChunkHit, Conversation, Message } from '../../protocol';
import type { ConversationRow, MessageRow, Tables } from './tables';
import { newId, type Page, readJson, timestamp } from './values';

export interface NewConversation {
  title: string;
  systemPrompt: string;
  /** "" for the default. */
  model: string;
  metadata: Record<string, unknown>;
}

/** A message with its stored JSON read. */
export type StoredMessage = Omit<MessageRow, 'number' | 'sources'> & { sources: ChunkHit[] };

/** Conversations: chats without an agent that are kept, with their messages. */
export class ConversationStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create(projectId: string, fields: NewConversation): Promise<ConversationRow> {
    const now = timestamp();
    const row: ConversationRow = {
      id: newId(),
      project_id: projectId,
      title: fields.title,
      system_prompt: fields.systemPrompt,
      model: fields.model,
      metadata: JSON.stringify(fields.metadata),
      prompt_tokens: 0,
      completion_tokens: 0,
      created_at: now,
      updated_at: now,
    };
    await this.#db.insertInto('conversations').values(row).execute();
    return row;
  }

  /** @returns a page of conversations, newest first. */
  async list(projectId: string, page: Page): Promise<ConversationRow[]> {
    return this.#db
      .selectFrom('conversations')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
  }

  async get(projectId: string, id: string): Promise<ConversationRow | undefined> {
    return this.#db
      .selectFrom('conversations')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** Deletes a conversation with its messages. */
  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('conversations').where('id', '=', id).execute();
  }

  /** @returns the messages in the order in which they came. */
  async messages(id: string): Promise<StoredMessage[]> {
    const rows = await this.#db
      .selectFrom('messages')
      .selectAll()
      .where('conversation_id', '=', id)
      .orderBy('number')
      .execute();
    return rows.map(({ number: _, sources, ...row }) => ({
      ...row,
      sources: readJson(sources) as ChunkHit[],
    }));
  }

  /** Adds a message; what it cost is added to the conversation. */
  async add(
    conversationId: string,
    {
      role,
      content,
      sources = [],
    }: { role: 'user' | 'assistant'; content: string; sources?: readonly ChunkHit[] },
    spent: { promptTokens: number; completionTokens: number } = { promptTokens: 0, completionTokens: 0 },
  ): Promise<StoredMessage> {
    const now = timestamp();
    const row = { id: newId(), conversation_id: conversationId, role, content, created_at: now };
    await this.#db
      .insertInto('messages')
      .values({ ...row, sources: JSON.stringify(sources) })
      .execute();
    await this.#db
      .updateTable('conversations')
      .set((column) => ({
        prompt_tokens: column('prompt_tokens', '+', spent.promptTokens),
        completion_tokens: column('completion_tokens', '+', spent.completionTokens),
        updated_at: now,
      }))
      .where('id', '=', conversationId)
      .execute();
    return { ...row, sources: [...sources] };
  }

  async rename(id: string, title: string): Promise<void> {
    await this.#db.updateTable('conversations').set({ title }).where('id', '=', id).execute();
  }
}

export function toWireConversation(row: ConversationRow): Conversation {
  const { prompt_tokens, completion_tokens, metadata, ...shown } = row;
  return { ...shown, metadata: readJson(metadata) as Record<string, unknown> };
}

/** @returns the message as the wire shows it; `sources` only where the documents were asked. */
export function toWireMessage({ sources, ...row }: StoredMessage): Message {
  return { ...row, ...(sources.length > 0 ? { sources } : {}) };
}
