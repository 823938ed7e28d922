import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type ConnectionReason, TavoraClient } from '../../../src/client';
import { deadAddress, type Fault } from '../../fixtures/servers';
import { apiFailure, connectionFailure, failure, harness, key } from './harness';
import { manifest, project } from './samples';

const { serve, connect } = harness();
const once = { retry: { retries: 0 } };
/** For what never comes. */
const hasty = { ...once, timeouts: { headersMs: 60, bodyMs: 60 } };

describe('a server that says no', () => {
  it('keeps code, message and every detail of a conflict', async () => {
    const body = {
      error: 'conflict',
      message: 'Somebody was faster.',
      code: 'version_conflict',
      current_version: 7,
    };
    const server = await serve({ kind: 'answer', status: 409, body });
    const error = await apiFailure(connect(server.url).project());
    assert.equal(error.status, 409);
    assert.equal(error.code, 'version_conflict');
    assert.deepEqual(error.details, { current_version: 7 });
    assert.match(error.message, /^Somebody was faster \(409 version_conflict from http:/);
    assert.equal(error.method, 'GET');
    assert.equal(error.url, `${server.url}/api/sdk/project`);
  });

  it('gives the issues of a refused sync', async () => {
    const issue = { code: 'syntax', message: 'Unexpected token', line: 3, column: 5, severity: 'fatal' };
    const body = {
      error: 'invalid',
      message: 'The source has problems.',
      code: 'validation_failed',
      issues: [issue],
    };
    const server = await serve({ kind: 'answer', status: 422, body });
    const error = await apiFailure(connect(server.url).source.sync(manifest));
    assert.deepEqual(error.issues, [issue]);
    assert.deepEqual(error.details.issues, [issue]);
  });

  it('says what to do about a key that is not accepted', async () => {
    const server = await serve({
      kind: 'answer',
      status: 401,
      body: { error: 'key expired', code: 'unauthorized' },
    });
    const error = await apiFailure(connect(server.url).project());
    assert.equal(
      error.message,
      `The Tavora server at ${server.url} does not accept the API key (key expired). Check the key of this connection.`,
    );
  });

  const silent: [number, string, RegExp][] = [
    [400, 'bad_request', /refused GET \/project .* without saying why/],
    [404, 'NOT_FOUND', /Is the address right\?/],
    [409, 'conflict', /without saying why/],
    [418, 'http_418', /without saying why/],
    [429, 'rate_limited', /asks to slow down/],
    [500, 'internal', /failed to answer GET \/project .* Look at its log/],
    [501, 'not_implemented', /failed to answer/],
    [502, 'internal', /failed to answer/],
  ];
  for (const body of ['<html><body>Oops</body></html>', '', '[1]', '{"message": 7, "code": null}']) {
    for (const [status, code, sentence] of silent) {
      it(`makes a sentence of ${status} with ${JSON.stringify(body)}`, async () => {
        const server = await serve({ kind: 'answer', status, body });
        const error = await apiFailure(connect(server.url, once).project());
        assert.equal(error.status, status);
        assert.equal(error.code, code);
        assert.match(error.message, sentence);
        assert.ok(!error.message.includes('<'), error.message);
      });
    }
  }

  it('keeps a code nobody knows, and findings that are no findings among the details', async () => {
    const body = { error: 'odd', code: 'moon_phase', errors: { name: ['is short'] } };
    const server = await serve({ kind: 'answer', status: 400, body });
    const error = await apiFailure(connect(server.url).project());
    assert.equal(error.code, 'moon_phase');
    assert.deepEqual(error.details, { errors: { name: ['is short'] } });
    assert.deepEqual(error.issues, []);
  });
});

describe('a server that does not answer as it should', () => {
  const rows: [string, Fault, ConnectionReason, RegExp][] = [
    [
      'breaks the connection',
      { kind: 'reset' },
      'reset',
      /closed the connection before it had answered GET \/project/,
    ],
    ['never answers', { kind: 'no-answer' }, 'timeout', /did not answer GET \/project within 0\.06 s/],
    [
      'stops in the middle of a body',
      { kind: 'stalled-body' },
      'timeout',
      /did not answer .* within 0\.06 s/,
    ],
    ['breaks off in the middle of a body', { kind: 'half-body' }, 'reset', /closed the connection/],
    ['sends an empty body', { kind: 'empty' }, 'empty', /The answer to GET http.*\/project is empty/],
    ['answers 204 where an entity belongs', { kind: 'answer', status: 204 }, 'empty', /is empty/],
    ['sends broken JSON', { kind: 'garbage' }, 'garbage', /is text that is not valid JSON/],
    [
      'sends a web page',
      { kind: 'answer', body: '<html>' },
      'garbage',
      /is text\/html where JSON was expected/,
    ],
    ['speaks another protocol', { kind: 'not-http' }, 'garbage', /something that is not HTTP/],
    ['sends more than is read', { kind: 'huge', bytes: 4_000_000 }, 'garbage', /larger than the 1 MB/],
    [
      'leaves a field out',
      { kind: 'answer', body: { id: 'p1' } },
      'garbage',
      /the field “name” is not of type string/,
    ],
    [
      'sends a list for an entity',
      { kind: 'answer', body: [project] },
      'garbage',
      /the answer as a whole is not of type object/,
    ],
  ];
  for (const [name, fault, reason, sentence] of rows) {
    it(`${name}: ${reason}`, async () => {
      const server = await serve(fault);
      const error = await connectionFailure(
        connect(server.url, { ...(reason === 'timeout' ? hasty : once), maxBodyBytes: 1_000_000 }).project(),
      );
      assert.equal(error.reason, reason, error.message);
      assert.match(error.message, sentence);
      assert.equal(error.url, `${server.url}/api/sdk/project`);
    });
  }

  it('is down', async () => {
    const url = await deadAddress();
    const error = await connectionFailure(connect(url, once).project());
    assert.equal(error.reason, 'refused');
    assert.equal(
      error.message,
      `The Tavora server at ${url} refused the connection. Is it running, and is the address right?`,
    );
  });

  it('is down at a name with several addresses', async () => {
    const url = (await deadAddress()).replace('127.0.0.1', 'localhost');
    assert.equal((await connectionFailure(connect(url, once).project())).reason, 'refused');
  });

  it('speaks no TLS', async () => {
    const server = await serve({ kind: 'not-http' });
    const error = await connectionFailure(connect(server.url.replace('http:', 'https:'), once).project());
    assert.equal(error.reason, 'tls');
    assert.match(error.message, /^No secure connection to https:/);
  });

  it('has a name that leads nowhere', async () => {
    // RFC 6761 reserves .invalid: no name server may know it.
    const client = connect('http://tavora.invalid', once);
    assert.equal((await connectionFailure(client.project())).reason, 'dns');
  });

  it('closes the connection of an answer that is too large', async () => {
    const server = await serve({ kind: 'huge', bytes: 1e9 });
    await connectionFailure(connect(server.url, { ...once, maxBodyBytes: 1_000 }).project());
    await (await server.request(1)).closed;
  });

  it('reads a trace that is larger than other answers may be', async () => {
    const session = { id: 's1', title: 'Long', status: 'completed', model: 'tavora/test', created_at: '' };
    const step = { id: 'a', session_id: 's1', step_index: 0, step_type: 'response', created_at: '' };
    const steps = [{ ...step, content: 'long '.repeat(1_000) }];
    const server = await serve({ kind: 'answer', body: { session, steps, system_prompt: '', tools: [] } });
    const client = connect(server.url, { ...once, maxBodyBytes: 1_000 });
    assert.equal((await client.studio.trace('s1')).steps[0]?.content.length, 5_000);
    assert.equal((await client.sessions.get('s1')).steps.length, 1);
    await connectionFailure(client.project());
  });

  it('serves the next call after each of these', async () => {
    const server = await serve([
      { kind: 'half-body' },
      { kind: 'garbage' },
      { kind: 'reset' },
      { kind: 'answer', body: project },
    ]);
    const client = connect(server.url, once);
    for (let n = 0; n < 3; n++) await connectionFailure(client.project());
    assert.equal((await client.project()).name, 'Support');
  });
});

describe('redirects', () => {
  it('are reported, and the key goes nowhere else', async () => {
    const other = await serve({ kind: 'answer', body: project });
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await serve({ kind: 'redirect', to: `${other.url}/api/sdk/project?next=1`, status });
      const error = await apiFailure(connect(server.url).project());
      assert.equal(error.status, status);
      assert.equal(error.code, 'redirect');
      assert.match(error.message, /Redirects are not followed/);
      assert.equal(error.details.location, `${other.url}/api/sdk/project`);
    }
    assert.equal(other.requests.length, 0);
  });

  it('are not followed on the same server either', async () => {
    const server = await serve([
      { kind: 'redirect', to: '/elsewhere' },
      { kind: 'answer', body: project },
    ]);
    const error = await apiFailure(connect(server.url).project());
    assert.equal(error.details.location, `${server.url}/elsewhere`);
    assert.equal(server.requests.length, 1);
  });

  it('to nowhere are reported too', async () => {
    const server = await serve({ kind: 'redirect', to: 'http://' });
    assert.match((await apiFailure(connect(server.url).project())).message, /on to another address/);
  });
});

