import { type Kysely, type Migration, sql } from 'kysely';

/** Everything the whole loop needs: source, agents, versions, sessions and their steps. */
export const initial: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('projects')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('slug', 'text', (column) => column.notNull().unique())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('blobs')
      .addColumn('hash', 'text', (column) => column.primaryKey())
      .addColumn('bytes', 'bytea', (column) => column.notNull())
      .execute();
    await agents(db);
    await sources(db);
    await sessions(db);
  },
};

async function agents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('source_project', 'text', (column) => column.notNull())
    .addColumn('local_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('active_version_id', 'text')
    .addColumn('eval_suite_id', 'text')
    .addColumn('published_at', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('agents_local_id', ['project_id', 'source_project', 'local_id'])
    .execute();
  await db.schema
    .createTable('skills')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('prompt', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('skills_name', ['agent_id', 'name'])
    .execute();
}

async function sources(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('trees')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id').onDelete('cascade'))
    .addColumn('source_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('trees_source', ['agent_id', 'source_hash'])
    .execute();
  await db.schema
    .createTable('tree_files')
    .addColumn('tree_id', 'text', (column) => column.notNull().references('trees.id').onDelete('cascade'))
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().references('blobs.hash'))
    .addColumn('size', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('tree_files_key', ['tree_id', 'path'])
    .execute();
  await db.schema
    .createTable('drafts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('agent_id', 'text', (column) =>
      column.notNull().unique().references('agents.id').onDelete('cascade'),
    )
    .addColumn('tree_id', 'text', (column) => column.notNull().references('trees.id'))
    .addColumn('source_folder', 'text', (column) => column.notNull())
    .addColumn('synced_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('versions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id').onDelete('cascade'))
    .addColumn('tree_id', 'text', (column) => column.notNull().references('trees.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('semver', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('versions_number', ['agent_id', 'number'])
    .execute();
  await db.schema
    .createTable('deployments')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('source_project', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('deployed_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('deployments_number', ['project_id', 'source_project', 'number'])
    .execute();
}

async function sessions(db: Kysely<unknown>): Promise<void> {
  const none = sql`0`;
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    // A session outlives its agent: a deleted agent's traces can still be read.
    .addColumn('agent_id', 'text', (column) => column.references('agents.id').onDelete('set null'))
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('version_id', 'text', (column) => column.references('versions.id').onDelete('set null'))
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('system_prompt', 'text', (column) => column.notNull())
    .addColumn('prompt_given', 'integer', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('model_given', 'integer', (column) => column.notNull())
    .addColumn('tools', 'text', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('index_ids', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addColumn('prompt_tokens', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('completion_tokens', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('duration_ms', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('finished_at', 'text')
    .execute();
  await db.schema
    .createIndex('sessions_newest')
    .on('sessions')
    .columns(['project_id', 'created_at'])
    .execute();
  await db.schema
    .createTable('steps')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .addColumn('step_index', 'integer', (column) => column.notNull())
    .addColumn('step_type', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('tool_name', 'text')
    .addColumn('tool_args', 'text')
    .addColumn('duration_ms', 'integer', (column) => column.notNull())
    .addColumn('prompt_tokens', 'integer', (column) => column.notNull())
    .addColumn('completion_tokens', 'integer', (column) => column.notNull())
    .addColumn('parent_step_id', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('steps_order', ['session_id', 'step_index'])
    .execute();
}
