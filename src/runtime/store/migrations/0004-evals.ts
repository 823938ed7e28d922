import { type Kysely, type Migration, sql } from 'kysely';

/** Evals with their suites, runs and results; schedules; and agents apart by environment. */
export const evals: Migration = {
  /**
   * One transaction, so that a process that dies in between leaves nothing half done. Foreign keys are off meanwhile:
   * dropping the old table of agents would else take everything with it that points at one.
   */
  async up(db: Kysely<unknown>) {
    await sql`pragma foreign_keys=OFF`.execute(db);
    try {
      await db.transaction().execute(async (transaction) => {
        await environments(transaction);
        await cases(transaction);
        await runs(transaction);
        await schedules(transaction);
        await columns(transaction);
      });
    } finally {
      await sql`pragma foreign_keys=ON`.execute(db);
    }
  },
};

/**
 * An agent's place gets its environment, which its uniqueness must count. SQLite cannot change a constraint, so
 * the table is written anew.
 */
async function environments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agents_anew')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('source_project', 'text', (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('local_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('active_version_id', 'text')
    .addColumn('eval_suite_id', 'text')
    .addColumn('published_at', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('agents_place', ['project_id', 'source_project', 'environment', 'local_id'])
    .execute();
  await sql`insert into agents_anew select id, project_id, source_project, '', local_id, name, description,
    active_version_id, eval_suite_id, published_at, created_at, updated_at from agents`.execute(db);
  await db.schema.dropTable('agents').execute();
  await db.schema.alterTable('agents_anew').renameTo('agents').execute();
}

async function columns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('skills')
    .addColumn('config', 'text', (column) => column.notNull().defaultTo(sql`'{}'`))
    .execute();
  await db.schema.alterTable('versions').addColumn('eval_suite_id', 'text').execute();
  await db.schema.alterTable('versions').addColumn('eval_suite_version', 'text').execute();
}

async function cases(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('eval_suites')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('agent_id', 'text', (column) =>
      column.notNull().unique().references('agents.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('threshold', 'real', (column) => column.notNull())
    .addColumn('active_version_id', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('eval_suite_versions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('suite_id', 'text', (column) =>
      column.notNull().references('eval_suites.id').onDelete('cascade'),
    )
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('semver', 'text', (column) => column.notNull())
    .addColumn('content_hash', 'text', (column) => column.notNull())
    .addColumn('cases', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('eval_suite_versions_number', ['suite_id', 'number'])
    .addUniqueConstraint('eval_suite_versions_content', ['suite_id', 'content_hash'])
    .execute();
  await db.schema
    .createTable('eval_cases')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('prompt', 'text', (column) => column.notNull())
    .addColumn('criteria', 'text', (column) => column.notNull())
    .addColumn('expectations', 'text', (column) => column.notNull())
    .addColumn('answers', 'text', (column) => column.notNull())
    .addColumn('pass_threshold', 'real', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('eval_cases_path', ['agent_id', 'path'])
    .execute();
}

async function runs(db: Kysely<unknown>): Promise<void> {
  const none = sql`0`;
  await db.schema
    .createTable('eval_runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('agent_id', 'text', (column) => column.notNull().references('agents.id').onDelete('cascade'))
    .addColumn('suite_id', 'text', (column) => column.notNull())
    .addColumn('suite_version', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('version_id', 'text')
    .addColumn('source_hash', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('judge_model', 'text', (column) => column.notNull())
    .addColumn('repeat', 'integer', (column) => column.notNull())
    .addColumn('complete_suite', 'integer', (column) => column.notNull())
    .addColumn('total_cases', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .execute();
  await index(db, 'eval_runs_newest', 'eval_runs', ['project_id', 'created_at']);
  await index(db, 'eval_runs_agent', 'eval_runs', ['agent_id', 'created_at']);
  await db.schema
    .createTable('eval_results')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('run_id', 'text', (column) => column.notNull().references('eval_runs.id').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('case_id', 'text', (column) => column.notNull())
    .addColumn('case_name', 'text', (column) => column.notNull())
    .addColumn('set_name', 'text', (column) => column.notNull())
    .addColumn('repetition', 'integer', (column) => column.notNull())
    .addColumn('pass_threshold', 'real', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('score', 'real')
    .addColumn('pass', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('reasoning', 'text', (column) => column.notNull())
    .addColumn('response', 'text', (column) => column.notNull())
    .addColumn('tool_calls', 'text', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('duration_ms', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('session_id', 'text')
    .addColumn('prompt_tokens', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('completion_tokens', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('judge_prompt_tokens', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('judge_completion_tokens', 'integer', (column) => column.notNull().defaultTo(none))
    .addColumn('cost', 'real')
    .addUniqueConstraint('eval_results_order', ['run_id', 'position'])
    .execute();
}

async function schedules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('scheduled_runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('agent_session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    // Those that an agent.jsonc asks for have an agent and a key; a person's own have neither.
    .addColumn('agent_id', 'text', (column) => column.references('agents.id').onDelete('cascade'))
    .addColumn('source_key', 'text')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('cron_expression', 'text', (column) => column.notNull())
    .addColumn('timezone', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('last_run_at', 'text')
    .addColumn('next_run_at', 'text')
    .addColumn('run_count', 'integer', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('scheduled_runs_source', ['agent_id', 'source_key'])
    .execute();
  await index(db, 'scheduled_runs_due', 'scheduled_runs', ['enabled', 'next_run_at']);
}

async function index(db: Kysely<unknown>, name: string, table: string, columns: string[]): Promise<void> {
  await db.schema.createIndex(name).on(table).columns(columns).execute();
}
