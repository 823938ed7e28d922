import { PromptTemplate } from '../../protocol';
import { listOf } from '../decode';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import { unlessUnserved } from '../unserved';

const TemplateList = listOf('templates', PromptTemplate);

/** Prompts that a project keeps for its people (`/prompt-templates`). */
export class TemplatesApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Undefined when the server keeps none. */
  list(o?: CallOptions): Promise<PromptTemplate[] | undefined> {
    return unlessUnserved(this.#http.json(TemplateList, { method: 'GET', path: '/prompt-templates' }, o));
  }
}
