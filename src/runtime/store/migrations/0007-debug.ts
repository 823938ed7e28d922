import type { Kysely, Migration } from 'kysely';

/** What the debugger records beside the steps of a session. */
export const debug: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('debug_points')
      .addColumn('session_id', 'text', (column) =>
        column.notNull().references('sessions.id').onDelete('cascade'),
      )
      .addColumn('first', 'integer', (column) => column.notNull())
      .addColumn('points', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('debug_points_key', ['session_id', 'first'])
      .execute();
    await db.schema
      .createTable('debug_sources')
      .addColumn('session_id', 'text', (column) =>
        column.notNull().references('sessions.id').onDelete('cascade'),
      )
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('debug_sources_key', ['session_id', 'path'])
      .execute();
  },
};
