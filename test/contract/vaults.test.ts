import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Project, RedactedSecret, SecretVault } from '../../src/protocol';
import { Log } from '../../src/runtime/log';
import { databaseName } from '../../src/runtime/store';
import { type KeyRing, takeKeyRing } from '../../src/runtime/vault';
import { Server } from './support/server';

const kek = () => randomBytes(32).toString('base64');

function ringOf(current: string, ...old: string[]): KeyRing {
  const ring = takeKeyRing({ TAVORA_SECRET_KEK: current, TAVORA_SECRET_OLD_KEKS: old.join(',') });
  assert.ok(ring);
  return ring;
}

describe('secret vaults', () => {
  const server = new Server();
  const first = kek();

  beforeEach(() => server.start({ keyRing: ringOf(first) }));
  afterEach(() => server.dispose());

  async function createVault(name = 'Keys', metadata?: unknown): Promise<SecretVault> {
    const { status, body } = await server.json('POST', '/secret-vaults', { name, metadata });
    assert.equal(status, 201);
    return SecretVault.parse(body);
  }

  async function put(vaultId: string, name: string, value: string): Promise<RedactedSecret> {
    const { status, body } = await server.json('PUT', `/secret-vaults/${vaultId}/secrets/${name}`, { value });
    assert.equal(status, 200, JSON.stringify(body));
    return RedactedSecret.parse(body);
  }

  /** The rows as they are in the database file. */
  function rows(): Record<string, unknown>[] {
    const database = new DatabaseSync(path.join(server.data, databaseName));
    try {
      return database.prepare('select * from secrets order by name').all();
    } finally {
      database.close();
    }
  }

  /** @returns the files of the data folder that hold these bytes anywhere. */
  async function filesWith(bytes: string | Buffer): Promise<string[]> {
    const names = await readdir(server.data, { recursive: true, withFileTypes: true });
    const found: string[] = [];
    for (const entry of names.filter((one) => one.isFile())) {
      const content = await readFile(path.join(entry.parentPath, entry.name));
      if (content.includes(bytes)) found.push(entry.name);
    }
    return found;
  }

  it('are created, listed, read, changed and deleted', async () => {
    const made = await createVault('Keys', { team: 'a' });
    const keys = ['created_at', 'id', 'metadata', 'name', 'project_id', 'updated_at'];
    assert.deepEqual(Object.keys(made).sort(), keys);
    assert.deepEqual([made.name, made.metadata], ['Keys', { team: 'a' }]);
    const second = await createVault('More');
    assert.deepEqual(second.metadata, {});
    const { body: list } = await server.json('GET', '/secret-vaults');
    assert.deepEqual(list, { secret_vaults: [made, second] });
    assert.deepEqual((await server.json('GET', `/secret-vaults/${made.id}`)).body, made);
    const renamed = await server.json<SecretVault>('PATCH', `/secret-vaults/${made.id}`, { name: 'New' });
    assert.deepEqual([renamed.body.name, renamed.body.metadata], ['New', { team: 'a' }]);
    const cleared = await server.json<SecretVault>('PATCH', `/secret-vaults/${made.id}`, { metadata: {} });
    assert.deepEqual([cleared.body.name, cleared.body.metadata], ['New', {}]);
    const gone = await server.request('DELETE', `/secret-vaults/${made.id}`);
    assert.deepEqual([gone.status, await gone.text()], [204, '']);
    assert.equal((await server.json('GET', `/secret-vaults/${made.id}`)).status, 404);
  });

  it('take secrets and give back all but their values', async () => {
    const { id } = await createVault();
    const kept = await put(id, 'openai_api_key', 'sk-live-1');
    assert.deepEqual(Object.keys(kept).sort(), ['created_at', 'kek_id', 'name', 'updated_at', 'vault_id']);
    assert.deepEqual([kept.vault_id, kept.name], [id, 'openai_api_key']);
    assert.match(kept.kek_id ?? '', /^[0-9a-f]{16}$/);
    await put(id, 'brave_api_key', 'b');
    const { body } = await server.json<{ secrets: RedactedSecret[] }>('GET', `/secret-vaults/${id}/secrets`);
    assert.deepEqual(
      body.secrets.map(({ name }) => name),
      ['brave_api_key', 'openai_api_key'],
    );
    assert.deepEqual(body.secrets[1], kept);
  });

  it('replace a secret of the same name, with a data key and a nonce of its own', async () => {
    const { id } = await createVault();
    const before = await put(id, 'token', 'same value');
    const [older] = rows();
    const after = await put(id, 'token', 'same value');
    const [newer, ...more] = rows();
    assert.equal(more.length, 0);
    assert.equal(after.created_at, before.created_at);
    assert.ok(after.updated_at >= before.updated_at);
    assert.notDeepEqual(newer?.sealed, older?.sealed);
    assert.notDeepEqual(newer?.wrapped_key, older?.wrapped_key);
  });

  it('delete a secret as often as one likes', async () => {
    const { id } = await createVault();
    await put(id, 'token', 'x');
    for (let time = 0; time < 2; time++) {
      assert.equal((await server.request('DELETE', `/secret-vaults/${id}/secrets/token`)).status, 204);
    }
    assert.deepEqual((await server.json('GET', `/secret-vaults/${id}/secrets`)).body, { secrets: [] });
  });

  it('take metadata of null as none given', async () => {
    const made = await createVault('V', null);
    assert.deepEqual(made.metadata, {});
    await server.json('PATCH', `/secret-vaults/${made.id}`, { metadata: { a: 1 } });
    const { body } = await server.json('PATCH', `/secret-vaults/${made.id}`, { name: 'W', metadata: null });
    assert.deepEqual([body.name, body.metadata], ['W', { a: 1 }]);
  });

  it('keep fields that are not known from breaking a request', async () => {
    const { status } = await server.json('POST', '/secret-vaults', { name: 'V', region: 'eu' });
    assert.equal(status, 201);
  });

  const refused: [method: string, path: string, body: unknown, status: number, field?: string][] = [
    ['POST', '', {}, 400, 'name'],
    ['POST', '', { name: ' ' }, 400, 'name'],
    ['POST', '', { name: 3 }, 400, 'name'],
    ['POST', '', { name: 'V', metadata: [] }, 400, 'metadata'],
    ['PATCH', '/:id', { name: '' }, 400, 'name'],
    ['PATCH', '/nowhere', { name: 'x' }, 404],
    ['DELETE', '/nowhere', undefined, 404],
    ['GET', '/nowhere/secrets', undefined, 404],
    ['PUT', '/nowhere/secrets/a', { value: 'x' }, 404],
    ['DELETE', '/nowhere/secrets/a', undefined, 404],
    ['PUT', '/:id/secrets/a', {}, 400, 'value'],
    ['PUT', '/:id/secrets/a', { value: '' }, 400, 'value'],
    ['PUT', '/:id/secrets/a', { value: 12 }, 400, 'value'],
    ['PUT', '/:id/secrets/a', { value: 'x'.repeat(65_537) }, 400, 'value'],
    ['PUT', '/:id/secrets/1a', { value: 'x' }, 400, 'name'],
    ['PUT', '/:id/secrets/a%20b', { value: 'x' }, 400, 'name'],
    ['PUT', '/:id/secrets/a%2Fb', { value: 'x' }, 400, 'name'],
    ['PUT', '/:id/secrets/%00', { value: 'x' }, 400, 'name'],
    ['PUT', `/:id/secrets/${'a'.repeat(129)}`, { value: 'x' }, 400, 'name'],
  ];
  for (const [method, suffix, body, status, field] of refused) {
    it(`refuse ${method} ${suffix.slice(0, 40)} ${JSON.stringify(body)?.slice(0, 40) ?? ''}`, async () => {
      const { id } = await createVault();
      const answer = await server.json(method, `/secret-vaults${suffix.replace(':id', id)}`, body);
      assert.deepEqual([answer.status, answer.body.field], [status, field]);
      assert.equal(answer.body.code, status === 404 ? 'NOT_FOUND' : 'bad_request');
    });
  }

  it('are designated, and no longer when cleared or deleted', async () => {
    const { id } = await createVault();
    const designated = async () => Project.parse((await server.json('GET', '/project')).body).vault_id;
    assert.equal(await designated(), null);
    const { status, body } = await server.json('PUT', '/project/vault', { vault_id: id });
    assert.deepEqual([status, body.vault_id], [200, id]);
    assert.equal(await designated(), id);
    for (const nothing of ['', null]) {
      await server.json('PUT', '/project/vault', { vault_id: id });
      assert.equal((await server.json('PUT', '/project/vault', { vault_id: nothing })).status, 200);
      assert.equal(await designated(), null);
    }
    await server.json('PUT', '/project/vault', { vault_id: id });
    await server.request('DELETE', `/secret-vaults/${id}`);
    assert.equal(await designated(), null);
    assert.equal((await server.json('PUT', '/project/vault', { vault_id: id })).status, 404);
    assert.equal((await server.json('PUT', '/project/vault', {})).status, 400);
  });

  it('are told of in the audit log, without values', async () => {
    const { id } = await createVault();
    await put(id, 'token', 'audit-plain-text');
    await server.request('DELETE', `/secret-vaults/${id}/secrets/token`);
    await server.request('DELETE', `/secret-vaults/${id}/secrets/token`);
    await server.json('PUT', '/project/vault', { vault_id: id });
    await server.json('PATCH', `/secret-vaults/${id}`, { name: 'N' });
    await server.request('DELETE', `/secret-vaults/${id}`);
    const { body } = await server.json<{ entries: { action: string }[] }>('GET', '/audit-log');
    assert.deepEqual(
      body.entries.map(({ action }) => action),
      ['vault.delete', 'vault.update', 'project.vault', 'secret.delete', 'secret.put', 'vault.create'],
    );
    assert.equal(JSON.stringify(body).includes('audit-plain-text'), false);
  });

  it('leave no plaintext in any file or log', async () => {
    const secret = `plain-${randomBytes(12).toString('hex')}`;
    const { id } = await createVault();
    await put(id, 'token', secret);
    await put(id, 'token', `${secret}-2`);
    await server.request('PUT', `/secret-vaults/${id}/secrets/token`, `{"value": ${secret}}`);
    assert.deepEqual(await filesWith(secret), []);
    assert.deepEqual(await filesWith(Buffer.from(secret).toString('base64')), []);
    assert.equal(server.logged.join('\n').includes(secret), false);
    await server.stop();
    assert.deepEqual(await filesWith(secret), []);
  });

  it('overwrite what is deleted in the database and in its log', async () => {
    const { id } = await createVault();
    await put(id, 'token', 'x'.repeat(500));
    const sealed = rows()[0]?.sealed;
    assert.ok(sealed instanceof Uint8Array);
    const part = Buffer.from(sealed.subarray(20, 60));
    assert.equal((await filesWith(part)).length > 0, true);
    await server.request('DELETE', `/secret-vaults/${id}/secrets/token`);
    assert.deepEqual(await filesWith(part), []);
    await put(id, 'token', 'y'.repeat(500));
    const again = rows()[0]?.sealed;
    assert.ok(again instanceof Uint8Array);
    await server.request('DELETE', `/secret-vaults/${id}`);
    assert.deepEqual(await filesWith(Buffer.from(again.subarray(20, 60))), []);
  });

  it('wrap secrets with the new key at the first start that has both', async () => {
    const { id } = await createVault();
    const before = await put(id, 'token', 'kept');
    await server.stop();
    await server.start({ keyRing: ringOf(kek(), first) });
    const { body } = await server.json<{ secrets: RedactedSecret[] }>('GET', `/secret-vaults/${id}/secrets`);
    assert.notEqual(body.secrets[0]?.kek_id, before.kek_id);
    assert.equal(body.secrets[0]?.updated_at, before.updated_at);
  });
});

