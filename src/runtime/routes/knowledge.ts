import { type Context, Hono } from 'hono';
import { CreateIndex, SearchRequest, UpdateIndex } from '../../protocol';
import { readBody } from '../http/body';
import { readPage, wholeNumber } from '../http/paging';
import { badRequest, notFound } from '../http/problem';
import { readUpload } from '../knowledge';
import type { Services } from '../services';
import { type DocumentFilter, type IndexRow, toWireDocument, toWireIndex } from '../store';
import { chunkHit, documentHit, readQuery } from './search-answer';

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
  const { store, projectId, knowledge } = services;
  return new Hono()
    .get('/indexes', async (c) => c.json({ indexes: (await store.indexes.list(projectId)).map(toWireIndex) }))
    .post('/indexes', async (c) => {
      const { name, description = '', metadata = {} } = await readBody(c, CreateIndex);
      checkIndexName(name);
      const index = await store.transaction(({ indexes }) =>
        indexes.create(projectId, { name, description, metadata }),
      );
      return c.json(toWireIndex(index), 201);
    })
    .get('/indexes/:id', async (c) =>
      c.json({ index: toWireIndex(await findIndex(services, c.req.param('id'))) }),
    )
    .patch('/indexes/:id', async (c) => {
      const { name, description, metadata } = await readBody(c, UpdateIndex);
      if (name !== undefined) checkIndexName(name);
      const { id } = await findIndex(services, c.req.param('id'));
      await store.indexes.update(id, { name, description, metadata });
      return c.json(toWireIndex(await findIndex(services, id)));
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
    const page = readPage(c);
    const { rows, total } = await store.documents.list(
      projectId,
      await readFilter(c, services, indexId),
      page,
    );
    return c.json({
      data: rows.map(toWireDocument),
      total,
      has_more: page.offset + rows.length < total,
    });
  };
  const hard = (c: Context) => isTrue(c, 'hard');
  return new Hono()
    .get('/documents', (c) => list(c))
    .get('/documents/:id', async (c) =>
      c.json(toWireDocument(await documents.get(c.req.param('id'), undefined, isTrue(c, 'include_deleted')))),
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
      const version = c.req.query('version') === undefined ? undefined : wholeNumber(c, 'version', 1, 1, 1e9);
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
      return c.json(
        toWireDocument(await documents.get(c.req.param('docId'), index.id, isTrue(c, 'include_deleted'))),
      );
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

async function readFilter(
  c: Context,
  { knowledge }: Services,
  indexId: string | undefined,
): Promise<DocumentFilter> {
  const query = c.req.query();
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(query)) {
    if (key.startsWith('metadata.')) metadata[key.slice('metadata.'.length)] = value;
  }
  if (query.source) metadata.source = query.source;
  if (query.derived_from) metadata.derived_from = query.derived_from;
  return {
    indexId,
    filename: query.q || undefined,
    metadata,
    parentId: query.parent_id || undefined,
    includeDeleted: isTrue(c, 'include_deleted'),
    ...(query.content_sha256 ? { sha256: query.content_sha256.toLowerCase() } : {}),
    ...(query.duplicate_of ? await knowledge.documents.duplicatesOf(query.duplicate_of) : {}),
  };
}

/** A parameter that is on or off: "true", "1" and the bare name turn it on. */
function isTrue(c: Context, name: string): boolean {
  const value = c.req.query(name);
  if (value === undefined || /^(false|0)$/i.test(value)) return false;
  if (/^(true|1|)$/i.test(value)) return true;
  throw badRequest(`The parameter "${name}" must be true or false.`, { field: name });
}

function searchRoutes(services: Services): Hono {
  const { knowledge } = services;
  const answer = async (c: Context, indexId?: string) => {
    const body = await readBody(c, SearchRequest);
    const from = indexId ?? body.index_id;
    const index = from ? await findIndex(services, from) : undefined;
    const query = readQuery(body, c.req.raw.signal);
    const results = await knowledge.search.find({ ...query, indexes: index && [index] });
    return c.json({ results: query.byDocument ? results.map(documentHit) : results.map(chunkHit) });
  };
  return new Hono()
    .post('/search', (c) => answer(c))
    .post('/indexes/:id/search', (c) => answer(c, c.req.param('id')));
}
