import type { Kysely } from 'kysely';
import type { Tables } from './tables';
import { timestamp } from './values';

/** What chats without an agent have used: completions and conversations. */
export class ChatUsageStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Counts one answer of a model. */
  async add(projectId: string, model: string, promptTokens: number, completionTokens: number): Promise<void> {
    await this.#db
      .insertInto('chat_usage')
      .values({
        project_id: projectId,
        day: timestamp().slice(0, 10),
        model,
        requests: 1,
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
      })
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'day', 'model']).doUpdateSet(({ ref, eb }) => ({
          requests: eb(ref('chat_usage.requests'), '+', ref('excluded.requests')),
          prompt_tokens: eb(ref('chat_usage.prompt_tokens'), '+', ref('excluded.prompt_tokens')),
          completion_tokens: eb(ref('chat_usage.completion_tokens'), '+', ref('excluded.completion_tokens')),
        })),
      )
      .execute();
  }
}
