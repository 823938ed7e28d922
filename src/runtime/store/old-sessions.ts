import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables';

/** What makes a session old. */
export interface Age {
  /** Left alone since before this moment; undefined: never too old. */
  before?: string;
  /** Kept, the newest first; undefined: never too many. */
  keep?: number;
}

/** As it was found; one that has been used since is not old. */
export interface OldSession {
  id: string;
  updated_at: string;
}

/** Sessions that nobody needs any more, and their steps. */
export class OldSessionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * @returns the oldest sessions past their age, at most `most`. Not among them: one that runs, one that a schedule
   *   goes on with, and one that an eval's result tells of.
   */
  async list({ before, keep }: Age, most: number): Promise<OldSession[]> {
    if (before === undefined && keep === undefined) return [];
    return this.#db
      .selectFrom('sessions')
      .select(['id', 'updated_at'])
      .where('status', 'not in', ['running', 'waiting'])
      .where((where) =>
        where.or([
          ...(before === undefined ? [] : [where('updated_at', '<', before)]),
          ...(keep === undefined
            ? []
            : [
                where(
                  'id',
                  'in',
                  // Without a limit SQLite takes no offset.
                  sql<string>`(select id from sessions order by updated_at desc, id limit -1 offset ${keep})`,
                ),
              ]),
        ]),
      )
      .where('id', 'not in', (query) => query.selectFrom('scheduled_runs').select('agent_session_id'))
      .where('id', 'not in', (query) =>
        query.selectFrom('eval_results').select('session_id').where('session_id', 'is not', null).$castTo<{
          session_id: string;
        }>(),
      )
      .orderBy('updated_at')
      .limit(most)
      .execute();
  }

  /**
   * Deletes a part of a session, the last steps first, and the session with the last part. Call in a transaction.
   * @returns true when nothing of it is left to delete: also when it has been used again meanwhile.
   */
  async deletePart({ id, updated_at: seen }: OldSession, most: number): Promise<boolean> {
    const session = await this.#db
      .selectFrom('sessions')
      .select('id')
      .where('id', '=', id)
      .where('updated_at', '=', seen)
      .executeTakeFirst();
    if (!session) return true;
    const { numDeletedRows } = await this.#db
      .deleteFrom('steps')
      .where('id', 'in', (query) =>
        query
          .selectFrom('steps')
          .select('id')
          .where('session_id', '=', id)
          .orderBy('step_index', 'desc')
          .limit(most),
      )
      .executeTakeFirst();
    if (Number(numDeletedRows) === most) return false;
    await this.#db.deleteFrom('sessions').where('id', '=', id).execute();
    return true;
  }
}
