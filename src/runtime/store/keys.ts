import type { Kysely } from 'kysely';
import type { KeyRow, Tables } from './tables';
import { newId, timestamp } from './values';

export interface NewKey {
  projectId: string;
  kind: 'project' | 'session';
  /** SHA-256 of the key, in hex. */
  hash: string;
  prefix: string;
  /** The key that it was made with. */
  parentId: string | null;
  expiresAt: string | null;
}

/** API keys, by their hashes. */
export class KeyStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Keeps a key, or opens again the one with this hash. */
  async ensure({ projectId, kind, hash, prefix, parentId, expiresAt }: NewKey): Promise<KeyRow> {
    await this.#db
      .insertInto('api_keys')
      .values({
        id: newId(),
        project_id: projectId,
        kind,
        hash,
        prefix,
        parent_id: parentId,
        expires_at: expiresAt,
        revoked_at: null,
        created_at: timestamp(),
      })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ revoked_at: null }))
      .execute();
    return this.#db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirstOrThrow();
  }

  /** Ends the project's keys but one and those that were made with it, at whatever remove. */
  async revokeOthers(projectId: string, id: string): Promise<void> {
    await this.#db
      .withRecursive('family', (db) =>
        db
          .selectFrom('api_keys')
          .select('id')
          .where('id', '=', id)
          .union(
            db
              .selectFrom('api_keys')
              .innerJoin('family', 'family.id', 'api_keys.parent_id')
              .select('api_keys.id'),
          ),
      )
      .updateTable('api_keys')
      .set({ revoked_at: timestamp() })
      .where('project_id', '=', projectId)
      .where('revoked_at', 'is', null)
      .where('id', 'not in', (eb) => eb.selectFrom('family').select('family.id'))
      .execute();
  }

  /** @returns the keys that have neither been revoked nor expired. */
  async listOpen(projectId: string): Promise<KeyRow[]> {
    const now = timestamp();
    return this.#db
      .selectFrom('api_keys')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .execute();
  }

  /** Removes the keys that were revoked or expired before a moment. */
  async forget(before: string): Promise<void> {
    await this.#db
      .deleteFrom('api_keys')
      .where((eb) => eb.or([eb('revoked_at', '<', before), eb('expires_at', '<', before)]))
      .execute();
  }
}
