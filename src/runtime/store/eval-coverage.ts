import type { Kysely } from 'kysely';
import type { Tables } from './tables';

/** A skill and what can be counted in it. */
export interface CoverageFile<M> {
  path: string;
  hash: string;
  map: M;
}

/** How often the parts of a skill ran for a case, by the number of their counter. */
export interface CoverageCounts {
  case_id: string;
  path: string;
  counts: number[];
}

/** What runs of evals exercised in the skills. Gone with their run. */
export class EvalCoverageStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Notes a skill that a run can exercise. */
  async addFile(runId: string, { path, hash, map }: CoverageFile<unknown>): Promise<void> {
    await this.#db
      .insertInto('eval_coverage_files')
      .values({ run_id: runId, path, hash, map: JSON.stringify(map) })
      .execute();
  }

  /** @returns the skills that a run could exercise, in order of their paths. */
  async files<M>(runId: string): Promise<CoverageFile<M>[]> {
    const rows = await this.#db
      .selectFrom('eval_coverage_files')
      .select(['path', 'hash', 'map'])
      .where('run_id', '=', runId)
      .orderBy('path')
      .execute();
    return rows.map((row) => ({ ...row, map: JSON.parse(row.map) as M }));
  }

  /** Adds what a case has exercised to what its other repetitions have. Call it in a transaction. */
  async add(runId: string, { case_id, path, counts }: CoverageCounts): Promise<void> {
    const kept = await this.#db
      .selectFrom('eval_coverage_counts')
      .select('counts')
      .where('run_id', '=', runId)
      .where('case_id', '=', case_id)
      .where('path', '=', path)
      .executeTakeFirst();
    const before = kept ? (JSON.parse(kept.counts) as number[]) : [];
    const sum = JSON.stringify(counts.map((count, index) => count + (before[index] ?? 0)));
    await this.#db
      .insertInto('eval_coverage_counts')
      .values({ run_id: runId, case_id, path, counts: sum })
      .onConflict((conflict) => conflict.columns(['run_id', 'case_id', 'path']).doUpdateSet({ counts: sum }))
      .execute();
  }

  /** @returns what the cases of a run have exercised; only this one's with `caseId`. */
  async counts(runId: string, caseId?: string): Promise<CoverageCounts[]> {
    const rows = await this.#db
      .selectFrom('eval_coverage_counts')
      .select(['case_id', 'path', 'counts'])
      .where('run_id', '=', runId)
      .$if(caseId !== undefined, (query) => query.where('case_id', '=', caseId ?? ''))
      .orderBy('case_id')
      .execute();
    return rows.map((row) => ({ ...row, counts: JSON.parse(row.counts) as number[] }));
  }
}
