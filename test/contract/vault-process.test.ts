import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { apiBase, type ReadyLine } from '../../src/protocol';
import { RuntimeProcess } from './support/process';

describe('the vault of a runtime process', () => {
  const kek = randomBytes(32).toString('base64');
  const secret = `sk-${randomBytes(16).toString('hex')}`;
  const processes: RuntimeProcess[] = [];
  let data = '';

  beforeEach(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'tavora-vault-'));
  });
  afterEach(async () => {
    for (const one of processes.splice(0)) await one.kill();
    await rm(data, { recursive: true, force: true });
  });

  function start(env: NodeJS.ProcessEnv, args: string[] = []): RuntimeProcess {
    const started = new RuntimeProcess(data, args, env);
    processes.push(started);
    return started;
  }

  async function call(ready: ReadyLine, method: string, pathname: string, body?: unknown) {
    const answer = await fetch(`${ready.url}${apiBase}${pathname}`, {
      method,
      headers: { 'X-API-Key': ready.apiKey },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  it('is closed without a key', async () => {
    const ready = await start({ TAVORA_SECRET_KEK: '' }).ready();
    assert.equal((await call(ready, 'GET', '/secret-vaults')).status, 503);
  });

  it('is beside a list of hosts, of which what is none is left out and said', async () => {
    const one = start({ TAVORA_FETCH_ALLOW: 'https://x.example, API.example.com' });
    await one.ready();
    await one.kill();
    assert.match(one.errors, /TAVORA_FETCH_ALLOW: "https:\/\/x\.example" is no host and is left out/);
    assert.equal(one.errors.includes('example.com'), false);
  });

  it('does not open with something that is no key, which is not repeated', async () => {
    const one = start({ TAVORA_SECRET_KEK: `${kek}not-a-key` });
    assert.equal(await one.ended, 1);
    assert.match(one.errors, /TAVORA_SECRET_KEK is not a key: it must be 32 random bytes/);
    assert.equal(one.errors.includes(kek), false);
    assert.deepEqual(one.output, []);
  });

  it('keeps an acknowledged secret through a kill, and neither it nor the key in the clear', async () => {
    const one = start({ TAVORA_SECRET_KEK: kek }, ['--log-level', 'debug']);
    const ready = await one.ready();
    const { body: vault } = await call(ready, 'POST', '/secret-vaults', { name: 'Keys' });
    await call(ready, 'PUT', '/project/vault', { vault_id: vault.id });
    const put = `/secret-vaults/${vault.id}/secrets/openai_api_key`;
    assert.equal((await call(ready, 'PUT', put, { value: secret })).status, 200);
    await one.kill();
    const two = start({ TAVORA_SECRET_KEK: kek, OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '' }, [
      '--log-level',
      'debug',
    ]);
    const again = await two.ready();
    const { body } = await call(again, 'GET', `/secret-vaults/${vault.id}/secrets`);
    assert.equal((body.secrets as { name: string }[])[0]?.name, 'openai_api_key');
    // Where no key at all is known, the offline model stands in for any; here one is.
    const session = await call(again, 'POST', '/agents', { model: 'anthropic/claude-x' });
    assert.equal(session.status, 400);
    assert.match(String(session.body.message), /Anthropic is not set up/);
    const said = [one.errors, two.errors, ...one.output, ...two.output].join('\n');
    for (const hidden of [secret, kek, Buffer.from(kek, 'base64').toString('hex')]) {
      assert.equal(said.includes(hidden), false);
      for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = await readFile(path.join(entry.parentPath, entry.name));
        assert.equal(bytes.includes(hidden), false, `${entry.name} holds it`);
      }
    }
  });
});
