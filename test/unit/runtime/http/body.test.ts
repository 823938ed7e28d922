import assert from 'node:assert/strict';
import { Hono } from 'hono';
import { CreateSession, Manifest, ReplayRequest, RunRequest } from '../../../../src/protocol';
import { readBody } from '../../../../src/runtime/http/body';
import { problemHandler } from '../../../../src/runtime/http/middleware/errors';
import { readPage } from '../../../../src/runtime/http/paging';
import { Log } from '../../../../src/runtime/log';

const schemas = { run: RunRequest, session: CreateSession, manifest: Manifest, replay: ReplayRequest };
const app = new Hono();
app.onError(problemHandler(new Log('error')));
for (const [name, schema] of Object.entries(schemas)) {
  app.post(`/${name}`, async (c) => c.json(await readBody(c, schema)));
}
app.get('/page', (c) => c.json(readPage(c)));

async function post(name: keyof typeof schemas, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.request(`/${name}`, { method: 'POST', body: text });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('reading a body', () => {
  it('keeps unknown fields', async () => {
    const answer = await post('run', { message: 'hello', later: { a: 1 } });
    assert.deepEqual(answer, { status: 200, body: { message: 'hello', later: { a: 1 } } });
  });

  for (const [what, name, body, message] of [
    ['nothing', 'run', '', 'The request has no body; send a JSON object.'],
    ['a list', 'run', [], 'The body must be an object.'],
    ['text', 'run', '"hello"', 'The body must be an object.'],
    ['null', 'run', 'null', 'The body must be an object.'],
    ['a missing field', 'run', {}, 'The field "message" must be a string.'],
    ['a field of another type', 'run', { message: 5 }, 'The field "message" must be a string.'],
    [
      'a value outside of an enumeration',
      'session',
      { target: 'x' },
      'The field "target" must be one of: live, draft.',
    ],
    [
      'an item of another type',
      'session',
      { index_ids: ['a', 1] },
      'The field "index_ids.1" must be a string.',
    ],
    ['text for a number', 'replay', { from_step: '2' }, 'The field "from_step" must be a number.'],
    [
      'a field deep inside',
      'manifest',
      { project: 'p', sourceHash: '', generatedAt: '', agents: [{ id: 'a', sourceHash: '', files: [{}] }] },
      'The field "agents.0.files.0.path" must be a string.',
    ],
  ] as const) {
    it(`refuses ${what}, naming the field`, async () => {
      const answer = await post(name, body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body.code, 'bad_request');
      assert.equal(answer.body.message, message);
    });
  }

  it('refuses what is not JSON', async () => {
    const answer = await post('run', '{"message" 1}');
    assert.equal(answer.status, 400);
    assert.equal(answer.body.message, 'The body is not JSON: it cannot be read at position 11.');
  });

  it('does not quote a body that is not JSON, which may hold a secret', async () => {
    const answer = await post('run', '{"message": sk-secret-0123}');
    assert.equal(answer.status, 400);
    assert.equal(answer.body.message, 'The body is not JSON: it cannot be read.');
  });
});

describe('reading a page', () => {
  const page = async (query: string) => (await app.request(`/page${query}`)).json();

  it('has defaults', async () => assert.deepEqual(await page(''), { limit: 50, offset: 0 }));
  it('reads both', async () => assert.deepEqual(await page('?limit=7&offset=21'), { limit: 7, offset: 21 }));

  for (const [query, field] of [
    ['?limit=0', 'limit'],
    ['?limit=501', 'limit'],
    ['?limit=-1', 'limit'],
    ['?limit=ten', 'limit'],
    ['?limit=', 'limit'],
    ['?limit=1e2', 'limit'],
    ['?offset=-1', 'offset'],
    ['?offset=1.5', 'offset'],
    ['?offset=99999999999999999999', 'offset'],
  ] as const) {
    it(`refuses ${query}`, async () => {
      const answer = (await page(query)) as Record<string, unknown>;
      assert.equal(answer.code, 'bad_request');
      assert.equal(answer.field, field);
    });
  }
});
