import assert from 'node:assert/strict';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { createApp } from '../../../../src/runtime/app';
import { openApiDocument } from '../../../../src/runtime/openapi/document';
import { operations } from '../../../../src/runtime/openapi/operations';
import type { Services } from '../../../../src/runtime/services';

/** Stands for every service: routes are listed here, and none is called. */
const nothing: unknown = new Proxy(() => undefined, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => 0 : nothing),
  apply: () => nothing,
});

describe('the table of operations', () => {
  const rows = operations.map(({ method, path, outside }) => `${method} ${outside ? '' : '/api/sdk'}${path}`);

  it('has a row for every route that is served, and no other', () => {
    const { routes } = createApp(nothing as Services, { port: () => 1 });
    const served = routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
    assert.deepEqual([...new Set(served)].sort(), [...rows].sort());
  });

  it('says what the audit log tells of each change', () => {
    const silent = operations
      .filter(({ method, audit }) => method !== 'get' && audit === undefined)
      .map(({ path }) => path);
    // These look, or belong to a run that is told of.
    const quiet =
      /^\/(?:source-(?:validate|diff)|studio\/\{id\}\/analyze|debug\/.+|skills\/(?:validate|run\/input)|(?:.+\/)?search|chat\/completions)$/;
    assert.deepEqual(
      silent.filter((path) => !quiet.test(path)),
      [],
    );
  });

  it('has no route twice', () => {
    assert.equal(new Set(rows).size, rows.length);
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument(operations, '1.2.3');

  it('passes the linter', async () => {
    const config = await createConfig({
      extends: ['recommended-strict'],
    });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    assert.deepEqual(
      problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`),
      [],
    );
  });

  it('defines once what many routes answer with', () => {
    const answer = document.paths['/indexes/{id}']?.patch?.responses['200'];
    assert.deepEqual(answer, {
      description: 'OK',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Index' } } },
    });
    assert.deepEqual(document.components.schemas.Index?.required, ['id', 'name', 'created_at', 'updated_at']);
  });

  it('says which parameters a route takes, and between what', () => {
    const { parameters = [] } = document.paths['/agents']?.get ?? {};
    assert.deepEqual(
      parameters.map(({ name, in: place, schema }) => [
        name,
        place,
        schema.type,
        schema.minimum,
        schema.maximum,
      ]),
      [
        ['limit', 'query', 'integer', 1, 500],
        ['offset', 'query', 'integer', 0, Number.MAX_SAFE_INTEGER],
        ['status', 'query', 'string', undefined, undefined],
      ],
    );
  });

  it('says how a route is opened', () => {
    assert.deepEqual(document.security, [{ ApiKey: [] }]);
    assert.deepEqual(document.paths['/openapi.json']?.get?.security, []);
    assert.deepEqual(document.paths['/api/auth/session-token']?.post?.servers, [{ url: '/' }]);
  });

  it('describes streams by one of their events', () => {
    const answer = document.paths['/agents/{id}/run']?.post?.responses['200'];
    assert.ok(answer && 'content' in answer);
    assert.deepEqual(answer.content?.['text/event-stream']?.schema, {
      $ref: '#/components/schemas/RunEvent',
    });
  });
});
