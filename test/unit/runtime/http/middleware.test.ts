import assert from 'node:assert/strict';
import { Hono, type MiddlewareHandler } from 'hono';
import { problemHandler, unknownPath } from '../../../../src/runtime/http/middleware/errors';
import { hostCheck } from '../../../../src/runtime/http/middleware/host';
import { keyCheck } from '../../../../src/runtime/http/middleware/key';
import { sizeLimit } from '../../../../src/runtime/http/middleware/limit';
import { originCheck } from '../../../../src/runtime/http/middleware/origin';
import { conflict } from '../../../../src/runtime/http/problem';
import { Log } from '../../../../src/runtime/log';

const logged: string[] = [];

/** An app with one middleware in front of a route that echoes the body's length. */
function appWith(...middleware: MiddlewareHandler[]): Hono {
  const app = new Hono();
  app.onError(problemHandler(new Log('error', (line) => logged.push(line))));
  app.notFound(unknownPath);
  app.use(...middleware);
  app.all('/api/sdk/chat/completions', (c) => c.text('chat'));
  app.all('/conflict', () => {
    throw conflict('Taken.', { current_version: 3 });
  });
  app.all('/broken', () => {
    throw new Error('secret detail');
  });
  app.all('/', async (c) => c.text(String((await c.req.arrayBuffer()).byteLength)));
  return app;
}

async function codeOf(response: Response | Promise<Response>): Promise<[number, unknown]> {
  const answer = await response;
  const body = answer.headers.get('content-type')?.includes('json') ? await answer.json() : undefined;
  return [answer.status, (body as { code?: unknown } | undefined)?.code];
}

describe('the Host check', () => {
  const app = appWith(hostCheck({ port: () => 4100 }));
  const withHost = (host?: string) => app.request('/', host === undefined ? {} : { headers: { host } });

  for (const host of ['127.0.0.1:4100', 'localhost:4100', 'LOCALHOST:4100', '[::1]:4100']) {
    it(`lets ${host} through`, async () => assert.equal((await withHost(host)).status, 200));
  }

  for (const host of [
    'evil.example',
    'evil.example:4100',
    '127.0.0.1',
    '127.0.0.1:4101',
    '127.0.0.1.evil.example:4100',
    'localhost:4100@evil.example',
    '0.0.0.0:4100',
    '[::1:4100',
    '',
  ]) {
    it(`turns ${JSON.stringify(host)} away`, async () => {
      assert.deepEqual(await codeOf(withHost(host)), [403, 'forbidden_host']);
    });
  }

  it('turns a request without Host away', async () => {
    assert.deepEqual(await codeOf(withHost()), [403, 'forbidden_host']);
  });

  it('lets the address through that the server was told to listen on', async () => {
    const told = appWith(hostCheck({ port: () => 80, host: '192.168.0.7' }));
    assert.equal((await told.request('/', { headers: { host: '192.168.0.7' } })).status, 200);
  });
});

describe('the Origin check', () => {
  const app = appWith(originCheck());
  const from = (origin?: string) => app.request('/', origin === undefined ? {} : { headers: { origin } });

  it('lets a request without Origin through', async () => assert.equal((await from()).status, 200));

  for (const origin of ['http://127.0.0.1:4100', 'http://localhost:3000', 'https://[::1]:1']) {
    it(`lets ${origin} through`, async () => assert.equal((await from(origin)).status, 200));
  }

  for (const origin of [
    'https://evil.example',
    'null',
    'vscode-webview://abc',
    'http://127.0.0.1.evil.example',
    'file://',
    'http://localhost.evil.example:4100',
  ]) {
    it(`turns ${origin} away`, async () => {
      assert.deepEqual(await codeOf(from(origin)), [403, 'forbidden_origin']);
    });
  }

  it('sends no header that opens an answer to other origins', async () => {
    const answer = await from('http://localhost:3000');
    assert.deepEqual(
      [...answer.headers.keys()].filter((name) => name.startsWith('access-control')),
      [],
    );
  });
});

describe('the key check', () => {
  const key = 'tvr_0123456789abcdef';
  const app = appWith(keyCheck({ find: (text) => (text === key ? { id: 'k1' } : undefined) }));
  const chat = '/api/sdk/chat/completions';

  it('lets the key through', async () => {
    assert.equal((await app.request('/', { headers: { 'x-api-key': key } })).status, 200);
  });

  const wrong: Record<string, Record<string, string>> = {
    'no key': {},
    'an empty key': { 'x-api-key': '' },
    'another key': { 'x-api-key': 'tvr_0123456789abcdeg' },
    'a prefix of the key': { 'x-api-key': key.slice(0, -1) },
    'a longer key': { 'x-api-key': `${key}0` },
    'the key as Bearer outside of chat': { authorization: `Bearer ${key}` },
  };
  for (const [name, headers] of Object.entries(wrong)) {
    it(`turns ${name} away`, async () => {
      assert.deepEqual(await codeOf(app.request('/', { headers })), [401, 'unauthorized']);
    });
  }

  it('takes Bearer on /chat/completions', async () => {
    assert.equal((await app.request(chat, { headers: { authorization: `Bearer ${key}` } })).status, 200);
  });

  for (const authorization of ['Bearer wrong', `Basic ${key}`, 'Bearer', '']) {
    it(`turns ${JSON.stringify(authorization)} on /chat/completions away`, async () => {
      assert.deepEqual(await codeOf(app.request(chat, { headers: { authorization } })), [
        401,
        'unauthorized',
      ]);
    });
  }
});

describe('the size limit', () => {
  const app = appWith(sizeLimit({ body: 1024, file: 4096 }));
  const post = (body: BodyInit) => app.request('/', { method: 'POST', body });

  it('lets a body of the limit through', async () => {
    assert.equal(await (await post('a'.repeat(1024))).text(), '1024');
  });

  it('refuses a larger one and says the limit', async () => {
    const answer = await post('a'.repeat(1025));
    assert.equal(answer.status, 413);
    assert.deepEqual(await answer.json(), {
      error: 'Payload Too Large',
      message:
        'The body is larger than 1 kB. Start the runtime with TAVORA_MAX_BODY_MB or --max-body-mb set higher to allow more; in VS Code it is the setting tavora.runtime.maxBodyMb.',
      code: 'too_large',
      limit: 1024,
    });
  });

  it('refuses a larger one that does not say its length', async () => {
    const body = new ReadableStream({
      start(stream) {
        for (let part = 0; part < 3; part++) stream.enqueue(new Uint8Array(500));
        stream.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    assert.deepEqual(await codeOf(app.request('/', init)), [413, 'too_large']);
  });
});

describe('the error envelope', () => {
  const app = appWith(async (_c, next) => next());

  it('carries code, message and details of a problem', async () => {
    const answer = await app.request('/conflict');
    assert.equal(answer.status, 409);
    assert.deepEqual(await answer.json(), {
      error: 'Conflict',
      message: 'Taken.',
      code: 'conflict',
      current_version: 3,
    });
  });

  it('keeps the text of an unexpected error for the log', async () => {
    logged.length = 0;
    const answer = await app.request('/broken');
    const text = await answer.text();
    assert.equal(answer.status, 500);
    assert.equal(JSON.parse(text).code, 'internal');
    assert.ok(!text.includes('secret detail'));
    assert.match(logged.join(''), /GET \/broken failed\nError: secret detail/);
  });

  it('answers an unknown path with NOT_FOUND', async () => {
    assert.deepEqual(await codeOf(app.request('/nowhere')), [404, 'NOT_FOUND']);
  });
});
