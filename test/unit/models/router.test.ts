import assert from 'node:assert/strict';
import {
  createModelRouter,
  ModelError,
  type ResolvedModel,
  rehearsalModelId,
} from '../../../src/runtime/models';
import { read, request, withEnv } from './harness';

const all = {
  OPENAI_API_KEY: 'a',
  ANTHROPIC_API_KEY: 'b',
  GOOGLE_GENERATIVE_AI_API_KEY: 'c',
};

describe('models: router', () => {
  const table: [env: Record<string, string>, asked: string, expected: Partial<ResolvedModel>][] = [
    [{}, '', { id: rehearsalModelId }],
    [{}, 'local/rehearsal', { id: rehearsalModelId }],
    [{}, 'openai/gpt-4o', { id: rehearsalModelId, requested: 'openai/gpt-4o', fallback: true }],
    [{}, 'gpt-4o', { id: rehearsalModelId, requested: 'gpt-4o', fallback: true }],
    [{}, 'nobody/nothing', { id: rehearsalModelId, requested: 'nobody/nothing', fallback: true }],
    [{}, 'ollama/qwen3', { id: 'ollama/qwen3' }],
    [{}, 'qwen3:8b', { id: 'ollama/qwen3:8b', requested: 'qwen3:8b' }],
    [all, '', { id: rehearsalModelId }],
    [all, 'openai/gpt-5', { id: 'openai/gpt-5', provider: 'openai' }],
    [all, 'gpt-4o', { id: 'openai/gpt-4o', requested: 'gpt-4o' }],
    [all, 'o4-mini', { id: 'openai/o4-mini' }],
    [all, 'claude-sonnet-4-5', { id: 'anthropic/claude-sonnet-4-5' }],
    [all, 'gemini-2.5-pro', { id: 'google/gemini-2.5-pro' }],
    [all, 'gemini/gemini-2.5-pro', { id: 'google/gemini-2.5-pro', provider: 'google' }],
    [all, 'Anthropic/claude-x', { id: 'anthropic/claude-x' }],
    [{ OPENROUTER_API_KEY: 'd' }, 'meta-llama/llama-4', { id: 'openrouter/meta-llama/llama-4' }],
    [{ OPENROUTER_API_KEY: 'd' }, 'openrouter/qwen/qwen3', { id: 'openrouter/qwen/qwen3' }],
    [{ OPENAI_BASE_URL: 'http://x/v1' }, 'my-model', { id: 'compatible/my-model' }],
    [{ OPENAI_BASE_URL: 'http://x/v1' }, 'lmstudio/my-model', { id: 'compatible/my-model' }],
    [{ TAVORA_MODEL: 'ollama/qwen3' }, 'openai/gpt-5', { id: 'ollama/qwen3', requested: 'openai/gpt-5' }],
    [
      { TAVORA_MODEL: 'local/rehearsal', ...all },
      'openai/gpt-5',
      { id: rehearsalModelId, requested: 'openai/gpt-5' },
    ],
  ];
  for (const [env, asked, expected] of table) {
    it(`takes ${JSON.stringify(asked)} with ${Object.keys(env).join(', ') || 'nothing set'} for ${expected.id}`, () => {
      const resolved = createModelRouter(withEnv(env)).resolve(asked);
      assert.deepEqual({ ...resolved, ...expected }, resolved);
    });
  }

  const refusals: [env: Record<string, string>, asked: string, code: string, said: RegExp][] = [
    [
      { OPENAI_API_KEY: 'a' },
      'claude-x',
      'not_configured',
      /Anthropic is not set up\. Set the secret "anthropic_api_key" in the project's vault, or ANTHROPIC_API_KEY/,
    ],
    [
      { OPENAI_API_KEY: 'a' },
      'gemini/x',
      'not_configured',
      /"gemini_api_key" in the project's vault, or GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY/,
    ],
    [{ OPENAI_API_KEY: 'a' }, 'compatible/x', 'not_configured', /Set OPENAI_BASE_URL/],
    [{ OPENAI_API_KEY: 'a' }, 'opnai/gpt-5', 'unknown_provider', /Did you mean "openai"\?/],
    [{ OPENAI_API_KEY: 'a' }, 'my-model', 'unknown_provider', /Write provider\/name/],
    [{ OPENAI_API_KEY: 'a' }, 'openai/', 'unknown_provider', /names no provider/],
    [{ TAVORA_MODEL: 'openai/gpt-5' }, '', 'not_configured', /or OPENAI_API_KEY in the environment/],
  ];
  for (const [env, asked, code, said] of refusals) {
    it(`refuses ${JSON.stringify(asked)} with ${JSON.stringify(env)}`, () => {
      assert.throws(
        () => createModelRouter(withEnv(env)).resolve(asked),
        (error) => error instanceof ModelError && error.code === code && said.test(error.message),
      );
    });
  }

  it('lists the offline model as what it is', () => {
    assert.deepEqual(createModelRouter(withEnv({})).list(), [
      {
        id: rehearsalModelId,
        label: 'Rehearsal (offline: answers by rules, without a language model)',
        offline: true,
      },
    ]);
    assert.deepEqual(
      createModelRouter(withEnv({ TAVORA_MODEL: 'ollama/qwen3' }))
        .list()
        .map(({ id }) => id),
      ['ollama/qwen3', rehearsalModelId],
    );
  });

  it('says in the answer which model it stands in for', async () => {
    const { text, usage } = await read(createModelRouter(withEnv({})).stream(request('openai/gpt-4o')));
    assert.match(
      text,
      /_local\/rehearsal: answered by rules, offline, without a language model; openai\/gpt-4o is not set up\._$/,
    );
    assert.deepEqual(usage, [Math.ceil('Be brief.Hello'.length / 4), Math.ceil(text.length / 4)]);
  });
});