describe('secret vaults without a key', () => {
  const server = new Server();
  before(() => server.start());
  after(() => server.dispose());

  const all: [method: string, path: string, body?: unknown][] = [
    ['GET', '/secret-vaults'],
    ['POST', '/secret-vaults', { name: 'V' }],
    ['GET', '/secret-vaults/v'],
    ['PATCH', '/secret-vaults/v', { name: 'V' }],
    ['DELETE', '/secret-vaults/v'],
    ['GET', '/secret-vaults/v/secrets'],
    ['PUT', '/secret-vaults/v/secrets/a', { value: 'x' }],
    ['DELETE', '/secret-vaults/v/secrets/a'],
    ['PUT', '/project/vault', { vault_id: 'v' }],
    ['PUT', '/project/vault', { vault_id: '' }],
  ];
  for (const [method, suffix, body] of all) {
    it(`answer ${method} ${suffix} with 503`, async () => {
      const answer = await server.json(method, suffix, body);
      assert.deepEqual([answer.status, answer.body.code], [503, 'vault_unavailable']);
      assert.match(String(answer.body.message), /TAVORA_SECRET_KEK/);
    });
  }
});

describe('project settings', () => {
  const server = new Server();
  beforeEach(() => server.start());
  afterEach(() => server.dispose());

  it('keep the hosts that scripts may call, as they are compared', async () => {
    assert.deepEqual((await server.json('GET', '/project/settings')).body, { fetch_allow: [] });
    const listed = ['API.Example.com', '*.example.org', 'localhost:8080', '[::1]', '*'];
    const { status, body } = await server.json('PATCH', '/project/settings', { fetch_allow: listed, x: 1 });
    const kept = ['api.example.com', '*.example.org', 'localhost:8080', '[::1]', '*'];
    assert.deepEqual([status, body], [200, { fetch_allow: kept }]);
    assert.deepEqual((await server.json('PATCH', '/project/settings', {})).body, { fetch_allow: kept });
    await server.stop();
    await server.start();
    assert.deepEqual((await server.json('GET', '/project/settings')).body, { fetch_allow: kept });
  });

  for (const host of [
    '',
    'https://x.example',
    'a b',
    'x.example/path',
    'user@x',
    '*.*.com',
    'x?y',
    '*.x:80',
  ]) {
    it(`refuse ${JSON.stringify(host)} as a host`, async () => {
      const answer = await server.json('PATCH', '/project/settings', { fetch_allow: ['ok.example', host] });
      assert.deepEqual([answer.status, answer.body.field], [400, 'fetch_allow.1']);
      assert.deepEqual((await server.json('GET', '/project/settings')).body, { fetch_allow: [] });
    });
  }

  it('refuse what is no list', async () => {
    const answer = await server.json('PATCH', '/project/settings', { fetch_allow: 'x.example' });
    assert.deepEqual([answer.status, answer.body.field], [400, 'fetch_allow']);
  });
});

describe('a runtime whose vault key has changed', () => {
  it('says at its start how many secrets it cannot open', async () => {
    const server = new Server();
    try {
      await server.start({ keyRing: ringOf(kek()) });
      const { body } = await server.json<SecretVault>('POST', '/secret-vaults', { name: 'V' });
      await server.json('PUT', `/secret-vaults/${body.id}/secrets/a`, { value: 'x' });
      await server.stop();
      const logged: string[] = [];
      await server.start({ keyRing: ringOf(kek()), log: new Log('warn', (line) => logged.push(line)) });
      assert.match(logged.join('\n'), /1 secrets were sealed with a key that this runtime does not have/);
    } finally {
      await server.dispose();
    }
  });
});
