import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, Migrator } from 'kysely';
import { nodeSqliteDialect } from './dialect';
import { migrations } from './migrations';
import type { Tables } from './tables';

export const databaseName = 'tavora.db';

/**
 * Opens the database of a data folder, creating both when they do not exist, and brings it to the newest
 * schema.
 *
 * WAL with `synchronous=NORMAL`: a commit is in the operating system's hands before it is acknowledged, so it
 * survives the death of this process; only a power cut can take the last commits back, and never half of one.
 * What is deleted is overwritten (`secure_delete`): a sealed secret must not live on in a free page.
 *
 * @param folder absolute path of the data folder; ":memory:" keeps everything in memory.
 * @throws when the folder cannot be written, or a migration fails.
 */
export async function openDatabase(folder: string): Promise<Kysely<Tables>> {
  const inMemory = folder === ':memory:';
  if (!inMemory) mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(inMemory ? folder : path.join(folder, databaseName));
  database.exec(
    'pragma journal_mode=WAL; pragma synchronous=NORMAL; pragma foreign_keys=ON; pragma busy_timeout=5000; pragma secure_delete=ON',
  );
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error) {
    await db.destroy();
    throw error;
  }
  return db;
}
