import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AgentSession, RunEvent } from '../../src/protocol';
import { createModelRouter } from '../../src/runtime/models';
import { type KeyRing, takeKeyRing } from '../../src/runtime/vault';
import { events, ProviderServer, status } from '../unit/models/server';
import { Server } from './support/server';

const answer = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello.' }, finish_reason: null }] },
  {
    choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
  '[DONE]',
];

function newRing(): KeyRing {
  const ring = takeKeyRing({ TAVORA_SECRET_KEK: randomBytes(32).toString('base64') });
  assert.ok(ring);
  return ring;
}

describe('models and the vault', () => {
  const server = new Server();
  const provider = new ProviderServer();
  let vaultId = '';
  let ring = newRing();

  before(() => provider.start());
  beforeEach(async () => {
    provider.answer(events(...answer));
    ring = newRing();
    await start(ring);
    vaultId = (await server.json<{ id: string }>('POST', '/secret-vaults', { name: 'V' })).body.id;
    await server.json('PUT', '/project/vault', { vault_id: vaultId });
  });
  afterEach(() => server.dispose());
  after(() => provider.stop());

  function start(keyRing: KeyRing | undefined, env: Record<string, string> = {}): Promise<void> {
    return server.start({
      keyRing,
      models: (secrets) => createModelRouter({ secrets, env }, { fetch: provider.fetch }),
    });
  }

  const put = (name: string, value: string) =>
    server.json('PUT', `/secret-vaults/${vaultId}/secrets/${name}`, { value });

  async function newSession(model: string): Promise<string> {
    const { status: code, body } = await server.json<AgentSession>('POST', '/agents', { model });
    assert.equal(code, 201, JSON.stringify(body));
    return body.id;
  }

  const said = (list: readonly RunEvent[]) => list.find(({ type }) => type === 'response')?.content;
  const sent = (header = 'authorization') => provider.seen.at(-1)?.headers[header];

  it('read the key from it, anew for each run', async () => {
    await put('openrouter_api_key', ' or-first \n');
    const id = await newSession('openrouter/some/model');
    assert.equal(said(await server.run(id, 'Hi')), 'Hello.');
    assert.equal(sent(), 'Bearer or-first');
    await put('openrouter_api_key', 'or-second');
    assert.equal(said(await server.run(id, 'Hi')), 'Hello.');
    assert.equal(sent(), 'Bearer or-second');
  });

  it('take the environment where it has nothing, and it where both do', async () => {
    await server.stop();
    await start(newRing(), { EDENAI_API_KEY: 'from-env' });
    vaultId = (await server.json<{ id: string }>('POST', '/secret-vaults', { name: 'W' })).body.id;
    await server.json('PUT', '/project/vault', { vault_id: vaultId });
    const id = await newSession('edenai/openai/gpt-5');
    await server.run(id, 'Hi');
    assert.equal(sent(), 'Bearer from-env');
    await put('edenai_api_key', 'from-vault');
    await server.run(id, 'Hi');
    assert.equal(sent(), 'Bearer from-vault');
    await server.request('DELETE', `/secret-vaults/${vaultId}/secrets/edenai_api_key`);
    await server.run(id, 'Hi');
    assert.equal(sent(), 'Bearer from-env');
    await put('edenai_api_key', 'from-vault');
    await server.json('PUT', '/project/vault', { vault_id: null });
    await server.run(id, 'Hi');
    assert.equal(sent(), 'Bearer from-env');
  });

  const keys: [secret: string, model: string, header: string, value: string][] = [
    ['openai_api_key', 'openai/gpt-5', 'authorization', 'Bearer k-1'],
    ['anthropic_api_key', 'anthropic/claude-x', 'x-api-key', 'k-1'],
    ['gemini_api_key', 'gemini/gemini-x', 'x-goog-api-key', 'k-1'],
    ['openrouter_api_key', 'openrouter/a/b', 'authorization', 'Bearer k-1'],
    ['edenai_api_key', 'edenai/a/b', 'authorization', 'Bearer k-1'],
  ];
  for (const [secret, model, header, value] of keys) {
    it(`of ${model} send ${secret}`, async () => {
      await put(secret, 'k-1');
      provider.answer(status(401, { error: { message: 'Wrong key k-1' } }));
      const list = await server.run(await newSession(model), 'Hi');
      assert.equal(sent(header), value);
      const error = list.at(-1);
      assert.equal(error?.type, 'error');
      assert.match(error?.content ?? '', new RegExp(`refused the key \\(401\\).*secret "${secret}"`));
    });
  }

  it('find Ollama at the address in it', async () => {
    await put('ollama_base_url', `${provider.url}/`);
    assert.equal(said(await server.run(await newSession('ollama/qwen3'), 'Hi')), 'Hello.');
    assert.equal(provider.seen.at(-1)?.path, '/v1/chat/completions');
  });

  it('keep an address to themselves that is a secret', async () => {
    await server.stop();
    await server.start({
      keyRing: ring,
      models: (secrets) => createModelRouter({ secrets, env: {} }),
    });
    const gone = new ProviderServer();
    await gone.start();
    await put('ollama_base_url', `${gone.url}/hidden`);
    await gone.stop();
    const list = await server.run(await newSession('ollama/qwen3'), 'Hi');
    assert.match(
      list.at(-1)?.content ?? '',
      /at the address in the secret "ollama_base_url" cannot be reached/,
    );
    assert.equal(JSON.stringify(list).includes('hidden'), false);
  });

  it('do not fall back on the environment for a key that was sealed with another one', async () => {
    await put('openrouter_api_key', 'or-sealed');
    await server.stop();
    await start(newRing(), { OPENROUTER_API_KEY: 'from-env' });
    const refused = await server.json('POST', '/agents', { model: 'openrouter/a/b' });
    assert.equal(refused.status, 400);
    assert.match(String(refused.body.message), /"openrouter_api_key" was sealed with another key/);
    await server.stop();
    await start(undefined, { OPENROUTER_API_KEY: 'from-env' });
    const keyless = await server.json('POST', '/agents', { model: 'openrouter/a/b' });
    assert.equal(keyless.status, 400);
    assert.match(String(keyless.body.message), /started without TAVORA_SECRET_KEK/);
    assert.equal(provider.seen.length, 0);
  });

  it('leave a secret in no answer, trace, log or file', async () => {
    const secret = `or-${randomBytes(12).toString('hex')}`;
    await put('openrouter_api_key', secret);
    const id = await newSession('openrouter/a/b');
    provider.answer(
      events(...answer),
      status(400, { error: { message: `You sent ${secret}, which is odd.` } }),
    );
    const texts = [JSON.stringify(await server.run(id, 'Hi')), JSON.stringify(await server.run(id, 'Hi'))];
    assert.match(texts[1] ?? '', /You sent …, which is odd/);
    for (const pathname of [`/studio/${id}`, `/agents/${id}`, '/audit-log', '/project', '/secret-vaults']) {
      texts.push(await (await server.request('GET', pathname)).text());
    }
    texts.push(server.logged.join('\n'));
    assert.equal(provider.seen.length, 2);
    for (const text of texts) assert.equal(text.includes(secret), false, text);
    for (const name of await readdir(server.data)) {
      if (name.startsWith('tavora.db')) {
        assert.equal((await readFile(path.join(server.data, name))).includes(secret), false, name);
      }
    }
  });
});
