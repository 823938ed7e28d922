import { type Kysely, type Migration, sql } from 'kysely';

/** What runs of evals exercised in the skills. */
export const evalCoverage: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('eval_runs')
      .addColumn('coverage', 'integer', (column) => column.notNull().defaultTo(sql`0`))
      .execute();
    await db.schema
      .createTable('eval_coverage_files')
      .addColumn('run_id', 'text', (column) =>
        column.notNull().references('eval_runs.id').onDelete('cascade'),
      )
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('map', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('eval_coverage_files_key', ['run_id', 'path'])
      .execute();
    await db.schema
      .createTable('eval_coverage_counts')
      .addColumn('run_id', 'text', (column) =>
        column.notNull().references('eval_runs.id').onDelete('cascade'),
      )
      .addColumn('case_id', 'text', (column) => column.notNull())
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('counts', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('eval_coverage_counts_key', ['run_id', 'case_id', 'path'])
      .execute();
  },
};
