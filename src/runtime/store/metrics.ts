import { type Kysely, sql } from 'kysely';
import type { Metrics } from '../../protocol';
import type { Tables } from './tables';

/** Sums over everything that a project keeps, taken where it stands. */
export class MetricsStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Tokens are those of agents' runs, of judges, and of chats, kept or not; a request is a call of a model, where
   * a judgement counts once, however often its judge had to be asked. */
  async read(projectId: string): Promise<Metrics> {
    const sessions = await this.#sessions(projectId);
    const steps = await this.#steps(projectId);
    const results = await this.#results(projectId);
    const runs = await this.#runs(projectId);
    const chat = await this.#chats(projectId);
    const prompt = sessions.prompt + results.prompt + chat.prompt;
    const completion = sessions.completion + results.completion + chat.completion;
    return {
      tokens: {
        prompt_tokens: prompt,
        candidate_tokens: completion,
        total_tokens: prompt + completion,
        request_count: steps.calls + results.judged + chat.answers,
      },
      agents: {
        total_sessions: sessions.total,
        active_sessions: sessions.active,
        completed_sessions: sessions.completed,
        error_sessions: sessions.failed,
        total_steps: steps.total,
      },
      evals: {
        total_runs: runs.total,
        completed_runs: runs.completed,
        total_passed: results.passed,
        total_failed: results.failed,
        average_score: Math.round(results.average * 100) / 100,
      },
    };
  }

  #sessions(projectId: string) {
    return this.#db
      .selectFrom('sessions')
      .where('project_id', '=', projectId)
      .select([
        sql<number>`count(*)`.as('total'),
        sum("status in ('running', 'waiting')").as('active'),
        sum("status = 'completed'").as('completed'),
        sum("status in ('error', 'interrupted')").as('failed'),
        sum('prompt_tokens').as('prompt'),
        sum('completion_tokens').as('completion'),
      ])
      .executeTakeFirstOrThrow();
  }

  /** A step that a replay took over was not asked for again. */
  #steps(projectId: string) {
    return this.#db
      .selectFrom('steps')
      .innerJoin('sessions', 'sessions.id', 'steps.session_id')
      .where('sessions.project_id', '=', projectId)
      .select([
        sql<number>`count(*)`.as('total'),
        sum('steps.parent_step_id is null and steps.prompt_tokens + steps.completion_tokens > 0').as('calls'),
      ])
      .executeTakeFirstOrThrow();
  }

  #results(projectId: string) {
    return this.#db
      .selectFrom('eval_results')
      .innerJoin('eval_runs', 'eval_runs.id', 'eval_results.run_id')
      .where('eval_runs.project_id', '=', projectId)
      .where('eval_results.status', '=', 'done')
      .select([
        sum('eval_results.pass = 1').as('passed'),
        sum('eval_results.pass = 0').as('failed'),
        sql<number>`coalesce(avg(eval_results.score), 0)`.as('average'),
        sum('eval_results.judge_prompt_tokens').as('prompt'),
        sum('eval_results.judge_completion_tokens').as('completion'),
        sum('eval_results.judge_prompt_tokens + eval_results.judge_completion_tokens > 0').as('judged'),
      ])
      .executeTakeFirstOrThrow();
  }

  #runs(projectId: string) {
    return this.#db
      .selectFrom('eval_runs')
      .where('project_id', '=', projectId)
      .select([sql<number>`count(*)`.as('total'), sum("status = 'completed'").as('completed')])
      .executeTakeFirstOrThrow();
  }

  #chats(projectId: string) {
    return this.#db
      .selectFrom('chat_usage')
      .where('project_id', '=', projectId)
      .select([
        sum('requests').as('answers'),
        sum('prompt_tokens').as('prompt'),
        sum('completion_tokens').as('completion'),
      ])
      .executeTakeFirstOrThrow();
  }
}

/**
 * Adds up a column, or how often a condition holds: SQLite's conditions are 0 and 1.
 * @param expression SQL of this file's own, never of a request.
 */
function sum(expression: string) {
  return sql<number>`coalesce(sum(${sql.raw(expression)}), 0)`;
}
