import type { Kysely, Migration } from 'kysely';

/** Files that a session runs in place of those of its agent's source, as JSON: texts by path. */
export const changedFiles: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('sessions').addColumn('changed_files', 'text').execute();
  },
};
