import { type Kysely, type Migration, sql } from 'kysely';

/** Keys by their hashes, vaults with sealed secrets, and what a project is set to. */
export const vault: Migration = {
  async up(db: Kysely<unknown>) {
    await keys(db);
    await vaults(db);
    await db.schema
      .alterTable('projects')
      .addColumn('vault_id', 'text', (column) => column.references('vaults.id').onDelete('set null'))
      .execute();
    // A list of hosts, as JSON.
    await db.schema
      .alterTable('projects')
      .addColumn('fetch_allow', 'text', (column) => column.notNull().defaultTo(sql`'[]'`))
      .execute();
  },
};

async function keys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('prefix', 'text', (column) => column.notNull())
    .addColumn('parent_id', 'text')
    .addColumn('expires_at', 'text')
    .addColumn('revoked_at', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
}

async function vaults(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('vaults')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('secrets')
    .addColumn('vault_id', 'text', (column) => column.notNull().references('vaults.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kek_id', 'text', (column) => column.notNull())
    .addColumn('wrapped_key', 'bytea', (column) => column.notNull())
    .addColumn('sealed', 'bytea', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('secrets_key', ['vault_id', 'name'])
    .execute();
}
