import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { apiBase, ChatChunk, ChatCompletion, type ChunkHit } from '../../../src/protocol';
import { createModelRouter, ModelError } from '../../../src/runtime/models';
import { Library } from '../knowledge/library';
import { checkedFetch } from '../support/answers';
import { Server } from '../support/server';
import { stopped, TalkingModel } from './talking-model';

type Messages = OpenAI.ChatCompletionMessageParam[];
const hello: Messages = [{ role: 'user', content: 'Hello there' }];

describe('chat completions with the openai package', () => {
  const server = new Server();
  const model = new TalkingModel();
  let client: OpenAI;

  before(async () => {
    await server.start({ models: () => model });
    client = clientOf(server.ready.apiKey);
  });
  after(() => server.dispose());
  beforeEach(() => model.says(['Good ', 'day', '.']));

  const clientOf = (apiKey: string) =>
    new OpenAI({ baseURL: `${server.ready.url}${apiBase}`, apiKey, maxRetries: 1, fetch: checkedFetch });

  async function refusal(call: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
    const error = await call.then(
      () => assert.fail('It worked.'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof OpenAI.APIError, String(error));
    return error;
  }

  describe('in one piece', () => {
    it('answers, says why it ended and what it cost', async () => {
      const answer = await client.chat.completions.create({ model: 'test/talking', messages: hello });
      const [choice] = answer.choices;
      assert.deepEqual(choice?.message, { role: 'assistant', content: 'Good day.' });
      assert.equal(choice?.finish_reason, 'stop');
      assert.deepEqual(answer.usage, { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 });
      assert.equal(answer.model, 'test/talking');
      assert.equal(answer.object, 'chat.completion');
      assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60);
    });

    it('gives the model what was said, in order, and the system’s words apart', async () => {
      await client.chat.completions.create({
        model: '',
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'One' },
              { type: 'text', text: 'Two' },
            ],
          },
          { role: 'assistant', content: 'Three' },
          { role: 'developer', content: 'Be kind.' },
          { role: 'user', content: 'Four' },
        ],
      });
      assert.equal(model.asked.system, 'Be brief.\n\nBe kind.');
      assert.deepEqual(model.asked.messages, [
        { role: 'user', content: 'One\nTwo' },
        { role: 'assistant', content: 'Three' },
        { role: 'user', content: 'Four' },
      ]);
    });

    it('passes on how the model is to write, and passes over what is null', async () => {
      await client.chat.completions.create({
        model: 'test/talking',
        messages: hello,
        temperature: 0.5,
        top_p: 0.9,
        max_completion_tokens: 100,
        stop: 'END',
        seed: 7,
        presence_penalty: 1,
        frequency_penalty: null,
        n: 1,
        tools: [],
        user: 'somebody',
      });
      assert.deepEqual(model.asked.settings, {
        temperature: 0.5,
        topP: 0.9,
        maxTokens: 100,
        stop: ['END'],
        seed: 7,
        presencePenalty: 1,
        frequencyPenalty: undefined,
      });
    });

    it('estimates what a model does not tell, and says so', async () => {
      model.says(['x'.repeat(40)], { prompt: 0, completion: 0 });
      const { usage } = await client.chat.completions.create({ model: '', messages: hello });
      assert.deepEqual(usage, { prompt_tokens: 3, completion_tokens: 10, total_tokens: 13, estimated: true });
    });

    it('says when the answer was cut for its length, or refused', async () => {
      for (const [code, reason] of [
        ['length', 'length'],
        ['refused', 'content_filter'],
      ] as const) {
        model.does(async function* () {
          yield { type: 'text', text: 'Half' };
          throw new ModelError('It ended.', code, false);
        });
        const { choices } = await client.chat.completions.create({ model: '', messages: hello });
        assert.deepEqual([choices[0]?.message.content, choices[0]?.finish_reason], ['Half', reason]);
      }
    });
  });

  describe('as a stream', () => {
    it('says who speaks, then the text, then why it ended', async () => {
      const chunks: OpenAI.ChatCompletionChunk[] = [];
      const stream = await client.chat.completions.create({ model: '', messages: hello, stream: true });
      for await (const chunk of stream) chunks.push(ChatChunk.parse(chunk) as OpenAI.ChatCompletionChunk);
      assert.deepEqual(
        chunks.map(({ choices }) => [choices[0]?.delta, choices[0]?.finish_reason]),
        [
          [{ role: 'assistant', content: '' }, null],
          [{ content: 'Good ' }, null],
          [{ content: 'day' }, null],
          [{ content: '.' }, null],
          [{}, 'stop'],
        ],
      );
      assert.equal(new Set(chunks.map(({ id }) => id)).size, 1);
      assert.ok(chunks.every((chunk) => !('usage' in chunk)));
    });

    it('tells what it cost when it is asked to', async () => {
      const stream = await client.chat.completions.create({
        model: '',
        messages: hello,
        stream: true,
        stream_options: { include_usage: true },
      });
      const usage: unknown[] = [];
      let last: OpenAI.ChatCompletionChunk | undefined;
      for await (const chunk of stream) {
        usage.push(chunk.usage);
        last = chunk;
      }
      assert.deepEqual(last?.choices, []);
      assert.deepEqual(usage.at(-1), { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 });
      assert.ok(usage.slice(0, -1).every((one) => one === null));
    });

    it('is put together by the package’s own helper', async () => {
      const runner = client.chat.completions.stream({ model: '', messages: hello });
      assert.equal(await runner.finalContent(), 'Good day.');
    });

    it('comes as the model speaks', async () => {
      let speak: () => void = () => undefined;
      const heard = new Promise<void>((resolve) => {
        speak = resolve;
      });
      model.does(async function* () {
        yield { type: 'text', text: 'first' };
        await heard;
        yield { type: 'text', text: 'second' };
      });
      const texts: unknown[] = [];
      const stream = await client.chat.completions.create({ model: '', messages: hello, stream: true });
      for await (const { choices } of stream) {
        texts.push(choices[0]?.delta.content);
        // Only once the first has been read does the model go on.
        if (choices[0]?.delta.content === 'first') speak();
      }
      assert.deepEqual(texts, ['', 'first', 'second', undefined]);
    });

    it('ends with [DONE] on the wire', async () => {
      const answer = await server.request('POST', '/chat/completions', { messages: hello, stream: true });
      const text = await answer.text();
      assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
      assert.ok(text.endsWith('data: [DONE]\n\n'), text);
    });
  });

  describe('when the model fails', () => {
    const broken = (retryable: boolean) => () =>
      (async function* () {
        yield* [];
        throw new ModelError('The provider is on fire.', 'unavailable', retryable);
      })();

    for (const stream of [false, true]) {
      it(`before its first word, says so with a status (${stream ? 'streaming' : 'not streaming'})`, async () => {
        model.does(broken(false));
        const error = await refusal(client.chat.completions.create({ model: '', messages: hello, stream }));
        assert.equal(error.status, 502);
        assert.match(error.message, /The provider is on fire\./);
        assert.equal(error.code, 'model_failed');
        assert.equal(model.requests.length, 1, 'A client must not try again what cannot work.');
      });
    }

    it('is asked again by a client where that may help', async () => {
      model.does(broken(true));
      await refusal(client.chat.completions.create({ model: '', messages: hello }));
      assert.equal(model.requests.length, 2);
    });

    it('in the middle of a stream, breaks it off with what happened', async () => {
      model.does(async function* () {
        yield { type: 'text', text: 'Half' };
        throw new ModelError('The line went dead.', 'cut', true);
      });
      const stream = await client.chat.completions.create({ model: '', messages: hello, stream: true });
      let text = '';
      const error = await refusal(
        (async () => {
          for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
        })(),
      );
      assert.equal(text, 'Half');
      assert.match(error.message, /The line went dead\./);
    });

    it('for a reason of ours, keeps it out of the stream and in the log', async () => {
      model.does(async function* () {
        yield { type: 'text', text: 'Half' };
        throw new TypeError('secret detail');
      });
      const answer = await server.request('POST', '/chat/completions', { messages: hello, stream: true });
      const text = await answer.text();
      assert.doesNotMatch(text, /secret detail|\[DONE\]/);
      assert.match(text, /"code":"internal"/);
      assert.ok(server.logged.some((line) => line.includes('secret detail')));
    });
  });

  describe('when the client goes away', () => {
    /** A model that says this much, and then thinks until it is stopped. */
    function thinks(texts: readonly string[], thinking: () => void = () => undefined): Promise<void> {
      return new Promise((resolve) => {
        model.does(async function* (request) {
          for (const text of texts) yield { type: 'text', text };
          thinking();
          await stopped(request).catch(() => resolve());
          request.signal.throwIfAborted();
        });
      });
    }

    for (const [when, stream, texts] of [
      ['while it waits for the whole answer', false, ['Thinking']],
      ['while it waits for the first word of a stream', true, []],
    ] as const) {
      it(`${when}, stops the model`, async () => {
        const controller = new AbortController();
        const ending = thinks(texts, () => controller.abort());
        const { signal } = controller;
        const call = client.chat.completions.create({ model: '', messages: hello, stream }, { signal });
        await assert.rejects(call, OpenAI.APIUserAbortError);
        await ending;
        assert.ok(
          !server.logged.some((line) => line.includes('/chat/completions failed')),
          'It is no failure.',
        );
      });
    }

    it('in the middle of a stream, stops the model', async () => {
      const ending = thinks(['Thinking']);
      const chunks = await client.chat.completions.create({ model: '', messages: hello, stream: true });
      for await (const { choices } of chunks) if (choices[0]?.delta.content) break;
      await ending;
    });
  });

  describe('refuses', () => {
    const refused: [string, Record<string, unknown>, string][] = [
      ['no messages', { messages: [] }, 'messages'],
      ['messages that are none', { messages: 'Hello' }, 'messages'],
      ['a role that does not exist', { messages: [{ role: 'robot', content: 'x' }] }, 'messages.0.role'],
      ['a message without content', { messages: [{ role: 'user' }] }, 'messages.0.content'],
      ['content of another kind', { messages: [{ role: 'user', content: 7 }] }, 'messages.0.content'],
      ['messages that ask nothing', { messages: [{ role: 'system', content: 'Be brief.' }] }, 'messages'],
      ['a question of nothing but space', { messages: [{ role: 'user', content: '  ' }] }, 'messages'],
      ['two answers', { messages: hello, n: 2 }, 'n'],
      ['tools', { messages: hello, tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
      ['functions', { messages: hello, functions: [{ name: 'f' }] }, 'functions'],
      [
        'what a tool said',
        { messages: [...hello, { role: 'tool', tool_call_id: '1', content: 'x' }] },
        'messages.1',
      ],
      ['JSON mode', { messages: hello, response_format: { type: 'json_object' } }, 'response_format'],
      ['probabilities', { messages: hello, logprobs: true }, 'logprobs'],
      ['sound', { messages: hello, modalities: ['text', 'audio'] }, 'modalities'],
      ['a temperature above 2', { messages: hello, temperature: 2.5 }, 'temperature'],
      ['a limit of no tokens', { messages: hello, max_tokens: 0 }, 'max_tokens'],
      ['a model that is a number', { messages: hello, model: 7 }, 'model'],
      ['a model that nobody knows', { messages: hello, model: 'nobody/nothing' }, 'model'],
      [
        'a picture',
        {
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'What is this?' },
                { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
              ],
            },
          ],
        },
        'messages.0.content.1',
      ],
    ];
    for (const [what, body, field] of refused) {
      it(`${what}, naming ${field}`, async () => {
        const error = await refusal(client.post('/chat/completions', { body }) as Promise<unknown>);
        assert.equal(error.status, 400);
        assert.equal(error.param, field);
        assert.equal(error.code, 'bad_request');
        assert.match(error.message, /^400 The .*\.$/);
        assert.equal(error.type, 'invalid_request_error');

        const plain = await server.json('POST', '/chat/completions', body);
        assert.equal(plain.status, 400);
        assert.equal(plain.body.error, 'Bad Request', 'With the key in its header, the error is the wire’s.');
        assert.equal(plain.body.field, field);
      });
    }

    it('in sentences that say what is right', async () => {
      const said = async (more: Record<string, unknown>) =>
        (await server.json('POST', '/chat/completions', { messages: hello, ...more })).body.message;
      assert.equal(await said({ messages: [] }), 'The field "messages" must not be empty.');
      assert.equal(await said({ temperature: 2.5 }), 'The field "temperature" must be 2 or less.');
      assert.equal(await said({ top_p: -1 }), 'The field "top_p" must be 0 or more.');
      assert.equal(await said({ max_tokens: 1.5 }), 'The field "max_tokens" must be a whole number.');
      assert.equal(await said({ stop: [...'abcde'] }), 'The field "stop" must have 4 entries or less.');
      assert.equal(await said({ stop: 7 }), 'The field "stop" has the wrong type.');
      assert.equal(await said({ stream: 'yes' }), 'The field "stream" must be a boolean.');
    });

    it('a body that is not JSON', async () => {
      const { status, body } = await server.json('POST', '/chat/completions', '{"messages": [');
      assert.equal(status, 400);
      assert.match(String(body.message), /not JSON/);
    });

    it('a key that is not the server’s', async () => {
      const error = await refusal(
        clientOf('tvr_wrong').chat.completions.create({ model: '', messages: hello }),
      );
      assert.ok(error instanceof OpenAI.AuthenticationError);
      assert.match(error.message, /key/);
    });

    it('the Bearer key anywhere else', async () => {
      const error = await refusal(client.get('/project') as Promise<unknown>);
      assert.equal(error.status, 401);
    });
  });

  describe('from the documents', () => {
    const ask = (more: Record<string, unknown>) =>
      ({
        model: '',
        messages: [{ role: 'user', content: 'How long is the warranty?' }] as Messages,
        ...more,
      }) as const;
    let library: Library;

    before(async () => {
      library = await new Library(server).create('Terms');
      await library.add('terms.md', '# Warranty\n\nThe warranty of a kettle lasts three years.\n');
      const other = await new Library(server).create('Other');
      await other.add('other.md', '# Warranty\n\nThe warranty of a lamp lasts one year.\n');
    });

    it('gives the model passages to read, and the client where they are from', async () => {
      const answer = ChatCompletion.parse(
        await client.chat.completions.create({ ...ask({ use_rag: true, index_id: library.id }) }),
      );
      assert.match(model.asked.system, /\[1\] terms\.md\n[\s\S]*lasts three years/);
      assert.doesNotMatch(model.asked.system, /lamp/);
      assert.deepEqual(
        answer.sources?.map(({ filename }) => filename),
        ['terms.md'],
      );
    });

    it('searches every index when none is named, and tells a stream’s sources first', async () => {
      const stream = await client.chat.completions.create({ ...ask({ use_rag: true }), stream: true });
      const sources: (ChunkHit[] | undefined)[] = [];
      for await (const chunk of stream) sources.push(ChatChunk.parse(chunk).sources);
      assert.deepEqual(sources[0]?.map(({ filename }) => filename).sort(), ['other.md', 'terms.md']);
      assert.ok(sources.slice(1).every((one) => one === undefined));
    });

    it('reads nothing unless it is asked to', async () => {
      await client.chat.completions.create({ ...ask({ index_id: library.id }) });
      assert.equal(model.asked.system, '');
    });

    it('says that nothing was found rather than let the model guess', async () => {
      const empty = await new Library(server).create('Empty');
      const answer = ChatCompletion.parse(
        await client.chat.completions.create({ ...ask({ use_rag: true, index_id: empty.id }) }),
      );
      assert.deepEqual(answer.sources, []);
      assert.match(model.asked.system, /Nothing was found/);
    });

    it('does not know an index of elsewhere', async () => {
      const error = await refusal(
        client.chat.completions.create({ ...ask({ use_rag: true, index_id: 'nowhere' }) }),
      );
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.match(error.message, /"nowhere"/);
    });
  });

  it('counts what chats cost', async () => {
    const before = await server.json<{ tokens: Record<string, number> }>('GET', '/metrics');
    await client.chat.completions.create({ model: '', messages: hello });
    const after = await server.json<{ tokens: Record<string, number> }>('GET', '/metrics');
    const more = (name: string) => (after.body.tokens[name] ?? 0) - (before.body.tokens[name] ?? 0);
    assert.deepEqual(['prompt_tokens', 'candidate_tokens', 'request_count'].map(more), [21, 9, 1]);
  });
});

