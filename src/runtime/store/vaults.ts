import { type Kysely, sql } from 'kysely';
import type { RedactedSecret, SecretVault } from '../../protocol';
import type { SecretRow, Tables, VaultRow } from './tables';
import { newId, readJson, timestamp } from './values';

export interface VaultFields {
  name: string;
  metadata: Record<string, unknown>;
}

export type NewSecret = Omit<SecretRow, 'created_at' | 'updated_at'>;

/** Vaults and the sealed secrets in them. */
export class VaultStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create(projectId: string, { name, metadata }: VaultFields): Promise<VaultRow> {
    const now = timestamp();
    const row = {
      id: newId(),
      project_id: projectId,
      name,
      metadata: JSON.stringify(metadata),
      created_at: now,
      updated_at: now,
    };
    await this.#db.insertInto('vaults').values(row).execute();
    return row;
  }

  /** @returns a project's vaults, the oldest first. */
  async list(projectId: string): Promise<VaultRow[]> {
    return this.#db
      .selectFrom('vaults')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
  }

  async get(projectId: string, id: string): Promise<VaultRow | undefined> {
    return this.#db
      .selectFrom('vaults')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** Changes the fields that are given. */
  async update(id: string, { metadata, ...fields }: Partial<VaultFields>): Promise<void> {
    await this.#db
      .updateTable('vaults')
      .set({
        ...fields,
        ...(metadata ? { metadata: JSON.stringify(metadata) } : {}),
        updated_at: timestamp(),
      })
      .where('id', '=', id)
      .execute();
  }

  /** Removes a vault with its secrets; a project that it was designated in has none then. */
  async delete(id: string): Promise<void> {
    await this.#overwriting(() => this.#db.deleteFrom('vaults').where('id', '=', id).execute());
  }

  /** @returns the secrets of a vault by name. */
  async secrets(vaultId: string): Promise<SecretRow[]> {
    return this.#db
      .selectFrom('secrets')
      .selectAll()
      .where('vault_id', '=', vaultId)
      .orderBy('name')
      .execute();
  }

  /** @returns the secrets, of whatever vault, that are not wrapped with this key. */
  async wrappedOtherwise(kekId: string): Promise<SecretRow[]> {
    return this.#db.selectFrom('secrets').selectAll().where('kek_id', '!=', kekId).execute();
  }

  /** Keeps a secret, in place of the one with this name. */
  async putSecret(secret: NewSecret): Promise<SecretRow> {
    const now = timestamp();
    const { kek_id, wrapped_key, sealed } = secret;
    const put = this.#db
      .insertInto('secrets')
      .values({ ...secret, created_at: now, updated_at: now })
      .onConflict((conflict) =>
        conflict.columns(['vault_id', 'name']).doUpdateSet({ kek_id, wrapped_key, sealed, updated_at: now }),
      );
    await this.#overwriting(() => put.execute());
    return this.#db
      .selectFrom('secrets')
      .selectAll()
      .where('vault_id', '=', secret.vault_id)
      .where('name', '=', secret.name)
      .executeTakeFirstOrThrow();
  }

  /** Gives a secret another wrapping; its own time of change stays. */
  async rewrapSecret({ vault_id: vaultId, name, kek_id, wrapped_key }: NewSecret): Promise<void> {
    await this.#db
      .updateTable('secrets')
      .set({ kek_id, wrapped_key })
      .where('vault_id', '=', vaultId)
      .where('name', '=', name)
      .execute();
  }

  /** @returns whether there was one. */
  async deleteSecret(vaultId: string, name: string): Promise<boolean> {
    const found = this.#db.deleteFrom('secrets').where('vault_id', '=', vaultId).where('name', '=', name);
    const { numDeletedRows } = await this.#overwriting(() => found.executeTakeFirstOrThrow());
    return numDeletedRows > 0n;
  }

  /**
   * Empties the log that the database writes ahead, which still holds what was deleted. Not inside a
   * transaction.
   */
  async emptyLog(): Promise<void> {
    await sql`pragma wal_checkpoint(truncate)`.execute(this.#db);
  }

  /** Lets what `work` removes be overwritten with zeros: a sealed secret must not live on in a free page. */
  async #overwriting<T>(work: () => Promise<T>): Promise<T> {
    await sql`pragma secure_delete=on`.execute(this.#db);
    try {
      return await work();
    } finally {
      await sql`pragma secure_delete=off`.execute(this.#db);
    }
  }
}

export function toWireVault({ metadata, ...row }: VaultRow): SecretVault {
  return { ...row, metadata: readJson(metadata) as Record<string, unknown> };
}

export function toWireSecret({ wrapped_key: _, sealed: __, ...row }: SecretRow): RedactedSecret {
  return row;
}
