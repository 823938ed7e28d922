import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type * as z from 'zod/mini';
import type { Document, DocumentStatus } from '../../protocol';
import type { DocumentRow, Tables } from './tables';
import { newId, type Page, readJson, timestamp } from './values';

export interface NewDocument {
  projectId: string;
  indexId: string;
  filename: string;
  contentType: string;
  size: number;
  status: DocumentStatus;
  name: string;
  metadata: Record<string, unknown>;
  parentId: string | null;
  /** The key that it was uploaded with. */
  keyId: string | null;
  sha256: string;
}

/** What a list is narrowed to; each that is given must hold. */
export interface DocumentFilter {
  indexId?: string;
  /** Part of the filename, in either case. */
  filename?: string;
  metadata?: Record<string, string>;
  parentId?: string;
  sha256?: string;
  /** Left out of the list. */
  exceptId?: string;
  includeDeleted?: boolean;
}

/** What reading a document changes about it. */
export type DocumentChange = Partial<
  Pick<DocumentRow, 'status' | 'error_message' | 'page_count' | 'chunk_count' | 'attempts'>
>;

/** Documents, each row one version of (index, name). */
export class DocumentStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns the highest version of a name, deleted ones too; 0 when there is none. */
  async highestVersion(indexId: string, name: string): Promise<number> {
    const row = await this.#named(indexId, name)
      .select(({ fn }) => fn.max('version').as('version'))
      .executeTakeFirst();
    return row?.version ?? 0;
  }

  /** Adds the next version of a document, which becomes the latest. Call it in a transaction. */
  async add(document: NewDocument): Promise<DocumentRow> {
    const { indexId, name } = document;
    const version = (await this.highestVersion(indexId, name)) + 1;
    await this.#db
      .updateTable('documents')
      .set({ is_latest: 0 })
      .where('index_id', '=', indexId)
      .where('name', '=', name)
      .where('is_latest', '=', 1)
      .execute();
    const now = timestamp();
    const row: DocumentRow = {
      id: `doc_${newId()}`,
      project_id: document.projectId,
      index_id: indexId,
      filename: document.filename,
      content_type: document.contentType,
      file_size: document.size,
      status: document.status,
      error_message: null,
      page_count: null,
      chunk_count: 0,
      name,
      version,
      is_latest: 1,
      metadata: JSON.stringify(document.metadata),
      parent_id: document.parentId,
      created_by_api_key_id: document.keyId,
      content_sha256: document.sha256,
      attempts: 0,
      deleted_at: null,
      created_at: now,
      updated_at: now,
    };
    await this.#db.insertInto('documents').values(row).execute();
    return row;
  }

  /** @returns a document of the project, deleted ones too. */
  async get(projectId: string, id: string): Promise<DocumentRow | undefined> {
    return this.#db
      .selectFrom('documents')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** @returns a page of the documents that fit, newest first, and how many fit. */
  async list(
    projectId: string,
    filter: DocumentFilter,
    { limit, offset }: Page,
  ): Promise<{ rows: DocumentRow[]; total: number }> {
    const query = this.#db
      .selectFrom('documents')
      .where('project_id', '=', projectId)
      .where((builder) => builder.and(conditions(builder, filter)));
    const { total } = await query
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { rows, total };
  }

  /** @returns every version of a name, the newest first, deleted ones too. */
  async versions(indexId: string, name: string): Promise<DocumentRow[]> {
    return this.#named(indexId, name).selectAll().orderBy('version', 'desc').execute();
  }

  /** @returns a version of a name; without `version` the newest that is not deleted. */
  async byName(indexId: string, name: string, version?: number): Promise<DocumentRow | undefined> {
    const living = this.#named(indexId, name).selectAll().where('deleted_at', 'is', null);
    return version === undefined
      ? living.orderBy('version', 'desc').limit(1).executeTakeFirst()
      : living.where('version', '=', version).executeTakeFirst();
  }

  /** @returns what was made from a document by reading it. */
  async derived(id: string): Promise<DocumentRow[]> {
    return this.#db
      .selectFrom('documents')
      .selectAll()
      .where('parent_id', '=', id)
      .where((builder) =>
        builder.and(conditions(builder, { metadata: { derived_from: 'extraction' }, includeDeleted: true })),
      )
      .execute();
  }

  async change(id: string, change: DocumentChange): Promise<void> {
    await this.#db
      .updateTable('documents')
      .set({ ...change, updated_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }

  async markDeleted(id: string): Promise<void> {
    const now = timestamp();
    await this.#db
      .updateTable('documents')
      .set({ deleted_at: now, updated_at: now, is_latest: 0, chunk_count: 0 })
      .where('id', '=', id)
      .execute();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('documents').where('id', '=', id).execute();
  }

  /** Makes the newest living version of a name its latest. @returns it, when that is a change. */
  async promote(indexId: string, name: string): Promise<DocumentRow | undefined> {
    const newest = await this.byName(indexId, name);
    if (!newest || newest.is_latest) return undefined;
    await this.#db.updateTable('documents').set({ is_latest: 1 }).where('id', '=', newest.id).execute();
    return newest;
  }

  /** True when bytes with this hash belong to a document. */
  async usesBytes(sha256: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('documents')
      .select('id')
      .where('content_sha256', '=', sha256)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** @returns the document to read next: the oldest of those whose reading was interrupted least often. */
  async nextToRead(): Promise<DocumentRow | undefined> {
    return this.#db
      .selectFrom('documents')
      .selectAll()
      .where('status', 'in', ['pending', 'processing'])
      .where('deleted_at', 'is', null)
      .orderBy('attempts')
      .orderBy('created_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
  }

  /** Has the passages of documents embedded that the model has no vectors of. @returns how many documents. */
  async requeueWithoutVectors(model: string): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable('documents')
      .set({ status: 'pending', error_message: null, attempts: 0 })
      .where('status', 'in', ['ready', 'error'])
      .where('chunk_count', '>', 0)
      .where('deleted_at', 'is', null)
      .where(
        sql<SqlBool>`chunk_count > (
          select coalesce(sum(length(v.vectors) / v.dimensions), 0) from passage_vectors v
          where v.document_id = documents.id and v.model = ${model}
        )`,
      )
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  #named(indexId: string, name: string) {
    return this.#db.selectFrom('documents').where('index_id', '=', indexId).where('name', '=', name);
  }
}

function conditions(builder: ExpressionBuilder<Tables, 'documents'>, filter: DocumentFilter) {
  const all = [];
  if (filter.indexId !== undefined) all.push(builder('index_id', '=', filter.indexId));
  if (filter.parentId !== undefined) all.push(builder('parent_id', '=', filter.parentId));
  if (filter.sha256 !== undefined) all.push(builder('content_sha256', '=', filter.sha256));
  if (filter.exceptId !== undefined) all.push(builder('id', '!=', filter.exceptId));
  if (!filter.includeDeleted) all.push(builder('deleted_at', 'is', null));
  if (filter.filename !== undefined) {
    all.push(sql<SqlBool>`instr(lower(filename), lower(${filter.filename})) > 0`);
  }
  for (const [key, value] of Object.entries(filter.metadata ?? {})) {
    // Clients send text; the value may be a number or a boolean, which SQLite's JSON shows as 1 and 0.
    all.push(sql<SqlBool>`exists (
      select 1 from json_each(documents.metadata) field where field.key = ${key}
      and case field.type when 'true' then 'true' when 'false' then 'false' else cast(field.value as text) end = ${value}
    )`);
  }
  return all;
}

/** @returns the document as the wire shows it; formats without pages have a null count of them. */
export function toWireDocument({
  attempts: _,
  is_latest,
  metadata,
  ...row
}: DocumentRow): z.input<typeof Document> {
  return {
    ...row,
    is_latest: is_latest === 1,
    metadata: readJson(metadata) as Record<string, unknown>,
  };
}
