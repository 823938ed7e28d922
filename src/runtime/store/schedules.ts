import { type Kysely, sql, type Updateable } from 'kysely';
import type { ScheduledRun } from '../../protocol';
import type { ScheduleRow, Tables } from './tables';
import { newId, timestamp } from './values';

export type NewSchedule = Pick<
  ScheduleRow,
  | 'project_id'
  | 'agent_session_id'
  | 'agent_id'
  | 'source_key'
  | 'name'
  | 'cron_expression'
  | 'timezone'
  | 'message'
  | 'next_run_at'
>;

/** Messages that are sent to sessions at set times. */
export class ScheduleStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(projectId: string): Promise<ScheduleRow[]> {
    return (
      this.#db
        .selectFrom('scheduled_runs')
        .selectAll()
        .where('project_id', '=', projectId)
        .orderBy('created_at')
        // Those of one source come at one moment, and stand in its order.
        .orderBy(sql`rowid`)
        .execute()
    );
  }

  async get(projectId: string, id: string): Promise<ScheduleRow | undefined> {
    return this.#db
      .selectFrom('scheduled_runs')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** @returns the schedules that an agent's source asks for. */
  async ofAgent(agentId: string): Promise<ScheduleRow[]> {
    return this.#db.selectFrom('scheduled_runs').selectAll().where('agent_id', '=', agentId).execute();
  }

  async create(schedule: NewSchedule): Promise<ScheduleRow> {
    const now = timestamp();
    return this.#db
      .insertInto('scheduled_runs')
      .values({
        id: newId(),
        ...schedule,
        enabled: 1,
        last_run_at: null,
        run_count: 0,
        last_error: null,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  async update(
    id: string,
    change: Pick<
      Updateable<ScheduleRow>,
      'name' | 'cron_expression' | 'timezone' | 'message' | 'enabled' | 'next_run_at'
    >,
  ): Promise<void> {
    await this.#db
      .updateTable('scheduled_runs')
      .set({ ...change, updated_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('scheduled_runs').where('id', '=', id).execute();
  }

  /** @returns the enabled schedules whose moment is not after `now`, the longest overdue first. */
  async due(now: string): Promise<ScheduleRow[]> {
    return this.#db
      .selectFrom('scheduled_runs')
      .selectAll()
      .where('enabled', '=', 1)
      .where('next_run_at', '<=', now)
      .orderBy('next_run_at')
      .execute();
  }

  /** @returns the next moment at which any schedule is due. */
  async nextMoment(): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('scheduled_runs')
      .select((query) => query.fn.min('next_run_at').as('next'))
      .where('enabled', '=', 1)
      .executeTakeFirst();
    return row?.next ?? undefined;
  }

  /** Takes a due moment: it counts as a run from here on, so that a process that dies now does not repeat it. */
  async begin(id: string, ranAt: string, nextRunAt: string | null): Promise<void> {
    await this.#db
      .updateTable('scheduled_runs')
      .set((row) => ({
        last_run_at: ranAt,
        next_run_at: nextRunAt,
        run_count: row('run_count', '+', 1),
        updated_at: timestamp(),
      }))
      .where('id', '=', id)
      .execute();
  }

  /** Passes a due moment over without a run. */
  async skip(id: string, nextRunAt: string | null, reason: string): Promise<void> {
    await this.#note(id, { next_run_at: nextRunAt, last_error: reason });
  }

  /** Notes how a run ended: null for well. */
  async end(id: string, error: string | null): Promise<void> {
    await this.#note(id, { last_error: error });
  }

  async #note(id: string, change: Updateable<ScheduleRow>): Promise<void> {
    await this.#db
      .updateTable('scheduled_runs')
      .set({ ...change, updated_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }
}

/** @returns the schedule as the wire shows it; `agent_id` is null for one that no source asks for. */
export function toWireSchedule({ source_key, ...row }: ScheduleRow): ScheduledRun {
  // The official clients read a text here, which is empty where nothing went wrong.
  return { ...row, enabled: row.enabled === 1, last_error: row.last_error ?? '' };
}
