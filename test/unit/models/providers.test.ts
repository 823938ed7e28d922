import assert from 'node:assert/strict';
import { createModelRouter, type ModelRouter } from '../../../src/runtime/models';
import { failure, read, request, withEnv } from './harness';
import { type Answer, events, ProviderServer, silent, status, torn } from './server';

interface Protocol {
  name: string;
  model: string;
  label: string;
  env(url: string): Record<string, string>;
  path: RegExp;
  key: { header: string; value: string };
  /** Events of a whole answer "Hel" + "lo", with 7 tokens in and 3 out. */
  whole: (object | string)[];
  /** The events up to the first piece of text. */
  begun: (object | string)[];
  /** Events of an answer that reached its limit. */
  limited: (object | string)[];
  error(message: string): unknown;
  /** How often a passing failure is tried in all. */
  attempts?: number;
}

const chat = (delta: object, finish: string | null = null): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const chatUsage = {
  ...chat({}),
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
};
const chatProtocol = {
  path: /\/chat\/completions$/,
  whole: [
    chat({ role: 'assistant', content: 'Hel' }),
    chat({ content: 'lo' }),
    chat({}, 'stop'),
    chatUsage,
    '[DONE]',
  ],
  begun: [chat({ role: 'assistant', content: 'Hel' })],
  limited: [chat({ content: 'Hel' }), chat({}, 'length'), chatUsage, '[DONE]'],
  error: (message: string) => ({ error: { message, type: 'x', code: 'y' } }),
};

const responsesBegun = [
  { type: 'response.created', response: { id: 'r1', created_at: 1, model: 'gpt-5', service_tier: null } },
  { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'm1' } },
  { type: 'response.output_text.delta', item_id: 'm1', output_index: 0, content_index: 0, delta: 'Hel' },
];
const responsesUsage = { input_tokens: 7, output_tokens: 3 };

const claudeBegun = [
  {
    type: 'message_start',
    message: {
      id: 'a1',
      type: 'message',
      role: 'assistant',
      model: 'c',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 7, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
];
const claudeEnd = (reason: string): object[] => [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
];

const gemini = (text: string, finishReason?: string): object => ({
  candidates: [
    { content: { role: 'model', parts: [{ text }] }, index: 0, ...(finishReason ? { finishReason } : {}) },
  ],
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 },
});

const protocols: Protocol[] = [
  {
    name: 'an OpenAI-compatible server',
    model: 'compatible/some-model',
    label: 'The OpenAI-compatible server',
    env: (url) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'sk-test-1' }),
    key: { header: 'authorization', value: 'Bearer sk-test-1' },
    ...chatProtocol,
  },
  {
    name: 'Ollama',
    model: 'qwen3:8b',
    label: 'Ollama',
    env: (url) => ({ OLLAMA_BASE_URL: url }),
    key: { header: 'authorization', value: '' },
    attempts: 1,
    ...chatProtocol,
  },
  {
    name: 'OpenRouter',
    model: 'openrouter/meta-llama/llama-4',
    label: 'OpenRouter',
    env: () => ({ OPENROUTER_API_KEY: 'or-test-1' }),
    key: { header: 'authorization', value: 'Bearer or-test-1' },
    ...chatProtocol,
  },
  {
    name: 'OpenAI',
    model: 'gpt-5-mini',
    label: 'OpenAI',
    env: () => ({ OPENAI_API_KEY: 'sk-test-2' }),
    path: /\/responses$/,
    key: { header: 'authorization', value: 'Bearer sk-test-2' },
    whole: [
      ...responsesBegun,
      { type: 'response.output_text.delta', item_id: 'm1', output_index: 0, content_index: 0, delta: 'lo' },
      { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'm1' } },
      { type: 'response.completed', response: { usage: responsesUsage } },
    ],
    begun: responsesBegun,
    limited: [
      ...responsesBegun,
      {
        type: 'response.incomplete',
        response: { incomplete_details: { reason: 'max_output_tokens' }, usage: responsesUsage },
      },
    ],
    error: (message) => ({ error: { message, type: 'x', param: null, code: 'y' } }),
  },
  {
    name: 'Anthropic',
    model: 'claude-sonnet-4-5',
    label: 'Anthropic',
    env: () => ({ ANTHROPIC_API_KEY: 'ant-test-1' }),
    path: /\/messages$/,
    key: { header: 'x-api-key', value: 'ant-test-1' },
    whole: [
      ...claudeBegun,
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } },
      ...claudeEnd('end_turn'),
    ],
    begun: claudeBegun,
    limited: [...claudeBegun, ...claudeEnd('max_tokens')],
    error: (message) => ({ type: 'error', error: { type: 'x', message } }),
  },
  {
    name: 'Google',
    model: 'gemini/gemini-2.5-flash',
    label: 'Google',
    env: () => ({ GEMINI_API_KEY: 'goo-test-1' }),
    path: /\/models\/gemini-2\.5-flash:streamGenerateContent\?alt=sse$/,
    key: { header: 'x-goog-api-key', value: 'goo-test-1' },
    whole: [gemini('Hel'), gemini('lo', 'STOP')],
    begun: [gemini('Hel')],
    limited: [gemini('Hel'), gemini('', 'MAX_TOKENS')],
    error: (message) => ({ error: { code: 1, message, status: 'X' } }),
  },
];

