import type { Kysely } from 'kysely';
import type { Tables, VersionRow } from './tables';
import { newId, timestamp } from './values';

/** Deployed versions of agents, and the deployments that made them. */
export class VersionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns an agent's versions, newest first. */
  async list(agentId: string): Promise<VersionRow[]> {
    return this.#db
      .selectFrom('versions')
      .selectAll()
      .where('agent_id', '=', agentId)
      .orderBy('number', 'desc')
      .execute();
  }

  async get(id: string): Promise<VersionRow | undefined> {
    return this.#db.selectFrom('versions').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** @returns the agent's newest version. */
  async newest(agentId: string): Promise<VersionRow | undefined> {
    return (await this.list(agentId))[0];
  }

  async add(
    agentId: string,
    treeId: string,
    semver: string,
    more: Pick<VersionRow, 'eval_suite_id' | 'eval_suite_version' | 'created_by'>,
  ): Promise<VersionRow> {
    const before = await this.newest(agentId);
    return this.#db
      .insertInto('versions')
      .values({
        id: newId(),
        agent_id: agentId,
        tree_id: treeId,
        number: (before?.number ?? 0) + 1,
        semver,
        ...more,
        created_at: timestamp(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Counts a deployment of a source project, in whichever environment. @returns its number, from 1. */
  async addDeployment(projectId: string, sourceProject: string, environment: string): Promise<number> {
    const last = await this.lastDeployment(projectId, sourceProject);
    const number = last + 1;
    await this.#db
      .insertInto('deployments')
      .values({
        id: newId(),
        project_id: projectId,
        source_project: sourceProject,
        number,
        environment,
        deployed_at: timestamp(),
      })
      .execute();
    return number;
  }

  /**
   * @param environment undefined for any.
   * @returns the number of the last deployment of a source project, 0 before the first.
   */
  async lastDeployment(projectId: string, sourceProject: string, environment?: string): Promise<number> {
    const row = await this.#db
      .selectFrom('deployments')
      .select((query) => query.fn.max('number').as('number'))
      .where('project_id', '=', projectId)
      .where('source_project', '=', sourceProject)
      .$if(environment !== undefined, (query) => query.where('environment', '=', environment ?? ''))
      .executeTakeFirst();
    return row?.number ?? 0;
  }
}
