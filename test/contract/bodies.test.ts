import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type * as z from 'zod/mini';
import { createModelRouter } from '../../src/runtime/models';
import type { Operation } from '../../src/runtime/openapi/operation';
import { operations } from '../../src/runtime/openapi/operations';
import { takeKeyRing } from '../../src/runtime/vault';
import { nameOf } from './support/answers';
import { Server } from './support/server';

const withBody = operations.filter(
  ({ body, bodyType, outside }) => body !== undefined && bodyType === undefined && !outside,
);

/** Any JSON, and objects that have the names of the schema with anything in them. */
function bodiesOf({ body }: Operation): fc.Arbitrary<unknown> {
  const { def } = (body as unknown as z.core.$ZodTypes)._zod;
  const names = def.type === 'object' ? Object.keys(def.shape) : [];
  const near = fc.record(Object.fromEntries(names.map((name) => [name, fc.jsonValue()])), {
    requiredKeys: [],
  });
  const texts = fc.record(
    Object.fromEntries(names.map((name) => [name, fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue())])),
  );
  return fc.oneof(fc.jsonValue(), near, texts);
}

describe('bodies that nobody thought of', () => {
  const server = new Server();
  before(() =>
    server.start({
      models: (secrets) => createModelRouter({ secrets, env: {} }),
      keyRing: takeKeyRing({ TAVORA_SECRET_KEK: randomBytes(32).toString('base64') }),
    }),
  );
  after(async () => {
    // A change of nothing succeeds and is not told of; the audit log is held to what succeeded.
    await server.json('PATCH', '/project/settings', { fetch_allow: [] });
    await server.dispose();
  });

  for (const operation of withBody) {
    it(`do not break ${nameOf(operation)}`, async () => {
      const path = operation.path.replace(/\{\w+\}/g, 'nowhere');
      await fc.assert(
        fc.asyncProperty(bodiesOf(operation), async (body) => {
          const answer = await server.request(operation.method.toUpperCase(), path, JSON.stringify(body), {
            headers: { 'content-type': 'application/json' },
          });
          // The status is one that the row lists: the fetch sees to that.
          const text = await answer.text();
          assert.ok(answer.status < 500, `${answer.status}: ${text}`);
        }),
        { numRuns: 30 },
      );
    });
  }
});
