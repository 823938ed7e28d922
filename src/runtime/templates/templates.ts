import type { CreatePromptTemplate, PromptTemplate, UpdatePromptTemplate } from '../../protocol';
import type { Audit } from '../audit';
import { badRequest, conflict, notFound } from '../http/problem';
import type { Nouns, Store } from '../store';
import { variablesOf } from './variables';

export interface TemplateServices {
  store: Store;
  audit: Audit;
  projectId: string;
}

const longestName = 255;

/** Prompt templates: texts with places to fill in, by name. */
export class Templates {
  readonly #services: TemplateServices;

  constructor(services: TemplateServices) {
    this.#services = services;
  }

  /** @throws Problem 400 for an empty name or content, 409 for a name that is taken. */
  async create({ name, content, variables }: CreatePromptTemplate): Promise<PromptTemplate> {
    check(name, content);
    const { store, projectId } = this.#services;
    return store.transaction(async (nouns) => {
      await this.#checkFree(name, undefined, nouns);
      const fields = { name, content, variables: variables ?? variablesOf(content) };
      const template = await nouns.templates.create(projectId, fields);
      await this.#record('prompt_template.create', template, nouns);
      return template;
    });
  }

  /** @throws Problem 404. */
  async get(id: string): Promise<PromptTemplate> {
    const template = await this.#services.store.templates.get(this.#services.projectId, id);
    if (!template) throw notFound(`The prompt template "${id}"`);
    return template;
  }

  /**
   * Changes what is given. Variables that were read from the content follow it; those that were given stay.
   * @throws Problem 404, 400, or 409 for a name that is taken.
   */
  async update(id: string, change: UpdatePromptTemplate): Promise<PromptTemplate> {
    const { name, content, variables } = change;
    check(name, content);
    const before = await this.get(id);
    const wereRead = JSON.stringify(before.variables) === JSON.stringify(variablesOf(before.content));
    const follow = content !== undefined && wereRead ? variablesOf(content) : undefined;
    await this.#services.store.transaction(async (nouns) => {
      if (name !== undefined) await this.#checkFree(name, id, nouns);
      await nouns.templates.update(id, { name, content, variables: variables ?? follow });
      await this.#record('prompt_template.update', { ...before, name: name ?? before.name }, nouns);
    });
    return this.get(id);
  }

  /** @throws Problem 404. */
  async delete(id: string): Promise<void> {
    const template = await this.get(id);
    await this.#services.store.transaction(async (nouns) => {
      await nouns.templates.delete(id);
      await this.#record('prompt_template.delete', template, nouns);
    });
  }

  /** @param ownId the template that may have the name already. */
  async #checkFree(name: string, ownId: string | undefined, { templates }: Nouns): Promise<void> {
    const taken = await templates.named(this.#services.projectId, name);
    if (taken && taken.id !== ownId) {
      throw conflict(
        `There is a prompt template "${name}" already; choose another name, or change that one.`,
        {
          field: 'name',
        },
      );
    }
  }

  async #record(action: string, { id, name }: PromptTemplate, within: Pick<Nouns, 'audit'>): Promise<void> {
    const entry = { action, subjectType: 'prompt_template', subjectId: id, metadata: { name } };
    await this.#services.audit.record(entry, within);
  }
}

function check(name: string | undefined, content: string | undefined): void {
  if (name !== undefined && (!name.trim() || name.length > longestName || /\p{Cc}/u.test(name))) {
    const message = `The field "name" must be a line of 1 to ${longestName} characters.`;
    throw badRequest(message, { field: 'name' });
  }
  if (content !== undefined && !content.trim()) {
    throw badRequest('The field "content" is empty.', { field: 'content' });
  }
}
