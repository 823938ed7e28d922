import type { Kysely } from 'kysely';
import type { EvalSuite, EvalSuiteVersion } from '../../protocol';
import type { Case } from './eval-cases';
import type { Tables } from './tables';
import { newId, readJson, timestamp } from './values';

/** A version of a suite with its cases read. */
export interface SuiteVersion extends EvalSuiteVersion {
  content_hash: string;
  cases: Case[];
}

/** Eval suites, one an agent, and what they held over time. */
export class EvalSuiteStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(projectId: string): Promise<EvalSuite[]> {
    return this.#db
      .selectFrom('eval_suites')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('name')
      .orderBy('id')
      .execute();
  }

  async get(projectId: string, id: string): Promise<EvalSuite | undefined> {
    return this.#db
      .selectFrom('eval_suites')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  async ofAgent(agentId: string): Promise<EvalSuite | undefined> {
    return this.#db.selectFrom('eval_suites').selectAll().where('agent_id', '=', agentId).executeTakeFirst();
  }

  async create(
    projectId: string,
    agentId: string,
    about: { name: string; description: string; threshold: number },
  ): Promise<EvalSuite> {
    const now = timestamp();
    return this.#db
      .insertInto('eval_suites')
      .values({
        id: newId(),
        project_id: projectId,
        agent_id: agentId,
        ...about,
        active_version_id: null,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Says which version of a suite is the one that runs use, and what the suite is called. */
  async update(id: string, change: { name: string; active_version_id: string }): Promise<void> {
    await this.#db
      .updateTable('eval_suites')
      .set({ ...change, updated_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }

  /** @returns a suite's versions, newest first, without their cases. */
  async versions(suiteId: string): Promise<EvalSuiteVersion[]> {
    return this.#db
      .selectFrom('eval_suite_versions')
      .select(['id', 'suite_id', 'semver', 'created_at', 'content_hash'])
      .where('suite_id', '=', suiteId)
      .orderBy('number', 'desc')
      .execute();
  }

  async version(id: string): Promise<SuiteVersion | undefined> {
    const row = await this.#db
      .selectFrom('eval_suite_versions')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && { ...row, cases: readJson(row.cases) as Case[] };
  }

  /** @returns the version of a suite that holds this content, if there is one. */
  async withContent(suiteId: string, contentHash: string): Promise<EvalSuiteVersion | undefined> {
    return this.#db
      .selectFrom('eval_suite_versions')
      .select(['id', 'suite_id', 'semver', 'created_at'])
      .where('suite_id', '=', suiteId)
      .where('content_hash', '=', contentHash)
      .executeTakeFirst();
  }

  async addVersion(
    suiteId: string,
    version: { semver: string; contentHash: string; cases: readonly Case[] },
  ): Promise<EvalSuiteVersion> {
    const last = await this.#db
      .selectFrom('eval_suite_versions')
      .select((query) => query.fn.max('number').as('number'))
      .where('suite_id', '=', suiteId)
      .executeTakeFirst();
    const row = {
      id: newId(),
      suite_id: suiteId,
      number: (last?.number ?? 0) + 1,
      semver: version.semver,
      content_hash: version.contentHash,
      cases: JSON.stringify(version.cases),
      created_at: timestamp(),
    };
    await this.#db.insertInto('eval_suite_versions').values(row).execute();
    return row;
  }
}
