import type { Kysely } from 'kysely';
import type { EvalRun, PendingEval } from '../../protocol';
import { type ShownResult, toWirePending, toWireResult, toWireRun, unjudged } from './eval-rows';
import type { EvalResultRow, EvalRunRow, Tables } from './tables';
import { newId, type Page, timestamp } from './values';

export type EvalRunStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

export type NewEvalRun = Omit<
  EvalRunRow,
  'id' | 'status' | 'error' | 'created_at' | 'started_at' | 'finished_at' | 'total_cases'
>;

export type NewEvalResult = Pick<
  EvalResultRow,
  'case_id' | 'case_name' | 'set_name' | 'repetition' | 'pass_threshold'
>;

/** A result that there is not yet. */
export type PendingResult = Pick<EvalResultRow, 'id' | 'run_id' | 'case_id' | 'repetition'>;

/** What a case came to. */
export interface Judged {
  /** 0 to 10; null when it could not be judged, which `error` then explains. */
  score: number | null;
  pass: boolean;
  reasoning: string;
  response: string;
  toolCalls: unknown[];
  error: string | null;
  durationMs: number;
  promptTokens: number;
  completionTokens: number;
  judgePromptTokens: number;
  judgeCompletionTokens: number;
  /** Undefined where a price is unknown. */
  cost: number | undefined;
}

/** What a page of runs is limited to; what is left out does not limit. */
export interface EvalRunFilter {
  agentId?: string;
}

