import { type DocumentRow, type IndexRow, type Store, toWireIndex } from '../store';
import { decodeText } from './extract/text';
import type { Files } from './files';
import type { Search } from './search';
import { shorten } from './shorten';

/** A passage that answers a query. */
export interface Passage {
  content: string;
  snippet: string;
  score: number;
  document_id: string;
  filename: string;
}

export interface KnowledgeQuery {
  query: string;
  limit: number;
  minScore: number;
  /** Name of the one index to look into; undefined for all that may be read. */
  index?: string;
  /** One row a document, with its best passage. */
  byDocument: boolean;
}

export interface KnowledgeDocument {
  id: string;
  filename: string;
  content: string;
  metadata: Record<string, unknown>;
}

/** The documents that a session may read. `indexIds` null means every index of the project. */
export interface Knowledge {
  search(indexIds: readonly string[] | null, query: KnowledgeQuery, signal: AbortSignal): Promise<Passage[]>;
  indexes(indexIds: readonly string[] | null): Promise<{ id: string; name: string; description: string }[]>;
  /** @returns undefined for a document that is not there, or in no index that may be read. */
  document(indexIds: readonly string[] | null, id: string): Promise<KnowledgeDocument | undefined>;
}

/** The most rows of one search. */
const mostRows = 100;
const snippetLength = 240;
/** The most text of a document that a script gets: it is also kept in the trace. */
const longestContent = 500_000;

export interface ScriptKnowledgeServices {
  store: Store;
  files: Files;
  search: Search;
  projectId: string;
}

/** What scripts in the sandbox see of the documents. */
export class ScriptKnowledge implements Knowledge {
  readonly #services: ScriptKnowledgeServices;

  constructor(services: ScriptKnowledgeServices) {
    this.#services = services;
  }

  /** @throws Error with a sentence for the script when it names an index that it may not read. */
  async search(
    indexIds: readonly string[] | null,
    query: KnowledgeQuery,
    signal: AbortSignal,
  ): Promise<Passage[]> {
    const readable = await this.#readable(indexIds);
    const indexes = query.index === undefined ? readable : named(readable, query.index);
    const results = await this.#services.search.find({
      text: query.query,
      indexes,
      count: Math.min(query.limit, mostRows),
      minScore: query.minScore,
      byDocument: query.byDocument,
      signal,
    });
    return results.map(({ content, score, document_id, filename }) => ({
      content,
      snippet: shorten(content, snippetLength),
      score,
      document_id,
      filename,
    }));
  }

  async indexes(indexIds: readonly string[] | null) {
    const rows = await this.#readable(indexIds);
    return rows.map(toWireIndex).map(({ id, name, description }) => ({ id, name, description }));
  }

  async document(indexIds: readonly string[] | null, id: string): Promise<KnowledgeDocument | undefined> {
    const { store, projectId } = this.#services;
    const row = await store.documents.get(projectId, id);
    const readable = await this.#readable(indexIds);
    if (!row || row.deleted_at || !readable.some((index) => index.id === row.index_id)) return undefined;
    return {
      id: row.id,
      filename: row.filename,
      content: shorten(await this.#text(row), longestContent),
      metadata: JSON.parse(row.metadata),
    };
  }

  async #readable(indexIds: readonly string[] | null): Promise<IndexRow[]> {
    const all = await this.#services.store.indexes.list(this.#services.projectId);
    return indexIds ? all.filter(({ id }) => indexIds.includes(id)) : all;
  }

  /** The text of a Markdown document, or what was extracted from another one; "" where there is none. */
  async #text(row: DocumentRow): Promise<string> {
    const { store, files } = this.#services;
    const extracted = (await store.documents.derived(row.id)).find(({ deleted_at }) => !deleted_at);
    const markdown = extracted ?? (row.content_type.startsWith('text/') ? row : undefined);
    return markdown ? decodeText(await files.get(markdown.content_sha256)) : '';
  }
}

function named(readable: readonly IndexRow[], name: string): IndexRow[] {
  const found = readable.filter((index) => index.name === name || index.id === name);
  if (found.length > 0) return found;
  const names = readable.map((index) => JSON.stringify(index.name)).join(', ') || 'none';
  throw new Error(`There is no index ${JSON.stringify(name)} that may be read here; there is: ${names}.`);
}
