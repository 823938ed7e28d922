import assert from 'node:assert/strict';
import type { ConversationWithMessages, MessageAnswer } from '../../../src/protocol';
import { ModelError } from '../../../src/runtime/models';
import { Library } from '../knowledge/library';
import { Server } from '../support/server';
import { stopped, TalkingModel } from './talking-model';

describe('conversations over HTTP', () => {
  const server = new Server();
  const model = new TalkingModel();

  before(() => server.start({ models: () => model }));
  after(() => server.dispose());
  beforeEach(() => model.says(['Good day.']));

  async function open(body: Record<string, unknown> = {}): Promise<string> {
    const { status, body: conversation } = await server.json<{ id: string }>('POST', '/conversations', body);
    assert.equal(status, 201);
    return conversation.id;
  }
  const say = (id: string, content: string, more: Record<string, unknown> = {}) =>
    server.json<MessageAnswer>('POST', `/conversations/${id}/messages`, { content, ...more });
  const read = async (id: string): Promise<ConversationWithMessages> =>
    (await server.json<ConversationWithMessages>('GET', `/conversations/${id}`)).body;

  it('keep what they were made with', async () => {
    const given = {
      title: 'Kettles',
      system_prompt: 'Be brief.',
      model: 'test/talking',
      metadata: { customer: 7 },
    };
    const { conversation, messages, token_usage: usage } = await read(await open(given));
    for (const [name, value] of Object.entries(given)) assert.deepEqual(conversation[name], value, name);
    assert.deepEqual(messages, []);
    assert.deepEqual(usage, { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
  });

  it('answer, and remember what was said before', async () => {
    const id = await open({ system_prompt: 'Be brief.' });
    const first = await say(id, 'Hello');
    assert.equal(first.status, 201);
    assert.deepEqual(
      [first.body.user_message, first.body.message].map(({ role, content }) => [role, content]),
      [
        ['user', 'Hello'],
        ['assistant', 'Good day.'],
      ],
    );
    assert.deepEqual(first.body.token_usage, { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 });

    model.says(['Still here.']);
    await say(id, 'And now?');
    assert.equal(model.asked.system, 'Be brief.');
    assert.deepEqual(model.asked.messages, [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Good day.' },
      { role: 'user', content: 'And now?' },
    ]);
    const { messages, token_usage: usage } = await read(id);
    assert.deepEqual(
      messages.map(({ content }) => content),
      ['Hello', 'Good day.', 'And now?', 'Still here.'],
    );
    assert.deepEqual(usage, { prompt_tokens: 42, completion_tokens: 18, total_tokens: 60 });
  });

  it('give the model the last of what was said, when that is more than it could read', async () => {
    const id = await open();
    const long = 'x'.repeat(150_000);
    await say(id, `first ${long}`);
    model.says(['short']);
    await say(id, `second ${long}`);
    assert.deepEqual(
      model.asked.messages.map(({ content }) => content.slice(0, 6)),
      ['Good d', 'second'],
    );
    await say(id, `third ${long}${long}`);
    assert.deepEqual(
      model.asked.messages.map(({ content }) => content.slice(0, 5)),
      ['third'],
    );
    assert.equal((await read(id)).messages.length, 6);
  });

  it('are called by their first message, unless they have a title', async () => {
    const id = await open();
    await say(id, `  Where\n is ${'my '.repeat(60)}parcel? `);
    await say(id, 'Anybody?');
    const { title } = (await read(id)).conversation;
    assert.match(title, /^Where is my my .*…$/);
    assert.equal(title.length, 80);

    const named = await open({ title: 'Parcels' });
    await say(named, 'Hello');
    assert.equal((await read(named)).conversation.title, 'Parcels');
  });

  it('answer from the documents, and say from which', async () => {
    const library = await new Library(server).create('Terms');
    await library.add('terms.md', '# Warranty\n\nThe warranty of a kettle lasts three years.\n');
    const id = await open();
    await say(id, 'How long is the warranty?', { use_rag: true, index_id: library.id });
    assert.match(model.asked.system, /three years/);
    const [said, answered] = (await read(id)).messages;
    assert.deepEqual([said?.sources, Array.isArray(answered?.sources)], [undefined, true]);
    assert.match(JSON.stringify(answered?.sources), /terms\.md/);

    await say(id, 'How long is the warranty?');
    assert.doesNotMatch(model.asked.system, /three years/);
  });

  it('keep what was said when the model fails, and go on from there', async () => {
    const id = await open();
    model.does(async function* () {
      yield { type: 'text', text: 'Half' };
      throw new ModelError('The provider is on fire.', 'unavailable', true);
    });
    const { status, body } = await say(id, 'Hello');
    const failure = body as unknown as Record<string, unknown>;
    assert.equal(status, 502);
    assert.equal(failure.message, 'The provider is on fire. Your message is kept.');
    const { messages, conversation } = await read(id);
    assert.deepEqual(messages, [failure.user_message]);
    assert.equal(conversation.title, 'Hello');

    model.says(['Here I am.']);
    assert.equal((await say(id, 'Again')).body.message.content, 'Here I am.');
  });

  it('wait for one answer before the next message', async () => {
    const id = await open();
    let go: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      model.does(async function* () {
        const free = new Promise<void>((done) => {
          go = done;
        });
        resolve();
        await free;
        yield { type: 'text', text: 'First.' };
      });
    });
    const first = say(id, 'One');
    await asked;
    assert.equal((await say(id, 'Two')).status, 409);
    assert.equal((await server.json('DELETE', `/conversations/${id}`)).status, 409);
    go();
    assert.equal((await first).status, 201);
    assert.equal((await server.json('DELETE', `/conversations/${id}`)).status, 204);
  });

  it('stop the model when nobody waits for it, and keep what was said', async () => {
    const id = await open();
    const controller = new AbortController();
    const ending = new Promise<void>((resolve) => {
      model.does(async function* (request) {
        yield* [];
        controller.abort();
        await stopped(request).catch(() => resolve());
        request.signal.throwIfAborted();
      });
    });
    const { signal } = controller;
    const call = server.request('POST', `/conversations/${id}/messages`, { content: 'Hello' }, { signal });
    await assert.rejects(call, { name: 'AbortError' });
    await ending;
    const { messages } = await read(id);
    assert.deepEqual(
      messages.map(({ content }) => content),
      ['Hello'],
    );
  });

  it('are listed newest first, a page at a time', async () => {
    const first = await open({ title: 'A' });
    // Two conversations of one millisecond have no order in time.
    const made = Date.now();
    while (Date.now() === made) await new Promise((resolve) => setImmediate(resolve));
    const second = await open({ title: 'B' });
    const page = async (query: string) =>
      (await server.json<{ conversations: { id: string }[] }>('GET', `/conversations?${query}`)).body
        .conversations;
    assert.equal((await page('limit=1'))[0]?.id, second);
    assert.equal((await page('limit=1&offset=1'))[0]?.id, first);
    assert.ok((await page('')).length >= 2);
  });

  it('take their messages with them', async () => {
    const id = await open();
    await say(id, 'Hello');
    assert.equal((await server.json('DELETE', `/conversations/${id}`)).status, 204);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['DELETE', '', undefined],
      ['POST', '/messages', { content: 'Hello' }],
    ] as const) {
      assert.equal((await server.json(method, `/conversations/${id}${path}`, body)).status, 404);
    }
  });

  it('survive a restart', async () => {
    const id = await open();
    await say(id, 'Hello');
    await server.stop();
    await server.start({ models: () => model });
    assert.equal((await read(id)).messages.length, 2);
  });

  for (const [what, path, body, field] of [
    ['a title that is no text', '', { title: 7 }, 'title'],
    ['metadata that is a list', '', { metadata: [] }, 'metadata'],
    ['a model that nobody knows', '', { model: 'nobody/nothing' }, 'model'],
    ['no content', '/messages', {}, 'content'],
    ['empty content', '/messages', { content: ' \n' }, 'content'],
    ['content that is no text', '/messages', { content: ['x'] }, 'content'],
    ['use_rag that is a text', '/messages', { content: 'x', use_rag: 'yes' }, 'use_rag'],
  ] as const) {
    it(`refuse ${what}, naming the field`, async () => {
      const id = path && `/${await open()}`;
      const answer = await server.json('POST', `/conversations${id}${path}`, body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body.field, field);
      if (id) assert.deepEqual((await read(id.slice(1))).messages, []);
    });
  }

  it('do not know an index of elsewhere, and keep nothing then', async () => {
    const id = await open();
    assert.equal((await say(id, 'Hello', { use_rag: true, index_id: 'nowhere' })).status, 404);
    assert.deepEqual((await read(id)).messages, []);
  });
});
