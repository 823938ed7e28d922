import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, Migrator } from 'kysely';
import { nodeSqliteDialect } from './dialect';
import { Durable } from './durable';
import { migrations } from './migrations';
import { explainOpening, tooNew } from './refused';
import type { Tables } from './tables';

export const databaseName = 'tavora.db';

export interface OpenDatabase {
  db: Kysely<Tables>;
  durable: Durable;
}

/**
 * Opens the database of a data folder, creating both when they do not exist, and brings it to the newest
 * schema.
 *
 * WAL with `synchronous=NORMAL`: a commit is in the operating system's hands before it is acknowledged, so it
 * survives the death of this process; `Durable` takes care of power cuts. Pages that are freed can be given back to
 * the system piece by piece (`auto_vacuum`), which an older database learns from `Space`.
 *
 * @param folder absolute path of the data folder; ":memory:" keeps everything in memory.
 * @throws DatabaseRefused for a database that is damaged or of a newer version; and when the folder cannot be
 *   written, or a migration fails.
 */
export async function openDatabase(folder: string): Promise<OpenDatabase> {
  const inMemory = folder === ':memory:';
  if (!inMemory) mkdirSync(folder, { recursive: true });
  const file = inMemory ? folder : path.join(folder, databaseName);
  const database = new DatabaseSync(file);
  try {
    database.exec(
      'pragma auto_vacuum=incremental; pragma journal_mode=WAL; pragma synchronous=NORMAL; ' +
        'pragma foreign_keys=ON; pragma busy_timeout=5000',
    );
    refuseNewer(database, file);
  } catch (error) {
    database.close();
    throw explainOpening(file, error);
  }
  const durable = new Durable(inMemory ? undefined : `${file}-wal`);
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database, durable.written) });
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error) {
    await db.destroy();
    throw explainOpening(file, error);
  }
  return { db, durable };
}

/** @throws DatabaseRefused when the database has been migrated further than this version knows. */
function refuseNewer(database: DatabaseSync, file: string): void {
  const kept = database.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
  if (!kept) return;
  const names = database.prepare('select name from kysely_migration order by name').all();
  const unknown = names.map(({ name }) => String(name)).filter((name) => !(name in migrations));
  if (unknown.length > 0) throw tooNew(file, unknown);
}