describe('chat completions of the offline model', () => {
  const server = new Server();
  let client: OpenAI;

  before(async () => {
    await server.start({ models: (secrets) => createModelRouter({ secrets, env: {} }) });
    const { url, apiKey } = server.ready;
    client = new OpenAI({ baseURL: `${url}${apiBase}`, apiKey, maxRetries: 0, fetch: checkedFetch });
  });
  after(() => server.dispose());

  it('answer in words, with no block to run, and say what they are', async () => {
    const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: hello });
    const content = answer.choices[0]?.message.content ?? '';
    assert.match(content, /answered by rules, offline, without a language model; gpt-4o-mini is not set up/);
    assert.doesNotMatch(content, /```/);
    assert.equal(answer.model, 'local/rehearsal');
    assert.ok(answer.usage && answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0);
  });

  it('quote the documents, and what the system prompt says', async () => {
    const library = await new Library(server).create('Terms');
    await library.add('terms.md', '# Warranty\n\nThe warranty of a kettle lasts three years.\n');
    const ask = async (content: string, more: Record<string, unknown> = {}) => {
      const system = 'Our shop opens at nine.\n\nParcels leave the warehouse on Mondays.';
      const { choices } = await client.chat.completions.create({
        model: 'local/rehearsal',
        messages: [
          { role: 'system', content: system },
          { role: 'user', content },
        ],
        ...more,
      });
      return choices[0]?.message.content ?? '';
    };
    assert.match(await ask('How long does the warranty of a kettle last?', { use_rag: true }), /three years/);
    assert.match(await ask('When do parcels leave the warehouse?'), /on Mondays/);
  });

  it('end where the client wants them to', async () => {
    const create = (more: Record<string, unknown>) =>
      client.chat.completions.create({ model: 'local/rehearsal', messages: hello, ...more });
    const cut = await create({ max_tokens: 3 });
    assert.equal(cut.choices[0]?.finish_reason, 'length');
    assert.equal(cut.choices[0]?.message.content?.length, 12);
    const stoppedAt = await create({ stop: ['offline'] });
    assert.doesNotMatch(stoppedAt.choices[0]?.message.content ?? '', /offline/);
  });
});
