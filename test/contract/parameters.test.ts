import assert from 'node:assert/strict';
import type * as z from 'zod/mini';
import { parameters } from '../../src/runtime/openapi/components';
import type { Operation } from '../../src/runtime/openapi/operation';
import { operations } from '../../src/runtime/openapi/operations';
import { Library } from './knowledge/library';
import { nameOf } from './support/answers';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

type Queried = Operation & { query: z.ZodMiniObject };
const queried = operations.filter((row): row is Queried => row.query !== undefined);

/** Values that a parameter of this type must not take. */
function wrong(schema: Record<string, unknown>): string[] {
  const { type, minimum, maximum } = schema as { type?: string; minimum?: number; maximum?: number };
  if (Array.isArray(schema.enum)) return ['neither'];
  if (type === 'boolean') return ['maybe', '2'];
  if (type !== 'integer' && type !== 'number') return [];
  const below = minimum === undefined ? [] : [String(minimum - 1)];
  const above = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [String(maximum + 1)];
  return ['', 'ten', '1e1', '0x1', ' 1', '1.5', '99999999999999999999', ...below, ...above];
}

describe('parameters of addresses', () => {
  const server = new Server();
  /** What stands for the parameters of a path, by what is before them. */
  const things: Record<string, string> = {};

  before(async () => {
    await server.start();
    const library = await new Library(server).create();
    const document = await library.add('a.md', '# A\n');
    const { body } = await server.json<{ agents: { agentId: string }[] }>(
      'PUT',
      '/source-sync',
      await manifestOf(sampleFiles()),
    );
    const { body: session } = await server.json<{ id: string }>('POST', '/agents', {});
    Object.assign(things, {
      '/indexes/{id}': library.id,
      '/by-name/{name}': 'a.md',
      '/documents/{id}': document.id,
      '/documents/{docId}': document.id,
      '/agents/{id}': session.id,
      '/agent-configs/{id}': body.agents[0]?.agentId,
      // Read before the run is looked for.
      '/eval-runs/{id}': 'any',
    });
  });
  after(() => server.dispose());

  const filled = (path: string) =>
    path.replace(/\/[\w-]+\/\{\w+\}/g, (part) => {
      const thing = things[part];
      assert.ok(thing, `This test has nothing for ${part}.`);
      return part.replace(/\{\w+\}/, thing);
    });

  for (const row of queried) {
    it(`of ${nameOf(row)} are of their type, between their bounds and given once`, async () => {
      for (const { name, schema } of parameters(row.query)) {
        const queries = wrong(schema).map((value) => `${name}=${encodeURIComponent(value)}`);
        for (const query of [...queries, `${name}=1&${name}=1`]) {
          const answer = await server.json(row.method.toUpperCase(), `${filled(row.path)}?${query}`);
          assert.equal(answer.status, 400, `${query}: ${JSON.stringify(answer.body)}`);
          assert.equal(answer.body.field, name, query);
          assert.match(String(answer.body.message), new RegExp(`^The parameter "${name}" `), query);
        }
      }
    });
  }

  it('that nobody knows are passed over', async () => {
    assert.equal((await server.json('GET', '/agents?limit=1&fields=id&fields=title')).status, 200);
  });
});
