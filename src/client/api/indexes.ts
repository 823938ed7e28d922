import { Index } from '../../protocol';
import { listOf } from '../decode';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import { unlessUnserved } from '../unserved';

const IndexList = listOf('indexes', Index);

/** What documents are searched in (`/indexes`). */
export class IndexesApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Undefined when the server has no indexes at all. */
  list(o?: CallOptions): Promise<Index[] | undefined> {
    return unlessUnserved(this.#http.json(IndexList, { method: 'GET', path: '/indexes' }, o));
  }
}
