import type { Kysely } from 'kysely';
import type { PromptTemplate } from '../../protocol';
import type { PromptTemplateRow, Tables } from './tables';
import { newId, readJson, timestamp } from './values';

export interface TemplateFields {
  name: string;
  content: string;
  variables: unknown;
}

/** Prompt templates; a name is taken once a project. */
export class TemplateStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create(projectId: string, { variables, ...fields }: TemplateFields): Promise<PromptTemplate> {
    const now = timestamp();
    const row = {
      id: newId(),
      project_id: projectId,
      ...fields,
      variables: JSON.stringify(variables),
      created_at: now,
      updated_at: now,
    };
    await this.#db.insertInto('prompt_templates').values(row).execute();
    return toTemplate(row);
  }

  /** @returns all templates of a project in the order of their names. */
  async list(projectId: string): Promise<PromptTemplate[]> {
    const rows = await this.#select(projectId).orderBy('name').execute();
    return rows.map(toTemplate);
  }

  async get(projectId: string, id: string): Promise<PromptTemplate | undefined> {
    const row = await this.#select(projectId).where('id', '=', id).executeTakeFirst();
    return row && toTemplate(row);
  }

  async named(projectId: string, name: string): Promise<PromptTemplate | undefined> {
    const row = await this.#select(projectId).where('name', '=', name).executeTakeFirst();
    return row && toTemplate(row);
  }

  /** Changes the fields that are given. */
  async update(id: string, { variables, ...fields }: Partial<TemplateFields>): Promise<void> {
    await this.#db
      .updateTable('prompt_templates')
      .set({
        ...fields,
        ...(variables === undefined ? {} : { variables: JSON.stringify(variables) }),
        updated_at: timestamp(),
      })
      .where('id', '=', id)
      .execute();
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('prompt_templates').where('id', '=', id).execute();
  }

  #select(projectId: string) {
    return this.#db.selectFrom('prompt_templates').selectAll().where('project_id', '=', projectId);
  }
}

function toTemplate(row: PromptTemplateRow): PromptTemplate {
  return { ...row, variables: readJson(row.variables) };
}
