import { errorCodes } from '../../protocol';
import { type Audit, actor } from '../audit';
import { badRequest, notFound, Problem } from '../http/problem';
import type { DocumentFilter, DocumentRow, IndexRow, Nouns, Store } from '../store';
import { formatOf } from './extract/format';
import type { Files } from './files';
import type { Ingest } from './ingest';
import type { Vectors } from './search/vectors';
import type { Upload } from './upload';

export interface DocumentServices {
  store: Store;
  audit: Audit;
  files: Files;
  ingest: Ingest;
  vectors: Vectors | undefined;
  projectId: string;
}

/** Documents as clients see them: uploaded, found by name, deleted. */
export class Documents {
  readonly #services: DocumentServices;
  /** Bytes are written and removed one request at a time, so that none is removed that another counts on. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(services: DocumentServices) {
    this.#services = services;
  }

  /**
   * Keeps a new version of a document and has it read. Bytes and row are on the disk when this settles.
   * @throws Problem 409 `version_conflict` when `ifVersion` is not the latest, 400 for an unknown parent, 404 when
   *   the index is gone.
   */
  async upload(index: IndexRow, upload: Upload): Promise<DocumentRow> {
    const { store, files, ingest, projectId } = this.#services;
    const document = await this.#inTurn(async () => {
      const hash = await files.put(upload.bytes);
      return store.transaction(async (nouns) => {
        const { documents, indexes } = nouns;
        // It may have been deleted while the bytes were on their way.
        if (!(await indexes.get(projectId, index.id))) throw notFound(`The index "${index.id}"`);
        await checkParent(documents, projectId, upload.parentId);
        await checkVersion(documents, index.id, upload);
        const added = await documents.add({
          projectId,
          indexId: index.id,
          filename: upload.filename,
          contentType: upload.contentType,
          size: upload.bytes.length,
          status: formatOf(upload.filename, upload.contentType) ? 'pending' : 'stored',
          name: upload.name,
          metadata: upload.metadata,
          parentId: upload.parentId,
          keyId: actor().keyId,
          sha256: hash,
        });
        await this.#record('document.upload', added, nouns);
        return added;
      });
    });
    ingest.wake();
    return document;
  }

  /**
   * @param indexId index that it must be in; undefined for any.
   * @throws Problem 404, for a deleted one too unless `includeDeleted`.
   */
  async get(id: string, indexId?: string, includeDeleted = false): Promise<DocumentRow> {
    const { store, projectId } = this.#services;
    const row = await store.documents.get(projectId, id);
    if (!row || (indexId && row.index_id !== indexId) || (row.deleted_at && !includeDeleted)) {
      throw notFound(`The document "${id}"`);
    }
    return row;
  }

  /** @returns the filter for the other documents with the bytes of this one. */
  async duplicatesOf(id: string): Promise<Pick<DocumentFilter, 'sha256' | 'exceptId'>> {
    const { content_sha256: hash } = await this.get(id, undefined, true);
    return { sha256: hash, exceptId: id };
  }

  /** @throws Problem 404 */
  async byName(index: IndexRow, name: string, version?: number): Promise<DocumentRow> {
    const row = await this.#services.store.documents.byName(index.id, name, version);
    if (!row)
      throw notFound(`The document "${name}"${version === undefined ? '' : ` in version ${version}`}`);
    return row;
  }

  /**
   * Deletes a version of a document and what was extracted from it; the version before, if there is one, is
   * the latest again. Deleting what is gone already is no error.
   * @param hard removes row and bytes; otherwise the row stays, marked, and can be listed.
   */
  async delete(id: string, { hard, indexId }: { hard: boolean; indexId?: string }): Promise<void> {
    const { store, projectId, ingest } = this.#services;
    const row = await store.documents.get(projectId, id);
    if (!row || (indexId && row.index_id !== indexId)) return;
    await this.#inTurn(async () => {
      const family = [row, ...(await store.documents.derived(id))];
      await store.transaction(async (nouns) => {
        for (const each of family) await deleteOne(nouns, each, hard);
        if (hard || !row.deleted_at) await this.#record('document.delete', row, nouns, { hard });
      });
      await this.#forget(family, hard);
    });
    ingest.wake();
  }

  /** Deletes an index with all its documents and their bytes. */
  async deleteIndex(index: IndexRow): Promise<void> {
    const { store, audit, projectId } = this.#services;
    await this.#inTurn(async () => {
      const filter = { indexId: index.id, includeDeleted: true };
      // Document by document: a large index then holds nobody up.
      for (;;) {
        const { rows } = await store.documents.list(projectId, filter, { limit: 20, offset: 0 });
        if (rows.length === 0) break;
        for (const row of rows) {
          await store.transaction(async ({ documents }) => documents.remove(row.id));
        }
        await this.#forget(rows, true);
      }
      await store.transaction(async (nouns) => {
        await nouns.indexes.delete(index.id);
        const { id, name } = index;
        const entry = { action: 'index.delete', subjectType: 'index', subjectId: id, metadata: { name } };
        await audit.record(entry, nouns);
      });
    });
  }

  async #record(
    action: string,
    { id, name, version, index_id }: DocumentRow,
    within: Pick<Nouns, 'audit'>,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const metadata = { name, version, index_id, ...more };
    await this.#services.audit.record({ action, subjectType: 'document', subjectId: id, metadata }, within);
  }

  /** Drops what is kept of deleted documents outside the database. */
  async #forget(rows: readonly DocumentRow[], bytes: boolean): Promise<void> {
    const { store, files, vectors } = this.#services;
    for (const { id, content_sha256: hash } of rows) {
      await vectors?.remove(id);
      if (bytes && !(await store.documents.usesBytes(hash))) await files.remove(hash);
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    // The next one does not care how this one ended.
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

async function deleteOne({ documents, passages }: Nouns, row: DocumentRow, hard: boolean): Promise<void> {
  await passages.removeOf(row.id);
  if (hard) await documents.remove(row.id);
  else if (!row.deleted_at) await documents.markDeleted(row.id);
  const promoted = await documents.promote(row.index_id, row.name);
  // Its passages went when its successor's came.
  if (promoted && formatOf(promoted.filename, promoted.content_type) === 'markdown') {
    await documents.change(promoted.id, { status: 'pending', chunk_count: 0, attempts: 0 });
  }
}

async function checkParent(
  documents: Nouns['documents'],
  projectId: string,
  id: string | null,
): Promise<void> {
  if (id !== null && !(await documents.get(projectId, id))) {
    throw badRequest(`The field "parent_id" names no document: "${id}".`, { field: 'parent_id' });
  }
}

async function checkVersion(documents: Nouns['documents'], indexId: string, upload: Upload): Promise<void> {
  const { name, ifVersion } = upload;
  if (ifVersion === undefined) return;
  const current = await documents.highestVersion(indexId, name);
  if (current === ifVersion) return;
  const state = current === 0 ? 'does not exist yet' : `is at version ${current}`;
  throw new Problem(
    409,
    errorCodes.versionConflict,
    `The document "${name}" ${state}, not at version ${ifVersion}; read it and try again.`,
    { current_version: current },
  );
}
