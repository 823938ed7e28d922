import type { Kysely } from 'kysely';
import type { Project } from '../../protocol';
import type { ProjectRow, Tables } from './tables';
import { newId, timestamp } from './values';

/** Projects: one key opens one of them, and the embedded runtime has exactly one. */
export class ProjectStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns the project with this slug, created when the data folder is new. */
  async ensure(slug: string, name: string, description: string): Promise<Project> {
    const now = timestamp();
    await this.#db
      .insertInto('projects')
      .values({ id: newId(), name, slug, description, created_at: now, updated_at: now, fetch_allow: '[]' })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .execute();
    const row = await this.#db
      .selectFrom('projects')
      .selectAll()
      .where('slug', '=', slug)
      .executeTakeFirstOrThrow();
    return toProject(row);
  }
}

function toProject({ fetch_allow: _, ...row }: ProjectRow): Project {
  return { ...row, team_id: null };
}
