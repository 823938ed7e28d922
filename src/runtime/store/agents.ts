import type { Kysely } from 'kysely';
import type { AgentRow, Tables } from './tables';
import { newId, timestamp } from './values';

/** Where an agent stands in the source it came from. */
export interface AgentPlace {
  projectId: string;
  sourceProject: string;
  environment: string;
  localId: string;
}

/** Agents. What they are made of is in their draft and versions; this is who they are. */
export class AgentStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(projectId: string): Promise<AgentRow[]> {
    return this.#db
      .selectFrom('agents')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('source_project')
      .orderBy('environment')
      .orderBy('local_id')
      .execute();
  }

  /** @returns the agents of one source project in one environment, in order of their local ids. */
  async ofSource(projectId: string, sourceProject: string, environment: string): Promise<AgentRow[]> {
    return (await this.list(projectId)).filter(
      (agent) => agent.source_project === sourceProject && agent.environment === environment,
    );
  }

  async get(projectId: string, id: string): Promise<AgentRow | undefined> {
    return this.#db
      .selectFrom('agents')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  async find({ projectId, sourceProject, environment, localId }: AgentPlace): Promise<AgentRow | undefined> {
    return this.#db
      .selectFrom('agents')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('source_project', '=', sourceProject)
      .where('environment', '=', environment)
      .where('local_id', '=', localId)
      .executeTakeFirst();
  }

  /** Creates the agent, or gives the known one its new name and description. */
  async put(place: AgentPlace, about: { name: string; description: string }): Promise<AgentRow> {
    const now = timestamp();
    await this.#db
      .insertInto('agents')
      .values({
        id: newId(),
        project_id: place.projectId,
        source_project: place.sourceProject,
        environment: place.environment,
        local_id: place.localId,
        ...about,
        active_version_id: null,
        eval_suite_id: null,
        published_at: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['project_id', 'source_project', 'environment', 'local_id'])
          .doUpdateSet({ ...about, updated_at: now }),
      )
      .execute();
    const row = await this.find(place);
    if (!row) throw new Error(`The agent "${place.localId}" was written but cannot be read back.`);
    return row;
  }

  async update(
    id: string,
    change: Partial<Pick<AgentRow, 'local_id' | 'active_version_id' | 'published_at' | 'eval_suite_id'>>,
  ): Promise<void> {
    await this.#db
      .updateTable('agents')
      .set({ ...change, updated_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }

  /** Removes the agent with its draft, versions and skills. Its sessions stay readable. */
  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('drafts').where('agent_id', '=', id).execute();
    await this.#db.deleteFrom('versions').where('agent_id', '=', id).execute();
    // Its suite goes with it, which other agents may have pinned.
    await this.#db
      .updateTable('agents')
      .set({ eval_suite_id: null })
      .where('eval_suite_id', 'in', (query) =>
        query.selectFrom('eval_suites').select('id').where('agent_id', '=', id),
      )
      .execute();
    await this.#db.deleteFrom('agents').where('id', '=', id).execute();
  }
}
