import assert from 'node:assert/strict';
import type { Document, Index } from '../../../src/protocol';
import { apiBase } from '../../../src/protocol';
import { checkedFetch } from '../support/answers';
import type { Server } from '../support/server';

export interface UploadFields {
  name?: string;
  index_id?: string;
  parent_id?: string;
  if_version?: string;
  metadata?: unknown;
  type?: string;
}

export interface Answered<T> {
  status: number;
  body: T;
}

export type Failure = Record<string, unknown> & { code: string; message: string };

/** An index to put documents into, over HTTP. */
export class Library {
  readonly #server: Server;
  id = '';

  constructor(server: Server) {
    this.#server = server;
  }

  async create(name = 'Handbook'): Promise<this> {
    const { status, body } = await this.#server.json<Index>('POST', '/indexes', { name });
    assert.equal(status, 201);
    this.id = body.id;
    return this;
  }

  /** Uploads a file and gives the answer as it is. */
  async upload<T = Document>(
    filename: string,
    content: string | Uint8Array,
    fields: UploadFields = {},
  ): Promise<Answered<T>> {
    const form = new FormData();
    const { type = '', metadata, ...texts } = fields;
    for (const [name, value] of Object.entries(texts)) form.set(name, value);
    if (metadata !== undefined) {
      form.set('metadata', typeof metadata === 'string' ? metadata : JSON.stringify(metadata));
    }
    form.set('file', new File([content as BlobPart], filename, { type }));
    return this.post(form);
  }

  /** Uploads whatever body there is. */
  async post<T>(body: BodyInit, headers: Record<string, string> = {}): Promise<Answered<T>> {
    const { url, apiKey } = this.#server.ready;
    const response = await checkedFetch(`${url}${apiBase}/indexes/${this.id}/documents`, {
      method: 'POST',
      headers: { 'X-API-Key': apiKey, ...headers },
      body,
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  /** Uploads a file and waits until it has been read. */
  async add(filename: string, content: string | Uint8Array, fields: UploadFields = {}): Promise<Document> {
    const { status, body } = await this.upload(filename, content, fields);
    assert.equal(status, 201, JSON.stringify(body));
    await this.settled();
    return this.get(body.id);
  }

  async get(id: string): Promise<Document> {
    return (await this.#server.json<Document>('GET', `/documents/${id}`)).body;
  }

  /** @returns what a list with this query holds. */
  async list(query = ''): Promise<Document[]> {
    const { status, body } = await this.#server.json<{ data: Document[] }>(
      'GET',
      `/indexes/${this.id}/documents?limit=500&${query}`,
    );
    assert.equal(status, 200, JSON.stringify(body));
    return body.data;
  }

  /** Waits until no document waits to be read. */
  async settled(timeoutMs = 25_000): Promise<Document[]> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const documents = await this.list('include_deleted=true');
      const waiting = documents.filter(
        ({ status, deleted_at }) => !deleted_at && ['pending', 'processing'].includes(status),
      );
      if (waiting.length === 0) return documents;
      if (Date.now() > until) throw new Error(`Still waiting: ${JSON.stringify(waiting)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async search<T>(query: string, more: Record<string, unknown> = {}): Promise<T[]> {
    const { status, body } = await this.#server.json<{ results: T[] }>('POST', `/indexes/${this.id}/search`, {
      query,
      ...more,
    });
    assert.equal(status, 200, JSON.stringify(body));
    return body.results;
  }
}
