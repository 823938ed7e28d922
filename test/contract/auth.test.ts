import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SessionToken } from '../../src/protocol';
import { Keys, sessionKeyMs } from '../../src/runtime/auth/keys';
import { openStore } from '../../src/runtime/store';
import { checkedFetch } from './support/answers';
import { Server } from './support/server';

const tokenPath = '/api/auth/session-token';

describe('keys', () => {
  const server = new Server();
  let projectId = '';
  beforeEach(async () => {
    await server.start();
    projectId = (await server.json<{ id: string }>('GET', '/project')).body.id;
  });
  afterEach(() => server.dispose());

  function post(body: unknown, headers: Record<string, string>): Promise<Response> {
    return checkedFetch(`${server.ready.url}${tokenPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  async function token(key = server.ready.apiKey): Promise<SessionToken> {
    const answer = await post({ project_id: projectId }, { authorization: `Bearer ${key}` });
    assert.equal(answer.status, 201);
    return SessionToken.parse(await answer.json());
  }

  function opens(key: string): Promise<number> {
    return fetch(`${server.ready.url}/api/sdk/project`, { headers: { 'X-API-Key': key } }).then(
      ({ status }) => status,
    );
  }

  it('gives a key of 8 hours for a key', async () => {
    const before = Date.now();
    const { api_key: key, key_id: id, key_prefix: prefix, expires_at: expires } = await token();
    assert.match(key, /^tvr_[\w-]{43}$/);
    assert.ok(key.startsWith(prefix) && prefix.length === 12, prefix);
    assert.ok(id && id !== key);
    const life = Date.parse(expires) - before;
    assert.ok(life >= sessionKeyMs && life < sessionKeyMs + 10_000, expires);
    assert.equal(await opens(key), 200);
  });

  it('takes the project by its older name, and the key in its usual header', async () => {
    const answer = await post({ workspace_id: projectId }, { 'X-API-Key': server.ready.apiKey });
    assert.equal(answer.status, 201);
  });

  it('ends a key made with a session key when that one ends', async () => {
    const first = await token();
    const second = await token(first.api_key);
    assert.equal(second.expires_at, first.expires_at);
  });

  it('writes down who asked', async () => {
    const first = await token();
    const second = await token(first.api_key);
    const { body } = await server.json<{ entries: Record<string, unknown>[] }>(
      'GET',
      '/audit-log?action=session_token.create',
    );
    assert.equal(body.entries[0]?.subject_id, second.key_id);
    assert.equal(body.entries[0]?.actor_api_key_id, first.key_id);
  });

  const refused: [name: string, body: unknown, status: number, code: string][] = [
    ['no project', {}, 400, 'bad_request'],
    ['another project', { project_id: 'p2' }, 404, 'NOT_FOUND'],
    ['a project that is no text', { project_id: 7 }, 400, 'bad_request'],
  ];
  for (const [name, body, status, code] of refused) {
    it(`refuses ${name}`, async () => {
      const answer = await post(body, { authorization: `Bearer ${server.ready.apiKey}` });
      assert.equal(answer.status, status);
      assert.equal(((await answer.json()) as { code: string }).code, code);
    });
  }

  it('gives nothing to a stranger', async () => {
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { 'X-API-Key': 'tvr_nonsense' }]) {
      const answer = await post({ project_id: projectId }, headers as Record<string, string>);
      assert.equal(answer.status, 401);
    }
  });

  it('does not take Bearer elsewhere', async () => {
    const answer = await fetch(`${server.ready.url}/api/sdk/project`, {
      headers: { authorization: `Bearer ${server.ready.apiKey}` },
    });
    assert.equal(answer.status, 401);
  });

  it('ends the keys of a process with it, unless it is given the same key again', async () => {
    const own = 'tvr_the-same-key-again';
    await server.stop();
    await server.start({ apiKey: own });
    const kept = await token(own);
    await server.stop();
    await server.start({ apiKey: own });
    assert.equal(await opens(kept.api_key), 200);
    await server.stop();
    await server.start();
    assert.deepEqual([await opens(own), await opens(kept.api_key)], [401, 401]);
  });

  it('keeps no key in its database, only hashes', async () => {
    const { api_key: key } = await token();
    const own = server.ready.apiKey;
    for (const name of ['tavora.db', 'tavora.db-wal']) {
      const bytes = await readFile(path.join(server.data, name));
      assert.equal(bytes.includes(key), false, `${name} holds the session key`);
      assert.equal(bytes.includes(own), false, `${name} holds the start-up key`);
    }
  });
});

describe('a key that has expired', () => {
  it('opens nothing and makes no other', async () => {
    const store = await openStore(':memory:');
    try {
      const { id } = await store.projects.ensure('local', 'Local', '');
      const keys = await Keys.open(store, id, 'tvr_start-up');
      const parent = keys.find('tvr_start-up');
      assert.ok(parent);
      const ended = await keys.mint({ id: parent.id, expiresAt: Date.now() - 1 });
      assert.equal(keys.find(ended.text), undefined);
      const again = await Keys.open(store, id, 'tvr_start-up');
      assert.equal(again.find(ended.text), undefined);
      assert.equal(again.find('tvr_start-up')?.id, parent.id);
    } finally {
      await store.close();
    }
  });
});
