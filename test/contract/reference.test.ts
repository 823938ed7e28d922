import assert from 'node:assert/strict';
import { apiBase } from '../../src/protocol';
import type { OpenApiDocument } from '../../src/runtime/openapi/document';
import { checkedFetch } from './support/answers';
import { Server } from './support/server';

describe('the description of the API', () => {
  const server = new Server();
  before(() => server.start());
  after(() => server.dispose());

  const open = (path: string, headers: Record<string, string> = {}) =>
    checkedFetch(`${server.ready.url}${apiBase}${path}`, { headers });

  it('is an OpenAPI document that needs no key', async () => {
    const answer = await open('/openapi.json');
    const document = (await answer.json()) as OpenApiDocument;
    assert.equal(document.openapi, '3.1.1');
    assert.deepEqual(document.servers[0]?.url, apiBase);
    assert.ok(document.paths['/chat/completions']?.post);
  });

  it('is a page without scripts or anything from elsewhere', async () => {
    const answer = await open('/docs');
    const page = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'nonce-([^']+)'/.exec(policy)?.[1];
    assert.match(policy, /^default-src 'none'; /);
    assert.ok(nonce && page.includes(`<style nonce="${nonce}">`));
    assert.doesNotMatch(page, /<script|<link|<img|https?:\/\/|style="/);
    assert.match(page, /\/api\/sdk\/chat\/completions/);
    const again = await open('/docs');
    assert.notEqual(again.headers.get('content-security-policy'), policy, 'A nonce is used once.');
  });

  it('links only to what is on the page', async () => {
    const page = await (await open('/docs')).text();
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const targets = [...page.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id ?? '');
    assert.ok(targets.length > 100);
    assert.deepEqual(
      targets.filter((id) => !ids.has(id)),
      [],
    );
  });

  it('is not shown to pages of other sites, nor under other names', async () => {
    assert.equal((await open('/openapi.json', { origin: 'https://evil.example' })).status, 403);
    assert.equal((await open('/docs', { origin: 'https://evil.example' })).status, 403);
  });

  it('is the one thing that needs no key', async () => {
    assert.equal((await open('/project')).status, 401);
    assert.equal((await open('/openapi.json/')).status, 401);
    assert.equal((await open('/nowhere')).status, 401);
  });
});