/** Runs of suites and their results. */
export class EvalRunStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Creates a run with a place for each of its results. @returns the run's id. */
  async create(run: NewEvalRun, results: readonly NewEvalResult[]): Promise<string> {
    const id = newId();
    await this.#db
      .insertInto('eval_runs')
      .values({
        ...run,
        id,
        total_cases: results.length,
        status: 'pending',
        error: null,
        created_at: timestamp(),
        started_at: null,
        finished_at: null,
      })
      .execute();
    for (const [position, result] of results.entries()) {
      const row = { ...result, id: newId(), run_id: id, position, status: 'pending' };
      await this.#db
        .insertInto('eval_results')
        .values({ ...row, ...unjudged })
        .execute();
    }
    return id;
  }

  /** @returns a page of runs, newest first. */
  async list(projectId: string, page: Page, filter: EvalRunFilter = {}): Promise<EvalRun[]> {
    const { agentId } = filter;
    const rows = await this.#db
      .selectFrom('eval_runs')
      .selectAll()
      .where('project_id', '=', projectId)
      .$if(agentId !== undefined, (query) => query.where('agent_id', '=', agentId ?? ''))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return this.#counted(rows);
  }

  async get(projectId: string, id: string): Promise<EvalRun | undefined> {
    const row = await this.#db
      .selectFrom('eval_runs')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && (await this.#counted([row]))[0];
  }

  /** @returns the newest run of a whole suite over this source with one of these statuses. */
  async newestOver(
    agentId: string,
    over: { sourceHash: string; suiteId: string; suiteVersion: string; judgeModel: string; model: string },
    statuses: readonly EvalRunStatus[],
  ): Promise<EvalRun | undefined> {
    const row = await this.#db
      .selectFrom('eval_runs')
      .selectAll()
      .where('agent_id', '=', agentId)
      .where('source_hash', '=', over.sourceHash)
      .where('suite_id', '=', over.suiteId)
      .where('suite_version', '=', over.suiteVersion)
      .where('judge_model', '=', over.judgeModel)
      .where('model', '=', over.model)
      .where('complete_suite', '=', 1)
      .where('status', 'in', [...statuses])
      .orderBy('created_at', 'desc')
      .executeTakeFirst();
    return row && (await this.#counted([row]))[0];
  }

  /** @returns the results that a run has, and what it has still to do, each in order. */
  async results(runId: string): Promise<{ results: ShownResult[]; pending: PendingEval[] }> {
    const rows = await this.#db
      .selectFrom('eval_results')
      .selectAll()
      .where('run_id', '=', runId)
      .orderBy('position')
      .execute();
    return {
      results: rows.filter(({ status }) => status === 'done').map(toWireResult),
      pending: rows.filter(({ status }) => status !== 'done').map(toWirePending),
    };
  }

  /** @returns what a run has still to do, in order. */
  async pending(runId: string): Promise<PendingResult[]> {
    return this.#db
      .selectFrom('eval_results')
      .select(['id', 'run_id', 'case_id', 'repetition'])
      .where('run_id', '=', runId)
      .where('status', '!=', 'done')
      .orderBy('position')
      .execute();
  }

  /** @returns the id of a case of a run that has this id or this name. */
  async caseId(runId: string, asked: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('eval_results')
      .select('case_id')
      .where('run_id', '=', runId)
      .where((is) => is.or([is('case_id', '=', asked), is('case_name', '=', asked)]))
      .orderBy('position')
      .executeTakeFirst();
    return row?.case_id;
  }

  async start(id: string): Promise<void> {
    await this.#db
      .updateTable('eval_runs')
      .set({ status: 'running', started_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }

  /** Notes that a case runs, and in which session. */
  async startResult(id: string, sessionId: string): Promise<void> {
    await this.#db
      .updateTable('eval_results')
      .set({ status: 'running', session_id: sessionId })
      .where('id', '=', id)
      .execute();
  }

  async finishResult(id: string, judged: Judged): Promise<void> {
    await this.#db
      .updateTable('eval_results')
      .set({
        status: 'done',
        score: judged.score,
        pass: judged.pass ? 1 : 0,
        reasoning: judged.reasoning,
        response: judged.response,
        tool_calls: JSON.stringify(judged.toolCalls),
        error: judged.error,
        duration_ms: Math.round(judged.durationMs),
        prompt_tokens: judged.promptTokens,
        completion_tokens: judged.completionTokens,
        judge_prompt_tokens: judged.judgePromptTokens,
        judge_completion_tokens: judged.judgeCompletionTokens,
        cost: judged.cost ?? null,
      })
      .where('id', '=', id)
      .execute();
  }

  /** Ends a run; cases without a result end with `error` as theirs. */
  async finish(id: string, status: EvalRunStatus, error: string | null): Promise<void> {
    await this.#db
      .updateTable('eval_results')
      .set({ status: 'done', error: error ?? 'The case was not run.' })
      .where('run_id', '=', id)
      .where('status', '!=', 'done')
      .execute();
    await this.#db
      .updateTable('eval_runs')
      .set({ status, error, finished_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }

  /**
   * Deletes runs that ended before a moment, with their results, except an agent's newest: its history is compared
   * with them. Their sessions are then old like others.
   * @param keep how many of each agent are kept.
   * @returns how many were deleted.
   */
  async deleteOld(before: string, keep: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('eval_runs')
      .where('finished_at', '<', before)
      .where('id', 'not in', (query) =>
        query
          .selectFrom((inner) =>
            inner
              .selectFrom('eval_runs as run')
              .select(({ fn }) => [
                'run.id',
                fn
                  .agg<number>('row_number')
                  .over((over) => over.partitionBy('run.agent_id').orderBy('run.created_at', 'desc'))
                  .as('place'),
              ])
              .as('placed'),
          )
          .select('placed.id')
          .where('placed.place', '<=', keep),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  /** Ends the runs that a dead process left behind. @returns how many there were. */
  async failInterrupted(reason: string): Promise<number> {
    const rows = await this.#db
      .selectFrom('eval_runs')
      .select('id')
      .where('status', 'in', ['pending', 'running'])
      .execute();
    for (const { id } of rows) await this.finish(id, 'failed', reason);
    return rows.length;
  }

  /** Counts are taken where the results stand: a stored one could be wrong after a crash. */
  async #counted(runs: readonly EvalRunRow[]): Promise<EvalRun[]> {
    if (runs.length === 0) return [];
    const sums = await this.#db
      .selectFrom('eval_results')
      .where('status', '=', 'done')
      .where(
        'run_id',
        'in',
        runs.map(({ id }) => id),
      )
      .groupBy('run_id')
      .select(({ fn, eb }) => [
        'run_id',
        fn.sum<number>('pass').as('passed'),
        fn.countAll<number>().as('done'),
        fn.avg<number | null>('score').as('average'),
        fn.sum<number | null>('cost').as('cost'),
        fn.sum<number>(eb('prompt_tokens', '+', eb.ref('judge_prompt_tokens'))).as('prompt_tokens'),
        fn
          .sum<number>(eb('completion_tokens', '+', eb.ref('judge_completion_tokens')))
          .as('completion_tokens'),
      ])
      .execute();
    const of = new Map(sums.map((each) => [each.run_id, each]));
    return runs.map((run) => toWireRun(run, of.get(run.id)));
  }
}
