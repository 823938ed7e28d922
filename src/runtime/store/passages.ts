import { type Kysely, sql } from 'kysely';
import type { IndexRow, PassageVectorsRow, Tables } from './tables';

export interface NewPassage {
  content: string;
  headings: readonly string[];
  page: number | undefined;
}

/** Where a passage stands. */
export interface PassagePlace {
  document_id: string;
  chunk_index: number;
}

/** A passage with what is shown of its document. */
export interface FoundPassage extends PassagePlace {
  content: string;
  headings: string;
  page: number | null;
  index_id: string;
  filename: string;
  name: string;
  metadata: string;
  parent_id: string | null;
  content_sha256: string;
}

/** The word among a passage's that stands for its index; the stemmer changes nothing that ends in q. */
export function scopeWord(index: Pick<IndexRow, 'number'>): string {
  return `ix${index.number}q`;
}

/** Passages of documents and their vectors. Only what a search may find is here. */
export class PassageStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Adds consecutive passages of a document, and their words. */
  async add(
    index: IndexRow,
    documentId: string,
    chunkIndex: number,
    passages: readonly NewPassage[],
  ): Promise<void> {
    const rows = passages.map(({ content, headings, page }, at) => ({
      document_id: documentId,
      chunk_index: chunkIndex + at,
      content,
      headings: headings.join('\n'),
      page: page ?? null,
    }));
    await this.#db.insertInto('passages').values(rows).execute();
    await sql`insert into passage_words (rowid, headings, content, scope)
      select id, headings, content, ${scopeWord(index)} from passages
      where document_id = ${documentId} and chunk_index >= ${chunkIndex}`.execute(this.#db);
  }

  /** Removes a document's passages, their words and vectors. */
  async removeOf(documentId: string): Promise<void> {
    await this.#db.deleteFrom('passage_vectors').where('document_id', '=', documentId).execute();
    await this.#db.deleteFrom('passages').where('document_id', '=', documentId).execute();
  }

  /** @returns other versions of a document that still have passages. */
  async otherVersions(documentId: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('documents as this')
      .innerJoin('documents as other', (join) =>
        join.onRef('other.index_id', '=', 'this.index_id').onRef('other.name', '=', 'this.name'),
      )
      .select('other.id')
      .where('this.id', '=', documentId)
      .where('other.id', '!=', documentId)
      .where(({ exists, selectFrom }) =>
        exists(selectFrom('passages').select('id').whereRef('document_id', '=', 'other.id')),
      )
      .execute();
    return rows.map(({ id }) => id);
  }

  /** @returns a document's passages from `chunkIndex` on, at most `count`. */
  async of(
    documentId: string,
    chunkIndex: number,
    count: number,
  ): Promise<{ content: string; headings: string }[]> {
    return this.#db
      .selectFrom('passages')
      .select(['content', 'headings'])
      .where('document_id', '=', documentId)
      .where('chunk_index', '>=', chunkIndex)
      .orderBy('chunk_index')
      .limit(count)
      .execute();
  }

  /** @returns the passages at these places, in no order. */
  async at(places: readonly PassagePlace[]): Promise<FoundPassage[]> {
    if (places.length === 0) return [];
    return this.#db
      .selectFrom('passages')
      .innerJoin('documents', 'documents.id', 'passages.document_id')
      .select([
        'passages.document_id',
        'passages.chunk_index',
        'passages.content',
        'passages.headings',
        'passages.page',
        'documents.index_id',
        'documents.filename',
        'documents.name',
        'documents.metadata',
        'documents.parent_id',
        'documents.content_sha256',
      ])
      .where(({ or, eb }) =>
        or(
          places.map(({ document_id, chunk_index }) =>
            eb('passages.document_id', '=', document_id).and('passages.chunk_index', '=', chunk_index),
          ),
        ),
      )
      .execute();
  }

  /** Keeps the vectors of consecutive passages, if the document is still there. */
  async addVectors(row: PassageVectorsRow): Promise<void> {
    await this.#db
      .insertInto('passage_vectors')
      .values(row)
      .onConflict((conflict) => conflict.columns(['document_id', 'chunk_index']).doUpdateSet(row))
      .execute();
  }

  /** Removes a document's vectors that are of another model. */
  async removeOtherVectors(documentId: string, model: string): Promise<void> {
    await this.#db
      .deleteFrom('passage_vectors')
      .where('document_id', '=', documentId)
      .where('model', '!=', model)
      .execute();
  }

  /** @returns how many of a document's passages have vectors; they are always the first ones. */
  async vectorCount(documentId: string): Promise<number> {
    const row = await this.#db
      .selectFrom('passage_vectors')
      .select(sql<number | null>`sum(length(vectors) / dimensions)`.as('count'))
      .where('document_id', '=', documentId)
      .executeTakeFirst();
    return row?.count ?? 0;
  }

  /** @returns how many vectors of a model there are, and of how many dimensions. */
  async vectorTotals(model: string): Promise<{ count: number; dimensions: number }> {
    const row = await this.#db
      .selectFrom('passage_vectors')
      .select([
        sql<number | null>`sum(length(vectors) / dimensions)`.as('count'),
        sql<number | null>`max(dimensions)`.as('dimensions'),
      ])
      .where('model', '=', model)
      .executeTakeFirst();
    return { count: row?.count ?? 0, dimensions: row?.dimensions ?? 0 };
  }

  /** All vectors of a model, document by document. */
  allVectors(model: string): AsyncIterable<PassageVectorsRow & { index_id: string }> {
    return this.#db
      .selectFrom('passage_vectors')
      .innerJoin('documents', 'documents.id', 'passage_vectors.document_id')
      .select([
        'passage_vectors.document_id',
        'passage_vectors.chunk_index',
        'passage_vectors.model',
        'passage_vectors.dimensions',
        'passage_vectors.vectors',
        'documents.index_id',
      ])
      .where('passage_vectors.model', '=', model)
      .stream();
  }
}
