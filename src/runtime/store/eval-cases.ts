import type { Kysely } from 'kysely';
import type { EvalExpectation } from '../../project';
import type { EvalCase } from '../../protocol';
import type { EvalCaseRow, Tables } from './tables';
import { newId, type Page, readJson, timestamp } from './values';

/** A case as it is run. */
export interface Case {
  id: string;
  name: string;
  description: string;
  path: string;
  prompt: string;
  criteria: string;
  expectations: EvalExpectation[];
  /** What the agent is answered when it asks, in order. */
  answers: (boolean | string)[];
  /** 0 to 10. */
  pass_threshold: number;
}

export type NewCase = Omit<Case, 'id'>;

/** Eval cases of the agents' drafts. */
export class EvalCaseStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns a page of the cases of all agents, each agent's in its own order. */
  async list(projectId: string, page: Page): Promise<EvalCase[]> {
    const rows = await this.#db
      .selectFrom('eval_cases')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('agent_id')
      .orderBy('position')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return rows.map(toWireCase);
  }

  async get(projectId: string, id: string): Promise<EvalCase | undefined> {
    const row = await this.#db
      .selectFrom('eval_cases')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toWireCase(row);
  }

  /** Makes an agent's cases exactly these; one that keeps its file keeps its id. @returns them with their ids. */
  async replace(projectId: string, agentId: string, cases: readonly NewCase[]): Promise<Case[]> {
    const before = await this.#db
      .selectFrom('eval_cases')
      .select(['id', 'path'])
      .where('agent_id', '=', agentId)
      .execute();
    const ids = new Map(before.map(({ id, path }) => [path, id]));
    const kept = new Set(cases.map(({ path }) => path));
    for (const { id, path } of before) {
      if (!kept.has(path)) await this.#db.deleteFrom('eval_cases').where('id', '=', id).execute();
    }
    const now = timestamp();
    const written: Case[] = [];
    for (const [position, each] of cases.entries()) {
      const id = ids.get(each.path) ?? newId();
      const change = {
        ...each,
        position,
        expectations: JSON.stringify(each.expectations),
        answers: JSON.stringify(each.answers),
      };
      await this.#db
        .insertInto('eval_cases')
        .values({ id, project_id: projectId, agent_id: agentId, created_at: now, ...change })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
        .execute();
      written.push({ id, ...each });
    }
    return written;
  }
}

/** @returns the name of the set that an agent's cases belong to. */
export function setName(agentId: string): string {
  return `__cf__/${agentId}`;
}

function toWireCase(row: EvalCaseRow): EvalCase {
  return {
    id: row.id,
    project_id: row.project_id,
    name: row.name,
    description: row.description,
    set_name: setName(row.agent_id),
    type: 'agent',
    config: {
      agent_id: row.agent_id,
      path: row.path,
      expectations: readJson(row.expectations),
      answers: readJson(row.answers),
    },
    prompt: row.prompt,
    criteria: row.criteria,
    system_prompt: '',
    tools: null,
    pass_threshold: row.pass_threshold,
    created_at: row.created_at,
  };
}
