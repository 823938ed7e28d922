import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { apiBase, ModelList } from '../../src/protocol';
import { Server } from './support/server';

describe('the list of models', () => {
  const server = new Server();
  before(() => server.start());
  after(() => server.dispose());

  it('has what agents may name, and needs the key', async () => {
    const { status, body } = await server.json('GET', '/models');
    assert.equal(status, 200);
    assert.deepEqual(
      ModelList.parse(body).data.map(({ id }) => id),
      ['test/scripted'],
    );
    const open = await fetch(`${server.ready.url}${apiBase}/models`);
    assert.equal(open.status, 401);
  });

  it('is read by OpenAI’s client', async () => {
    const { url, apiKey } = server.ready;
    const client = new OpenAI({
      baseURL: `${url}${apiBase}`,
      apiKey,
      defaultHeaders: { 'X-API-Key': apiKey },
    });
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    assert.deepEqual(ids, ['test/scripted']);
  });

  it('is read by OpenAI’s client with the key as it sends one', async () => {
    const { url, apiKey } = server.ready;
    const { data } = await new OpenAI({ baseURL: `${url}${apiBase}`, apiKey }).models.list();
    assert.deepEqual(
      data.map(({ id }) => id),
      ['test/scripted'],
    );
  });

  it('is refused to a wrong key in the form of who asks', async () => {
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${server.ready.url}${apiBase}/models`, { headers });
      return [answer.status, typeof ((await answer.json()) as { error: unknown }).error];
    };
    assert.deepEqual(await ask({ authorization: 'Bearer tvr_wrong' }), [401, 'object']);
    assert.deepEqual(await ask({ 'X-API-Key': 'tvr_wrong' }), [401, 'string']);
  });
});
