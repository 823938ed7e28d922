import assert from 'node:assert/strict';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChunkHit } from '../../../src/protocol';
import { chooseEmbedder, type Embedder } from '../../../src/runtime/knowledge';
import { Log } from '../../../src/runtime/log';
import { Server } from '../support/server';
import { Library } from './library';

interface Asked {
  url: string;
  authorization: string | undefined;
  body: { model: string; input: string[] };
}

/** Speaks OpenAI's embeddings API; its vectors tell fruit from machines and nothing else. */
class EmbeddingServer {
  readonly asked: Asked[] = [];
  /** What to answer instead, next. */
  readonly failures: { status: number; body: string }[] = [];
  #server: HttpServer | undefined;

  async start(): Promise<string> {
    const server = createServer(async (request, response) => {
      const body = JSON.parse(await textOf(request)) as Asked['body'];
      this.asked.push({ url: request.url ?? '', authorization: request.headers.authorization, body });
      const failure = this.failures.shift();
      response.writeHead(failure?.status ?? 200, { 'content-type': 'application/json' });
      const data = body.input.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: vectorOf(text),
      }));
      response.end(failure?.body ?? JSON.stringify({ object: 'list', model: body.model, data }));
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
  }
}

function vectorOf(text: string): number[] {
  const fruit = /apple|pear|orchard|harvest/i.test(text) ? 1 : 0.05;
  const machine = /engine|gear|motor/i.test(text) ? 1 : 0.05;
  return [fruit, machine, 0.1];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

describe('knowledge: embeddings of another server', () => {
  const embeddings = new EmbeddingServer();
  const server = new Server();
  const library = new Library(server);
  const log = new Log('error');
  let address = '';

  const choose = (env: NodeJS.ProcessEnv) => chooseEmbedder(env, 'nowhere', log);

  before(async () => {
    address = await embeddings.start();
  });
  after(async () => {
    await server.dispose();
    await embeddings.stop();
  });
  afterEach(() => {
    embeddings.asked.length = 0;
    embeddings.failures.length = 0;
  });

  async function embed(embedder: Embedder | undefined, texts: string[]): Promise<Float32Array[]> {
    assert.ok(embedder);
    return embedder.embed(texts, new AbortController().signal);
  }

  it('asks Ollama under /v1, and OpenAI with its key', async () => {
    await embed(choose({ TAVORA_EMBEDDING_MODEL: 'ollama/nomic-embed-text', OLLAMA_BASE_URL: address }), [
      'apple',
    ]);
    await embed(
      choose({
        TAVORA_EMBEDDING_MODEL: 'openai/text-embedding-3-small',
        OPENAI_BASE_URL: `${address}/v1/`,
        OPENAI_API_KEY: 'sk-test',
      }),
      ['pear', 'gear'],
    );
    assert.deepEqual(
      embeddings.asked.map(({ url, authorization, body }) => [url, authorization, body.model, body.input]),
      [
        ['/v1/embeddings', undefined, 'nomic-embed-text', ['apple']],
        ['/v1/embeddings', 'Bearer sk-test', 'text-embedding-3-small', ['pear', 'gear']],
      ],
    );
  });

  it('takes key and address from the vault, anew for each call, before the provider’s variables', async () => {
    const kept: Record<string, string> = { openai_api_key: 'sk-vault-1' };
    const secrets = { read: (name: string) => kept[name], has: (name: string) => name in kept };
    const openai = chooseEmbedder(
      { TAVORA_EMBEDDING_MODEL: 'openai/x', OPENAI_BASE_URL: address, OPENAI_API_KEY: 'sk-env' },
      'nowhere',
      log,
      secrets,
    );
    await embed(openai, ['apple']);
    kept.openai_api_key = 'sk-vault-2';
    await embed(openai, ['apple']);
    delete kept.openai_api_key;
    await embed(openai, ['apple']);
    assert.deepEqual(
      embeddings.asked.map(({ authorization }) => authorization),
      ['Bearer sk-vault-1', 'Bearer sk-vault-2', 'Bearer sk-env'],
    );
    kept.ollama_base_url = address;
    const ollama = chooseEmbedder({ TAVORA_EMBEDDING_MODEL: 'ollama/x' }, 'nowhere', log, secrets);
    await embed(ollama, ['apple']);
    assert.equal(embeddings.asked.length, 4);
  });

  it('searches by its vectors', async () => {
    await server.start({
      embedder: () => choose({ TAVORA_EMBEDDING_MODEL: 'ollama/fruit', OLLAMA_BASE_URL: address }),
    });
    await library.create();
    await library.add('garden.md', 'We planted an orchard behind the house.');
    await library.add('workshop.md', 'The motor runs smoothly.');
    const [fruit] = await library.search<ChunkHit>('where do apples grow');
    const [machine] = await library.search<ChunkHit>('broken engine');
    assert.deepEqual([fruit?.document_name, machine?.document_name], ['garden.md', 'workshop.md']);
  });

  it('tries again when the server is busy', async () => {
    embeddings.failures.push({ status: 429, body: '{"error":{"message":"slow down"}}' });
    const document = await library.add('busy.md', 'Pears in the cellar.');
    assert.deepEqual([document.status, document.error_message], ['ready', null]);
  });

  it('says on the document that the server refused, and still finds it by words', async () => {
    embeddings.failures.push({ status: 401, body: '{"error":{"message":"Incorrect API key"}}' });
    const document = await library.add('refused.md', 'A quince is neither apple nor pear.');
    assert.equal(document.status, 'error');
    assert.match(
      document.error_message ?? '',
      /^The embedding server at http:\/\/127\.0\.0\.1:\d+\/v1 refused the model "fruit" with 401: Incorrect API key/,
    );
    embeddings.failures.push({ status: 401, body: '{"error":{"message":"Incorrect API key"}}' });
    const [hit] = await library.search<ChunkHit>('quince');
    assert.equal(hit?.document_name, 'refused.md');
    assert.equal(server.logged.filter((line) => line.includes('Search goes by words only')).length, 1);
  });

  it('says on the document that the answer makes no sense', async () => {
    embeddings.failures.push({
      status: 200,
      body: '{"object":"list","model":"fruit","data":[{"index":0,"embedding":[]}]}',
    });
    const document = await library.add('senseless.md', 'Some pears.');
    assert.match(document.error_message ?? '', /answered 1 vectors of 0 numbers for 1 texts\.$/);
  });

  it('embeds what failed when the runtime starts again', async () => {
    await server.stop();
    await server.start({
      embedder: () => choose({ TAVORA_EMBEDDING_MODEL: 'ollama/fruit', OLLAMA_BASE_URL: address }),
    });
    const documents = await library.settled();
    assert.deepEqual([...new Set(documents.map(({ status }) => status))], ['ready']);
  });

  it('says what the setting must be', () => {
    for (const model of ['nonsense', 'nobody/model', 'openai/']) {
      assert.throws(() => choose({ TAVORA_EMBEDDING_MODEL: model }), {
        message: `TAVORA_EMBEDDING_MODEL is "${model}"; it must be openai/<name>, ollama/<name>, local/embeddings-en or none.`,
      });
    }
    assert.equal(choose({ TAVORA_EMBEDDING_MODEL: 'none' }), undefined);
  });
});
