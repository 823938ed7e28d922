import type { Kysely } from 'kysely';
import type { Skill } from '../../protocol';
import type { SkillRow, Tables } from './tables';
import { newId, readJson, timestamp } from './values';

export type NewSkill = Pick<SkillRow, 'name' | 'type' | 'description' | 'path' | 'prompt'> & {
  parameters: unknown;
  /** What is special to the type, as `GET /skills` shows it beside the path. */
  config: Record<string, unknown>;
};

/** Skills of the agents' drafts, as `GET /skills` lists them. */
export class SkillStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(projectId: string): Promise<Skill[]> {
    const rows = await this.#db
      .selectFrom('skills')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('name')
      .orderBy('id')
      .execute();
    return rows.map(toSkill);
  }

  async get(projectId: string, id: string): Promise<Skill | undefined> {
    const row = await this.#db
      .selectFrom('skills')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toSkill(row);
  }

  /** Makes an agent's skills exactly these; one that keeps its name keeps its id. */
  async replace(projectId: string, agentId: string, skills: readonly NewSkill[]): Promise<void> {
    let gone = this.#db.deleteFrom('skills').where('agent_id', '=', agentId);
    if (skills.length > 0) {
      gone = gone.where(
        'name',
        'not in',
        skills.map((skill) => skill.name),
      );
    }
    await gone.execute();
    const now = timestamp();
    for (const skill of skills) {
      const change = {
        ...skill,
        parameters: JSON.stringify(skill.parameters),
        config: JSON.stringify(skill.config),
        updated_at: now,
      };
      await this.#db
        .insertInto('skills')
        .values({ id: newId(), project_id: projectId, agent_id: agentId, created_at: now, ...change })
        .onConflict((conflict) => conflict.columns(['agent_id', 'name']).doUpdateSet(change))
        .execute();
    }
  }
}

function toSkill({ agent_id, path, parameters, config, ...row }: SkillRow): Skill {
  const special = readJson(config) as Record<string, unknown>;
  return { ...row, config: { agent_id, path, ...special }, parameters: readJson(parameters), enabled: true };
}
