import assert from 'node:assert/strict';
import { ProviderModels } from '../../../src/runtime/models/offered';
import type { Settings } from '../../../src/runtime/models/providers';
import { type Behaviour, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { withEnv } from './harness';

describe('the models that providers offer', () => {
  let server: FaultServer;
  const told: string[] = [];

  afterEach(async () => {
    told.length = 0;
    await server.close();
  });

  /** @param patienceMs short only where nobody answers: a pause of the machine is no silence */
  async function offered(
    env: Record<string, string>,
    answers: Behaviour,
    settings?: Settings,
    patienceMs = 60_000,
  ) {
    server = await startFaultServer(answers);
    // Every host leads here, as through a proxy.
    const elsewhere: typeof fetch = (input, init) => {
      const { pathname, search } = new URL(String(input));
      return fetch(new URL(pathname + search, server.url), init);
    };
    const log = { info: (text: string) => void told.push(text) };
    return new ProviderModels(settings ?? withEnv(env), { log, fetch: elsewhere, patienceMs });
  }

  const list = (...ids: string[]) => ({ kind: 'answer' as const, body: { data: ids.map((id) => ({ id })) } });

  it('are the offline one alone where nothing is set up, and nobody is asked', async () => {
    const models = await offered({}, list('gpt-5'));
    assert.deepEqual(await models.list(), ['local/rehearsal']);
    assert.deepEqual(server.requests, []);
  });

  for (const [env, path, header, body, ids] of [
    [
      { OPENAI_API_KEY: 'k' },
      '/v1/models',
      ['authorization', 'Bearer k'],
      { data: [{ id: 'gpt-5' }] },
      'openai/gpt-5',
    ],
    [
      { ANTHROPIC_API_KEY: 'k' },
      '/v1/models?limit=1000',
      ['x-api-key', 'k'],
      { data: [{ id: 'claude-x' }] },
      'anthropic/claude-x',
    ],
    [
      { GEMINI_API_KEY: 'k' },
      '/v1beta/models?pageSize=1000',
      ['x-goog-api-key', 'k'],
      { models: [{ name: 'models/gemini-x' }] },
      'google/gemini-x',
    ],
    [
      { OPENROUTER_API_KEY: 'k' },
      '/api/v1/models',
      ['authorization', 'Bearer k'],
      { data: [{ id: 'a/b' }] },
      'openrouter/a/b',
    ],
    [
      { OLLAMA_BASE_URL: 'http://box:11434' },
      '/v1/models',
      ['authorization', undefined],
      { data: [{ id: 'qwen3:8b' }] },
      'ollama/qwen3:8b',
    ],
    [
      { OLLAMA_BASE_URL: 'http://box:11434/v1/' },
      '/v1/models',
      ['authorization', undefined],
      { data: [] },
      undefined,
    ],
    [
      { OPENAI_BASE_URL: 'http://box/v1', OPENAI_API_KEY: '' },
      '/v1/models',
      ['authorization', undefined],
      { data: [{ id: 'mine' }] },
      'compatible/mine',
    ],
  ] as const) {
    it(`are asked for as ${Object.keys(env)[0]} (${Object.values(env)[0]}) wants it`, async () => {
      const models = await offered(env, { kind: 'answer', body });
      assert.deepEqual(await models.list(), ['local/rehearsal', ...(ids ? [ids] : [])]);
      const [asked] = server.requests;
      assert.equal(asked?.path, path);
      assert.equal(asked?.headers[header[0]], header[1]);
      assert.deepEqual(told, []);
    });
  }

  it('are remembered, and asked for again when another key is set', async () => {
    const env: Record<string, string> = { OPENAI_API_KEY: 'one' };
    const models = await offered({}, list('gpt-5'), withEnv(env));
    await Promise.all([models.list(), models.list()]);
    assert.equal(server.requests.length, 1);
    env.OPENAI_API_KEY = 'two';
    await models.list();
    assert.equal(server.requests.length, 2);
  });

  for (const [what, answer] of [
    ['refuses the key', { kind: 'answer', status: 401, body: { error: 'no' } }],
    ['answers with something else', { kind: 'answer', body: { data: 'none' } }],
    ['answers with no JSON', { kind: 'garbage' }],
    ['does not answer', { kind: 'no-answer' }],
    ['breaks off', { kind: 'reset' }],
  ] as const) {
    it(`leave a provider out that ${what}, and say so in the log without its key`, async () => {
      const hasty = answer.kind === 'no-answer' ? 200 : undefined;
      const models = await offered({ OPENAI_API_KEY: 'sk-hidden' }, answer, undefined, hasty);
      assert.deepEqual(await models.list(), ['local/rehearsal']);
      assert.match(told.join(), /^OpenAI did not tell which models it has: /);
      assert.doesNotMatch(told.join(), /sk-hidden/);
    });
  }
});
