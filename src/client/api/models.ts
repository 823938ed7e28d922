import { ModelList } from '../../protocol';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import { unlessUnserved } from '../unserved';

/** What models a server offers (`/models`). */
export class ModelsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Their ids, `provider/name`; undefined from a server that does not list them. */
  async ids(o?: CallOptions): Promise<string[] | undefined> {
    const list = await unlessUnserved(this.#http.json(ModelList, { method: 'GET', path: '/models' }, o));
    return list?.data.map(({ id }) => id);
  }
}
