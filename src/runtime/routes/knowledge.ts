import { type Context, Hono } from 'hono';
import {
  CreateIndex,
  DeleteDocumentQuery,
  DeletedQuery,
  DocumentQuery,
  SearchRequest,
  UpdateIndex,
  VersionQuery,
} from '../../protocol';
import { readBody } from '../http/body';
import { badRequest, notFound } from '../http/problem';
import { readQuery } from '../http/query';
import { chunkHit, documentHit, readUpload } from '../knowledge';
import type { Services } from '../services';
import { type DocumentFilter, type IndexRow, type Nouns, toWireDocument, toWireIndex } from '../store';
import { readSearch } from './search-request';

/** `/indexes`, `/documents` and `/search`. */
export function knowledgeRoutes(services: Services): Hono {
  return new Hono()
    .route('/', indexRoutes(services))
    .route('/', documentRoutes(services))
    .route('/', searchRoutes(services));
}

/** @throws Problem 404 for an index that is not of this project. */
async function findIndex({ store, projectId }: Services, id: string): Promise<IndexRow> {
  const index = await store.indexes.get(projectId, id);
  if (!index) throw notFound(`The index "${id}"`);
  return index;
}

function indexRoutes(services: Services): Hono {
  const { store, audit, projectId, knowledge } = services;
  const record = (action: string, { id, name }: IndexRow, within: Pick<Nouns, 'audit'>) =>
    audit.record({ action, subjectType: 'index', subjectId: id, metadata: { name } }, within);
  return new Hono()
    .get('/indexes', async (c) => c.json({ indexes: (await store.indexes.list(projectId)).map(toWireIndex) }))
    .post('/indexes', async (c) => {
      const { name, description = '', metadata = {} } = await readBody(c, CreateIndex);
      checkIndexName(name);
      const index = await store.transaction(async (nouns) => {
        const created = await nouns.indexes.create(projectId, { name, description, metadata });
        await record('index.create', created, nouns);
        return created;
      });
      return c.json(toWireIndex(index), 201);
    })
    .get('/indexes/:id', async (c) =>
      c.json({ index: toWireIndex(await findIndex(services, c.req.param('id'))) }),
    )
    .patch('/indexes/:id', async (c) => {
      const { name, description, metadata } = await readBody(c, UpdateIndex);
      if (name !== undefined) checkIndexName(name);
      const index = await findIndex(services, c.req.param('id'));
      await store.transaction(async (nouns) => {
        await nouns.indexes.update(index.id, { name, description, metadata });
        await record('index.update', { ...index, name: name ?? index.name }, nouns);
      });
      return c.json(toWireIndex(await findIndex(services, index.id)));
    })
    .delete('/indexes/:id', async (c) => {
      await knowledge.documents.deleteIndex(await findIndex(services, c.req.param('id')));
      return c.body(null, 204);
    });
}

function checkIndexName(name: string): void {
  if (!name.trim()) throw badRequest('The field "name" is empty.', { field: 'name' });
}

function documentRoutes(services: Services): Hono {
  const { store, projectId, knowledge } = services;
  const { documents } = knowledge;
  const list = async (c: Context, indexId?: string) => {
    const query = readQuery(c, DocumentQuery);
    const filter = await filterOf(query, metadataOf(c), services, indexId);
    const { rows, total } = await store.documents.list(projectId, filter, query);
    return c.json({
      data: rows.map(toWireDocument),
      total,
      has_more: query.offset + rows.length < total,
    });
  };
  const shown = (c: Context) => readQuery(c, DeletedQuery).include_deleted;
  const hard = (c: Context) => readQuery(c, DeleteDocumentQuery).hard;
  return new Hono()
    .get('/documents', (c) => list(c))
    .get('/documents/:id', async (c) =>
      c.json(toWireDocument(await documents.get(c.req.param('id'), undefined, shown(c)))),
    )
    .delete('/documents/:id', async (c) => {
      await documents.delete(c.req.param('id'), { hard: hard(c) });
      return c.body(null, 204);
    })
    .get('/indexes/:id/documents', async (c) => list(c, (await findIndex(services, c.req.param('id'))).id))
    .post('/indexes/:id/documents', async (c) => {
      const index = await findIndex(services, c.req.param('id'));
      const document = await documents.upload(index, await readUpload(await readForm(c), index.id));
      return c.json(toWireDocument(document), 201);
    })
    .get('/indexes/:id/documents/by-name/:name', async (c) => {
      const index = await findIndex(services, c.req.param('id'));
      const { version } = readQuery(c, VersionQuery);
      return c.json(toWireDocument(await documents.byName(index, c.req.param('name'), version)));
    })
    .get('/indexes/:id/documents/by-name/:name/versions', async (c) => {
      const index = await findIndex(services, c.req.param('id'));
      const versions = await store.documents.versions(index.id, c.req.param('name'));
      if (versions.length === 0) throw notFound(`The document "${c.req.param('name')}"`);
      return c.json({ versions: versions.map(toWireDocument) });
    })
    .get('/indexes/:id/documents/:docId', async (c) => {
      const index = await findIndex(services, c.req.param('id'));
      return c.json(toWireDocument(await documents.get(c.req.param('docId'), index.id, shown(c))));
    })
    .delete('/indexes/:id/documents/:docId', async (c) => {
      const index = await findIndex(services, c.req.param('id'));
      await documents.delete(c.req.param('docId'), { hard: hard(c), indexId: index.id });
      return c.body(null, 204);
    });
}

/** @throws Problem 400 when the body is not a form. */
async function readForm(c: Context): Promise<FormData> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '')) {
    throw badRequest('Send the document as multipart/form-data, with the field "file".', { field: 'file' });
  }
  try {
    return await c.req.formData();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest(`The body is not the form that its content type says: ${reason}`);
  }
}

/** What `metadata.<key>` asks for. */
function metadataOf(c: Context): Record<string, string> {
  const prefix = 'metadata.';
  const given = Object.entries(c.req.query()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(given.map(([key, value]) => [key.slice(prefix.length), value]));
}

async function filterOf(
  query: DocumentQuery,
  metadata: Record<string, string>,
  { knowledge }: Services,
  indexId: string | undefined,
): Promise<DocumentFilter> {
  const { source, derived_from: derivedFrom, content_sha256: sha256, duplicate_of: original } = query;
  return {
    indexId,
    filename: query.q || undefined,
    metadata: {
      ...metadata,
      ...(source ? { source } : {}),
      ...(derivedFrom ? { derived_from: derivedFrom } : {}),
    },
    parentId: query.parent_id || undefined,
    includeDeleted: query.include_deleted,
    ...(sha256 ? { sha256: sha256.toLowerCase() } : {}),
    ...(original ? await knowledge.documents.duplicatesOf(original) : {}),
  };
}

function searchRoutes(services: Services): Hono {
  const { knowledge } = services;
  const answer = async (c: Context, indexId?: string) => {
    const body = await readBody(c, SearchRequest);
    const from = indexId ?? body.index_id;
    const index = from ? await findIndex(services, from) : undefined;
    const query = readSearch(body, c.req.raw.signal);
    const results = await knowledge.search.find({ ...query, indexes: index && [index] });
    return c.json({ results: query.byDocument ? results.map(documentHit) : results.map(chunkHit) });
  };
  return new Hono()
    .post('/search', (c) => answer(c))
    .post('/indexes/:id/search', (c) => answer(c, c.req.param('id')));
}
