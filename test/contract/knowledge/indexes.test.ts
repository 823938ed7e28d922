import assert from 'node:assert/strict';
import type { Index } from '../../../src/protocol';
import { Server } from '../support/server';
import type { Failure } from './library';

describe('knowledge: indexes over HTTP', () => {
  const server = new Server();
  before(() => server.start());
  after(() => server.dispose());

  it('creates, lists, reads, changes and deletes one', async () => {
    const created = await server.json<Index>('POST', '/indexes', {
      name: 'Handbook',
      description: 'What support may say',
      metadata: { team: 'support' },
    });
    assert.equal(created.status, 201);
    const { id, created_at: createdAt } = created.body;
    assert.match(createdAt, /^\d{4}-.*Z$/);
    assert.deepEqual(Object.keys(created.body).sort(), [
      'created_at',
      'description',
      'id',
      'metadata',
      'name',
      'project_id',
      'updated_at',
    ]);

    const listed = await server.json<{ indexes: Index[] }>('GET', '/indexes');
    assert.deepEqual(listed.body.indexes, [created.body]);
    assert.deepEqual((await server.json('GET', `/indexes/${id}`)).body, { index: created.body });

    const renamed = await server.json<Index>('PATCH', `/indexes/${id}`, { name: 'Guide' });
    assert.equal(renamed.status, 200);
    assert.deepEqual(
      [renamed.body.name, renamed.body.description, renamed.body.metadata],
      ['Guide', 'What support may say', { team: 'support' }],
    );
    const cleared = await server.json<Index>('PATCH', `/indexes/${id}`, { metadata: {}, description: '' });
    assert.deepEqual([cleared.body.name, cleared.body.description, cleared.body.metadata], ['Guide', '', {}]);

    assert.equal((await server.request('DELETE', `/indexes/${id}`)).status, 204);
    assert.equal((await server.json<Failure>('GET', `/indexes/${id}`)).body.code, 'NOT_FOUND');
  });

  it('says which field does not fit', async () => {
    const bad: [unknown, string][] = [
      [{}, 'name'],
      [{ name: '  ' }, 'name'],
      [{ name: 7 }, 'name'],
      [{ name: 'x', metadata: [] }, 'metadata'],
      [{ name: 'x', description: {} }, 'description'],
    ];
    for (const [body, field] of bad) {
      const answer = await server.json<Failure>('POST', '/indexes', body);
      assert.deepEqual([answer.status, answer.body.code, answer.body.field], [400, 'bad_request', field]);
    }
    assert.equal((await server.json('POST', '/indexes', 'not json')).status, 400);
  });

  it('answers 404 for an index of nobody, whatever is asked of it', async () => {
    const requests: [string, string, unknown?][] = [
      ['GET', '/indexes/foreign'],
      ['PATCH', '/indexes/foreign', { name: 'x' }],
      ['DELETE', '/indexes/foreign'],
      ['GET', '/indexes/foreign/documents'],
      ['GET', '/indexes/foreign/documents/doc_1'],
      ['DELETE', '/indexes/foreign/documents/doc_1'],
      ['GET', '/indexes/foreign/documents/by-name/x'],
      ['GET', '/indexes/foreign/documents/by-name/x/versions'],
      ['POST', '/indexes/foreign/search', { query: 'x' }],
      ['POST', '/search', { query: 'x', index_id: 'foreign' }],
    ];
    for (const [method, path, body] of requests) {
      const answer = await server.json<Failure>(method, path, body);
      assert.deepEqual([path, answer.status, answer.body.code], [path, 404, 'NOT_FOUND']);
    }
  });

  it('takes sessions with its indexes and turns foreign ones away', async () => {
    const { body: index } = await server.json<Index>('POST', '/indexes', { name: 'Mine' });
    const own = await server.json('POST', '/agents', { index_ids: [index.id] });
    assert.deepEqual([own.status, own.body.index_ids], [201, [index.id]]);
    const foreign = await server.json<Failure>('POST', '/agents', { index_ids: [index.id, 'foreign'] });
    assert.deepEqual([foreign.status, foreign.body.field], [400, 'index_ids']);
  });
});
