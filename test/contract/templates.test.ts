import assert from 'node:assert/strict';
import type { PromptTemplate } from '../../src/protocol';
import { Server } from './support/server';

describe('prompt templates over HTTP', () => {
  const server = new Server();
  before(() => server.start());
  after(() => server.dispose());
  afterEach(async () => {
    for (const { id } of await list()) await server.json('DELETE', `/prompt-templates/${id}`);
  });

  const list = async () =>
    (await server.json<{ templates: PromptTemplate[] }>('GET', '/prompt-templates')).body.templates;
  async function create(body: Record<string, unknown>): Promise<PromptTemplate> {
    const answer = await server.json<PromptTemplate>('POST', '/prompt-templates', body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  }
  const change = (id: string, body: unknown) =>
    server.json<PromptTemplate>('PATCH', `/prompt-templates/${id}`, body);

  it('find their own variables, each once, in order', async () => {
    const { variables } = await create({
      name: 'Refund',
      content:
        'Dear {{customer}}, order {{ order.id }} of {{größe}} for {{customer}}: { {no} } {{}} {{ 1x }}.',
    });
    assert.deepEqual(variables, ['customer', 'order.id', 'größe']);
  });

  it('keep the variables that they are given', async () => {
    for (const variables of [['a', { name: 'b', description: 'The second.' }], { a: 'The first.' }, []]) {
      const { id } = await create({ name: JSON.stringify(variables), content: '{{c}}', variables });
      const { body } = await server.json<PromptTemplate>('GET', `/prompt-templates/${id}`);
      assert.deepEqual(body.variables, variables);
      assert.deepEqual((await change(id, { content: '{{d}}' })).body.variables, variables);
    }
  });

  it('change what is sent; variables that were found follow the content', async () => {
    const { id } = await create({ name: 'T', content: 'Hi {{a}}' });
    const { body } = await change(id, { content: 'Hi {{b}}' });
    assert.deepEqual([body.name, body.content, body.variables], ['T', 'Hi {{b}}', ['b']]);
    assert.equal((await change(id, { name: 'U' })).body.name, 'U');
    assert.deepEqual((await change(id, { variables: [] })).body.variables, []);
    assert.equal((await change(id, {})).body.content, 'Hi {{b}}');
  });

  it('are listed by name', async () => {
    for (const name of ['b', 'a', 'c']) await create({ name, content: 'x' });
    assert.deepEqual(
      (await list()).map(({ name }) => name),
      ['a', 'b', 'c'],
    );
  });

  it('have a name of their own', async () => {
    await create({ name: 'Taken', content: 'x' });
    const other = await create({ name: 'Other', content: 'x' });
    const again = await server.json('POST', '/prompt-templates', { name: 'Taken', content: 'y' });
    assert.deepEqual([again.status, again.body.code, again.body.field], [409, 'conflict', 'name']);
    assert.equal((await change(other.id, { name: 'Taken' })).status, 409);
    assert.equal((await change(other.id, { name: 'Other' })).status, 200);
    assert.equal((await list()).length, 2);
  });

  it('are gone when they are deleted', async () => {
    const { id } = await create({ name: 'T', content: 'x' });
    assert.equal((await server.json('DELETE', `/prompt-templates/${id}`)).status, 204);
    for (const method of ['GET', 'DELETE']) {
      assert.equal((await server.json(method, `/prompt-templates/${id}`)).status, 404);
    }
    assert.equal((await change(id, { name: 'U' })).status, 404);
  });

  for (const [what, body, field] of [
    ['no name', { content: 'x' }, 'name'],
    ['an empty name', { name: ' ', content: 'x' }, 'name'],
    ['a name of two lines', { name: 'a\nb', content: 'x' }, 'name'],
    ['a name without end', { name: 'n'.repeat(256), content: 'x' }, 'name'],
    ['no content', { name: 'T' }, 'content'],
    ['empty content', { name: 'T', content: '' }, 'content'],
    ['variables that are a text', { name: 'T', content: 'x', variables: 'a' }, 'variables'],
    ['a variable without a name', { name: 'T', content: 'x', variables: [{}] }, 'variables'],
  ] as const) {
    it(`refuse ${what}, naming the field`, async () => {
      const answer = await server.json('POST', '/prompt-templates', body);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.equal(answer.body.field, field);
      assert.deepEqual(await list(), []);
    });
  }
});
