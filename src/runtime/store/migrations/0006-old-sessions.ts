import type { Kysely, Migration } from 'kysely';

/** What finding old sessions needs, so that it reads no more than it deletes. */
export const oldSessions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createIndex('sessions_left_alone').on('sessions').columns(['updated_at', 'id']).execute();
    await db.schema.createIndex('eval_results_session').on('eval_results').columns(['session_id']).execute();
    await db.schema
      .createIndex('scheduled_runs_session')
      .on('scheduled_runs')
      .columns(['agent_session_id'])
      .execute();
  },
};
