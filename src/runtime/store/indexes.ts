import type { Kysely } from 'kysely';
import type { Index } from '../../protocol';
import type { IndexRow, Tables } from './tables';
import { newId, readJson, timestamp } from './values';

export interface IndexFields {
  name: string;
  description: string;
  metadata: Record<string, unknown>;
}

/** Indexes: the named sets of documents that a project searches. */
export class IndexStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create(projectId: string, { name, description, metadata }: IndexFields): Promise<IndexRow> {
    const now = timestamp();
    const id = newId();
    await this.#db
      .insertInto('indexes')
      .values(({ selectFrom, fn, lit, eb }) => ({
        id,
        project_id: projectId,
        number: selectFrom('indexes').select(
          eb(fn.coalesce(fn.max('indexes.number'), lit(0)), '+', lit(1)).as('next'),
        ),
        name,
        description,
        metadata: JSON.stringify(metadata),
        created_at: now,
        updated_at: now,
      }))
      .execute();
    return this.#db.selectFrom('indexes').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  /** @returns a project's indexes, the oldest first. */
  async list(projectId: string): Promise<IndexRow[]> {
    return this.#db
      .selectFrom('indexes')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('number')
      .execute();
  }

  async get(projectId: string, id: string): Promise<IndexRow | undefined> {
    return this.#db
      .selectFrom('indexes')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** Changes the fields that are given. */
  async update(id: string, { metadata, ...fields }: Partial<IndexFields>): Promise<void> {
    await this.#db
      .updateTable('indexes')
      .set({
        ...fields,
        ...(metadata ? { metadata: JSON.stringify(metadata) } : {}),
        updated_at: timestamp(),
      })
      .where('id', '=', id)
      .execute();
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('indexes').where('id', '=', id).execute();
  }
}

export function toWireIndex({ number: _, metadata, ...row }: IndexRow): Index {
  return { ...row, metadata: readJson(metadata) as Record<string, unknown> };
}
