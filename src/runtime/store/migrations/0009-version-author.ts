import type { Kysely, Migration } from 'kysely';

/** From where the source of a version came, which says whose it is. */
export const versionAuthor: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('versions').addColumn('created_by', 'text').execute();
  },
};
