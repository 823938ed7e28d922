import type { Kysely } from 'kysely';
import type { DraftRow, Tables } from './tables';
import { newId, timestamp } from './values';

/** Drafts: the newest synced source of an agent, at most one each. */
export class DraftStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async of(agentId: string): Promise<DraftRow | undefined> {
    return this.#db.selectFrom('drafts').selectAll().where('agent_id', '=', agentId).executeTakeFirst();
  }

  /** Stages a tree as the agent's draft, in place of the one before; its id stays. */
  async put(agentId: string, treeId: string, sourceFolder: string): Promise<DraftRow> {
    const change = { tree_id: treeId, source_folder: sourceFolder, synced_at: timestamp() };
    return this.#db
      .insertInto('drafts')
      .values({ id: newId(), agent_id: agentId, ...change })
      .onConflict((conflict) => conflict.column('agent_id').doUpdateSet(change))
      .returningAll()
      .executeTakeFirstOrThrow();
  }
}