describe('the key', () => {
  const echo: Fault[] = [
    {
      kind: 'answer',
      status: 400,
      body: { message: `Key ${key} is odd`, code: key, sent: { 'X-API-Key': key } },
    },
    { kind: 'answer', status: 401, body: { error: `no such key: ${key}` } },
    { kind: 'answer', status: 500, body: `<p>${key}</p>` },
    { kind: 'answer', body: `${key} is not JSON` },
    { kind: 'answer', body: { id: key } },
    { kind: 'reset' },
    { kind: 'redirect', to: `http://127.0.0.1:9/?key=${key}` },
  ];
  for (const fault of echo) {
    it(`is in no error, whatever the server echoes: ${JSON.stringify(fault).replaceAll(key, '…')}`, async () => {
      const server = await serve(fault);
      const error = await failure(connect(server.url, once).project());
      const shown = JSON.stringify({
        ...error,
        message: error.message,
        stack: error.stack,
        cause: error.cause,
      });
      assert.ok(!shown.includes(key), shown);
      assert.ok(!String(error.cause instanceof Error ? error.cause.stack : '').includes(key));
    });
  }

  it('is in no address', async () => {
    const server = await serve({ kind: 'answer', body: { sessions: [] } });
    await connect(server.url).sessions.list({ limit: 1 });
    assert.ok(!(await server.request(1)).path.includes(key));
  });

  it('is not shown by an inspected client', async () => {
    assert.ok(
      !inspect(new TavoraClient({ baseUrl: 'http://localhost:1', apiKey: key }), { depth: 9 }).includes(key),
    );
  });
});
