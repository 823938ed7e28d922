import type { Kysely } from 'kysely';
import type { Project } from '../../protocol';
import type { ProjectRow, Tables } from './tables';
import { newId, readJson, timestamp } from './values';

/** What a project is set to. */
export interface ProjectSettings {
  /** The vault that models and MCP servers read their secrets from. */
  vault_id: string | null;
  /** Hosts that scripts may call. */
  fetch_allow: string[];
}

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

  /** @throws when there is no such project. */
  async get(id: string): Promise<Project> {
    return toProject(await this.#row(id));
  }

  /** @throws when there is no such project. */
  async settings(id: string): Promise<ProjectSettings> {
    const { vault_id, fetch_allow } = await this.#row(id);
    return { vault_id, fetch_allow: readJson(fetch_allow) as string[] };
  }

  /** Changes the settings that are given. */
  async set(id: string, { vault_id, fetch_allow }: Partial<ProjectSettings>): Promise<void> {
    await this.#db
      .updateTable('projects')
      .set({
        ...(vault_id === undefined ? {} : { vault_id }),
        ...(fetch_allow === undefined ? {} : { fetch_allow: JSON.stringify(fetch_allow) }),
        updated_at: timestamp(),
      })
      .where('id', '=', id)
      .execute();
  }

  #row(id: string): Promise<ProjectRow> {
    return this.#db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }
}

function toProject({ fetch_allow: _, ...row }: ProjectRow): Project {
  return { ...row, team_id: null };
}
