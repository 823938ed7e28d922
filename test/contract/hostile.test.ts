import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fc from 'fast-check';
import { type AgentSession, apiBase, type Index } from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

describe('hostile requests', () => {
  const server = new Server();
  let indexId = '';

  before(async () => {
    await server.start();
    indexId = (await server.json<Index>('POST', '/indexes', { name: 'Handbook' })).body.id;
  });
  after(() => server.dispose());

  afterEach(async () => {
    assert.equal((await server.json('GET', '/project')).status, 200, 'the server lives');
    assert.deepEqual(server.logged.splice(0), [], 'nothing of it was a fault of the server');
  });

  /** Writes bytes to a socket of their own. @returns what comes back until the server closes, or is silent. */
  async function raw(text: string | Buffer): Promise<string> {
    const { port } = new URL(server.ready.url);
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      answer += part;
    });
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve()).on('error', () => resolve());
      socket.setTimeout(1_000, () => socket.destroy());
    });
    socket.write(text);
    await closed;
    return answer;
  }

  const head = () => `Host: ${new URL(server.ready.url).host}\r\nX-API-Key: ${server.ready.apiKey}\r\n`;
  const statusLines = (answer: string) => answer.match(/^HTTP\/1\.1 \d{3}/gm) ?? [];

  describe('on the connection', () => {
    const get = () => `GET ${apiBase}/project HTTP/1.1\r\n`;
    const post = () => `POST ${apiBase}/agents HTTP/1.1\r\n`;
    const hidden = () => `GET ${apiBase}/agents HTTP/1.1\r\n${head()}\r\n`;

    for (const [what, request] of [
      ['two lengths', () => `${post()}${head()}Content-Length: 2\r\nContent-Length: 90\r\n\r\n{}${hidden()}`],
      [
        'a length and chunks',
        () => `${post()}${head()}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden()}`,
      ],
      [
        'an unknown transfer encoding',
        () => `${post()}${head()}Transfer-Encoding: chunkedd\r\n\r\n0\r\n\r\n${hidden()}`,
      ],
      ['a length that is no number', () => `${post()}${head()}Content-Length: +2\r\n\r\n{}${hidden()}`],
      [
        'a bad size of a chunk',
        () => `${post()}${head()}Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n${hidden()}`,
      ],
      ['a folded header', () => `${get()}${head()}X-A: b\r\n c\r\n\r\n`],
      ['a space before a colon', () => `${get()}Host : x\r\n${head()}\r\n`],
      ['a NUL in a header', () => `${get()}${head()}X-A: a\0b\r\n\r\n`],
      ['two hosts', () => `${get()}Host: evil.example\r\n${head()}\r\n`],
      ['no host', () => `${get()}X-API-Key: ${server.ready.apiKey}\r\n\r\n`],
      ['a foreign host', () => `${get()}Host: evil.example\r\nX-API-Key: ${server.ready.apiKey}\r\n\r\n`],
      ['headers of a megabyte', () => `${get()}${head()}X-A: ${'a'.repeat(1_000_000)}\r\n\r\n`],
      ['ten thousand headers', () => `${get()}${head()}${'X-A: b\r\n'.repeat(10_000)}\r\n`],
      ['no HTTP at all', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
      ['a method that is none', () => `GRAB ${apiBase}/project HTTP/1.1\r\n${head()}\r\n`],
    ] as const) {
      it(`with ${what} are refused, and nothing hidden behind is answered`, async () => {
        const lines = statusLines(await raw(request()));
        assert.ok(lines.length <= 1, lines.join());
        for (const line of lines) assert.match(line, /^HTTP\/1\.1 4\d\d$/);
      });
    }

    it('of an absolute address are answered by the Host rule', async () => {
      const answer = await raw(`GET http://evil.example${apiBase}/project HTTP/1.1\r\n${head()}\r\n`);
      assert.ok(
        statusLines(answer).every((line) => !/ 5\d\d$/.test(line)),
        answer.slice(0, 200),
      );
    });

    it('of any bytes end without harm', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
          const lines = statusLines(await raw(Buffer.concat([bytes, Buffer.from('\r\n\r\n')])));
          for (const line of lines) assert.match(line, /^HTTP\/1\.1 4\d\d$/);
        }),
        { numRuns: 25 },
      );
    });
  });

  describe('in the address', () => {
    for (const path of [
      '/agents/%',
      '/agents/%E0%A4%A',
      '/agents/%00',
      '/agents/..%2f..%2fproject',
      '/agents/%2e%2e',
      `/agents/${'a'.repeat(10_000)}`,
      "/agents/' or 1=1 --",
      '/agents/__proto__',
      '/agents/constructor',
      '/documents/%F0%9F%98%80',
      '/indexes/\u202e',
    ]) {
      it(`with ${JSON.stringify(path.slice(0, 30))} find nothing`, async () => {
        const response = await server.request('GET', path);
        assert.equal(response.status, 404);
        assert.equal(((await response.json()) as { code: string }).code, 'NOT_FOUND');
      });
    }

    it('with any filters give a list or a 400 that names the field', async () => {
      const names = [
        'limit',
        'offset',
        'q',
        'source',
        'parent_id',
        'metadata.a',
        'metadata.',
        'include_deleted',
        'x',
      ];
      const values = fc.oneof(
        fc.string(),
        fc.constantFrom(
          '-1',
          '1e9',
          '0x10',
          '9'.repeat(40),
          '%',
          "'",
          '*',
          '"',
          '\0',
          'NaN',
          'null',
          '[]',
          '__proto__',
        ),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 4 }),
          async (pairs) => {
            const query = new URLSearchParams(pairs);
            for (const path of [`/documents?${query}`, `/agents?${query}`, `/audit-log?${query}`]) {
              const { status, body } = await server.json('GET', path);
              assert.ok(
                status === 200 || (status === 400 && typeof body.field === 'string'),
                `${status} ${path}`,
              );
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  });

  describe('in the body', () => {
    const deep = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

    for (const [what, text] of [
      ['nothing', ''],
      ['no JSON', '{'],
      ['a list', '[]'],
      ['a number', '1'],
      ['null', 'null'],
      ['an unfinished string', '{"title":"'],
      ['100,000 levels', deep(100_000)],
      ['100,000 levels in a field', `{"metadata":{"a":${deep(100_000)}}}`],
      ['100,000 levels of objects', `{"metadata":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
      ['100,000 levels in a field that nobody knows', `{"other":${deep(100_000)}}`],
      ['a wrong type', '{"title":{"a":1}}'],
      ['a huge number', '{"title":1e999}'],
    ] as const) {
      it(`of ${what} are a 400 with a sentence`, async () => {
        const { status, body } = await server.json('POST', '/agents', text);
        assert.equal(status, 400);
        assert.match(String(body.message), /^The .*\.$/);
      });
    }

    it('that fit but are of the wrong content type are read as JSON all the same', async () => {
      for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'x']) {
        const response = await server.request('POST', '/agents', '{}', { headers: { 'content-type': type } });
        assert.equal(response.status, 201, type);
      }
    });

    it('that name a prototype change nobody’s', async () => {
      const text =
        '{"title":"t","metadata":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}';
      const { status, body } = await server.json<AgentSession>('POST', '/agents', text);
      assert.equal(status, 201);
      assert.equal(({} as { polluted?: number }).polluted, undefined);
      assert.equal((body.metadata as { polluted?: number } | undefined)?.polluted, undefined);
      const top = await server.json('POST', '/agents', '{"__proto__":{"title":"inherited"}}');
      assert.notEqual(top.body.title, 'inherited');
    });

    it('of any JSON are accepted or refused with a 4xx that says why', async () => {
      const paths = [
        ['POST', '/agents'],
        ['PUT', '/source-sync'],
        ['POST', '/source-validate'],
        ['POST', '/source-deploy'],
        ['POST', '/source-rename'],
        ['POST', '/indexes'],
        ['POST', '/search'],
        ['POST', '/skills/validate'],
        ['POST', '/conversations'],
        ['POST', '/prompt-templates'],
        ['POST', '/scheduled-runs'],
      ] as const;
      const names = [
        'project',
        'agents',
        'files',
        'path',
        'hash',
        'content',
        'name',
        'query',
        'top_k',
        'code',
        'model',
      ];
      const value = fc.jsonValue({ maxDepth: 3 });
      const body = fc.oneof(value, fc.dictionary(fc.constantFrom(...names), value));
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...paths), body, async ([method, path], sent) => {
          const { status, body: answer } = await server.json(method, path, JSON.stringify(sent));
          assert.ok(status < 500, `${method} ${path} ${JSON.stringify(sent)}: ${status}`);
          if (status >= 400) assert.equal(typeof answer.message, 'string');
        }),
        { numRuns: 250 },
      );
    }).timeout(60_000);

    it('of a damaged manifest stage nothing', async () => {
      const manifest = JSON.stringify(await manifestOf(sampleFiles()));
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: manifest.length - 1 }),
          fc.constantFrom('', 'x', '"', '{', '\\', '0', '..'),
          async (at, put) => {
            const text = manifest.slice(0, at) + put + manifest.slice(at + 1);
            const { status } = await server.json('PUT', '/source-sync', text);
            assert.ok([200, 400, 409, 422].includes(status), `${status}`);
          },
        ),
        { numRuns: 120 },
      );
    }).timeout(60_000);
  });

  describe('as an upload', () => {
    const upload = (body: BodyInit, type?: string) => {
      const { url, apiKey } = server.ready;
      return fetch(`${url}${apiBase}/indexes/${indexId}/documents`, {
        method: 'POST',
        headers: { 'X-API-Key': apiKey, ...(type === undefined ? {} : { 'content-type': type }) },
        body,
      });
    };
    const boundary = 'multipart/form-data; boundary=b';

    for (const [what, body, type] of [
      ['JSON', '{}', 'application/json'],
      ['no boundary', '--b\r\n\r\n', 'multipart/form-data'],
      ['nothing', '', boundary],
      ['an end alone', '--b--\r\n', boundary],
      ['no end', '--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\ntext', boundary],
      ['a part without a name', '--b\r\nContent-Disposition: form-data\r\n\r\ntext\r\n--b--\r\n', boundary],
      [
        'a text in place of the file',
        '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--b--\r\n',
        boundary,
      ],
      ['a boundary of 10,000 characters', 'x', `multipart/form-data; boundary=${'b'.repeat(10_000)}`],
    ] as const) {
      it(`of ${what} are a 400`, async () => {
        const answer = await upload(body, type);
        assert.equal(answer.status, 400);
        assert.match(String(((await answer.json()) as { message: string }).message), /^[A-Z]\w+ .*\.$/);
      });
    }

    for (const [name, kept] of [
      ['../../etc/passwd', 'passwd'],
      ['..\\..\\boot.ini', 'boot.ini'],
      ['/etc/hosts.md', 'hosts.md'],
      ['caf\u00e9.md', 'caf\u00e9.md'],
      ['cafe\u0301.md', 'cafe\u0301.md'],
      ['__proto__.md', '__proto__.md'],
    ] as const) {
      it(`called ${JSON.stringify(name)} are kept as ${JSON.stringify(kept)}`, async () => {
        const form = new FormData();
        form.set('file', new File(['# text'], name));
        const answer = await upload(form);
        assert.equal(answer.status, 201);
        assert.equal(((await answer.json()) as { filename: string }).filename, kept);
      });
    }

    it('with metadata nested without end are a 400', async () => {
      const form = new FormData();
      form.set('file', new File(['# text'], 'a.md'));
      form.set('metadata', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`);
      assert.equal((await upload(form)).status, 400);
    });

    it('of damaged forms are read or refused', async () => {
      const whole =
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\nContent-Type: text/markdown\r\n\r\n' +
        '# text\r\n--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"a":1}\r\n--b--\r\n';
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: whole.length - 1 }),
          fc.integer({ min: 0, max: 12 }),
          fc.string({ maxLength: 3 }),
          async (at, cut, put) => {
            const answer = await upload(whole.slice(0, at) + put + whole.slice(at + cut), boundary);
            assert.ok([201, 400].includes(answer.status), `${answer.status}`);
          },
        ),
        { numRuns: 80 },
      );
    }).timeout(60_000);
  });
});