for (const protocol of protocols) {
  describe(`models: ${protocol.name}`, () => {
    const server = new ProviderServer();
    let router: ModelRouter;
    before(async () => {
      await server.start();
      router = createModelRouter(withEnv(protocol.env(server.url)), { fetch: server.fetch });
    });
    after(() => server.stop());

    const asked = (signal?: AbortSignal) => request(protocol.model, signal ? { signal } : {});

    it('streams the answer piece by piece and counts the tokens', async () => {
      server.answer(events(...protocol.whole));
      assert.deepEqual(await read(router.stream(asked())), { text: 'Hello', chunks: 2, usage: [7, 3] });
      const [seen] = server.seen;
      assert.match(seen?.path ?? '', protocol.path);
      assert.equal(seen?.headers[protocol.key.header] ?? '', protocol.key.value);
    });

    it('sends the system prompt, and results of blocks as the next message of the person', async () => {
      server.answer(events(...protocol.whole));
      const messages = [
        { role: 'user' as const, content: 'Where is it?' },
        { role: 'assistant' as const, content: 'I look.' },
        { role: 'tool' as const, content: '{ "status": "shipped" }' },
      ];
      await read(router.stream(request(protocol.model, { messages })));
      const sent = JSON.stringify(server.seen[0]?.body);
      assert.match(sent, /Be brief\./);
      assert.match(sent, /Where is it\?.*I look\..*Result of the block:.*shipped/);
    });

    it('says that the answer broke off when the connection is torn', async () => {
      server.answer(torn(...protocol.begun));
      const error = await failure(router, asked());
      assert.match(error.message, /broke off/);
      assert.equal(error.retryable, true);
    });

    it('says that the answer broke off when it stops without an end', async () => {
      server.answer(events(...protocol.begun));
      const error = await failure(router, asked());
      assert.equal(error.code, 'cut');
      assert.match(error.message, /broke off in the middle/);
    });

    it('gives up on silence, before and after the first piece', async () => {
      const impatient = createModelRouter(withEnv(protocol.env(server.url)), {
        fetch: server.fetch,
        patience: { first: 400, between: 400 },
      });
      for (const begun of [[], protocol.begun]) {
        server.answer(silent(...begun));
        const error = await failure(impatient, asked());
        assert.equal(error.code, 'timeout');
        assert.match(error.message, new RegExp(`${protocol.label} said nothing for 0 s`));
      }
    });

    it('says when the answer reached the limit of output', async () => {
      server.answer(events(...protocol.limited));
      assert.equal((await failure(router, asked())).code, 'length');
    });

    it('stops when it is aborted, with the reason', async () => {
      server.answer(silent(...protocol.begun));
      const controller = new AbortController();
      const reason = new Error('the person pressed stop');
      const stream = router.stream(asked(controller.signal));
      await assert.rejects(async () => {
        for await (const _chunk of stream) controller.abort(reason);
      }, reason);
    });

    const refusals: [status: number, message: string, code: string, retryable: boolean, said: RegExp][] = [
      [401, 'bad key', 'unauthorized', false, /refused the key \(401\)\. Check .*[A-Z_]+/],
      [403, 'no access', 'unauthorized', false, /refused the key \(403\)/],
      [
        404,
        'no such model',
        'model_not_found',
        false,
        /has no model ".+" \(404\)\. Check "model" in agent\.jsonc/,
      ],
      [
        400,
        'messages: too many',
        'bad_request',
        false,
        /did not accept the request \(400\)\. It said: messages: too many/,
      ],
      [402, 'pay first', 'quota', false, /no credit or quota left \(402\)\. It said: pay first/],
    ];
    for (const [code, message, expected, retryable, said] of refusals) {
      it(`explains ${code}`, async () => {
        server.answer(status(code, protocol.error(message)));
        const error = await failure(router, asked());
        assert.deepEqual([error.code, error.retryable], [expected, retryable]);
        assert.match(error.message, said);
        assert.equal(server.seen.length, 1, 'what cannot get better is not tried again');
      });
    }

    const passing: [status: number, message: string, code: string, retryable: boolean][] = [
      [429, 'slow down', 'rate_limited', true],
      [429, 'You exceeded your current quota, please check your plan and billing details', 'quota', false],
      [503, 'overloaded', 'unavailable', true],
    ];
    for (const [code, message, expected, retryable] of passing) {
      it(`tries ${code} (${message}) again, if it may, then explains it`, async () => {
        server.answer(status(code, protocol.error(message), { 'retry-after-ms': '1' }));
        const error = await failure(router, asked());
        assert.deepEqual([error.code, error.retryable], [expected, retryable], error.message);
        assert.equal(server.seen.length, protocol.attempts ?? 3);
      });
    }

    if (protocol.attempts !== 1) {
      it('answers after a passing failure', async () => {
        const busy: Answer = status(503, protocol.error('busy'), { 'retry-after-ms': '1' });
        server.answer(busy, events(...protocol.whole));
        assert.equal((await read(router.stream(asked()))).text, 'Hello');
      });
    }

    it('explains an answer that is no stream of its protocol', async () => {
      server.answer(status(200, '<html>a login page</html>'));
      const error = await failure(router, asked());
      assert.match(error.message, new RegExp(protocol.label));
    });
  });
}

describe('models: network', () => {
  it('says where nobody answers, and what to do', async () => {
    const server = new ProviderServer();
    await server.start();
    const { url } = server;
    await server.stop();
    const router = createModelRouter(withEnv({ OLLAMA_BASE_URL: url }));
    const error = await failure(router, request('ollama/qwen3'));
    assert.equal(error.code, 'network');
    assert.match(
      error.message,
      /^Ollama at http:\/\/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\. Is Ollama running\?/,
    );
  });

  it('never repeats a key, even when the provider does', async () => {
    const server = new ProviderServer();
    await server.start();
    server.answer(status(400, { error: { message: 'the key sk-very-secret is odd' } }));
    const router = createModelRouter(
      withEnv({ OPENAI_API_KEY: 'sk-very-secret', OPENAI_BASE_URL: server.url }),
    );
    const { message } = await failure(router, request('openai/x'));
    await server.stop();
    assert.match(message, /the key … is odd/);
  });
});
