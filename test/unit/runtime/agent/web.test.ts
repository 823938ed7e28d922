import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Web } from '../../../../src/runtime/agent/web';
import { AllowedHosts } from '../../../../src/runtime/net/allowed-hosts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

describe('fetch for scripts', () => {
  const servers: Server[] = [];
  const never = new AbortController().signal;

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** @returns `127.0.0.1:port` of a server with this handler. */
  async function serve(handler: Handler): Promise<string> {
    const server = createServer(handler);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const web = (...allow: string[]) => new Web({ allow: new AllowedHosts(allow), largestAnswer: 1024 });

  it('gives status, headers and body of a host that is allowed by name', async () => {
    const seen: string[] = [];
    const host = await serve(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      seen.push(`${request.method} ${request.url} ${request.headers['x-mine']} ${body}`);
      response.writeHead(201, { 'content-type': 'text/plain' }).end('Grüße');
    });
    const options = { method: 'post', headers: { 'X-Mine': 'yes' }, body: { a: 1 } };
    const answer = await web(host).fetch(`http://${host}/x?y=1`, options, never);
    assert.deepEqual([answer.status, answer.ok, answer.body], [201, true, 'Grüße']);
    assert.equal(answer.headers['content-type'], 'text/plain');
    assert.deepEqual(seen, ['POST /x?y=1 yes {"a":1}']);
  });

  it('gives an error status as an answer', async () => {
    const host = await serve((_request, response) => response.writeHead(500).end('no'));
    const { status, ok } = await web(host).fetch(`http://${host}/`, undefined, never);
    assert.deepEqual([status, ok], [500, false]);
  });

  it('says how to allow a host that is not', async () => {
    await assert.rejects(
      web('api.example.com').fetch('https://other.example.com/', undefined, never),
      /other\.example\.com is not allowed.*"other\.example\.com" to the project's fetch_allow.*TAVORA_FETCH_ALLOW/,
    );
  });

  for (const [address, message] of [
    ['file:///etc/passwd', /only http and https/],
    ['ftp://x.example', /only http and https/],
    ['not an address', /is not a web address/],
    [undefined, /is not a web address/],
    ['data:text/plain,x', /only http and https/],
  ] as const) {
    it(`refuses ${address}`, async () => {
      await assert.rejects(web('*').fetch(address, undefined, never), message);
    });
  }

  for (const host of [
    '127.0.0.1',
    'localhost',
    '10.0.0.1',
    '169.254.169.254',
    '192.168.1.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[fe80::1]',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
  ]) {
    it(`does not let "*" reach ${host}`, async () => {
      await assert.rejects(
        web('*').fetch(`http://${host}/`, undefined, never),
        /is on this machine or network/,
      );
    });
  }

  it('does not let a name lead to this machine unless that is said', async () => {
    const port = (await serve((_request, response) => response.end('here'))).split(':')[1];
    const address = `http://localhost:${port}/`;
    for (const entry of ['*', '*.localhost']) {
      const refused = /localhost is (on this machine|not allowed)|localhost:\d+ is not allowed/;
      await assert.rejects(web(entry).fetch(address, undefined, never), refused);
    }
    for (const entry of ['localhost', `localhost:${port}`, 'private:localhost', 'private:*']) {
      assert.equal((await web(entry).fetch(address, undefined, never)).body, 'here', entry);
    }
  });

  it('says how to allow what a name leads to', async () => {
    const message =
      /localhost is on this machine or network; add "localhost:81" to the project's fetch_allow/;
    await assert.rejects(web('*').fetch('http://localhost:81/', undefined, never), message);
  });

  it('does not let a redirect lead from a public host to this machine', async () => {
    const outer = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );
    await assert.rejects(
      web('*', outer).fetch(`http://${outer}/`, undefined, never),
      /127\.0\.0\.1 is on this machine/,
    );
  });

  it('sends its own Host and length, whatever a script says', async () => {
    const seen: unknown[] = [];
    const host = await serve(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const { host: named, connection, upgrade, 'content-length': length } = request.headers;
      seen.push(named, connection, upgrade, length, request.headers['proxy-authorization'], body);
      response.end();
    });
    const headers = {
      Host: 'internal.example',
      Connection: 'upgrade',
      Upgrade: 'websocket',
      'Content-Length': '1',
      'Transfer-Encoding': 'chunked',
      'Proxy-Authorization': 'Basic eA==',
    };
    await web(host).fetch(`http://${host}/`, { method: 'POST', headers, body: 'four' }, never);
    assert.deepEqual(seen, [host, 'close', undefined, '4', undefined, 'four']);
  });

  for (const method of ['CONNECT', 'trace', 'Track']) {
    it(`does not send ${method}`, async () => {
      const host = await serve(() => undefined);
      await assert.rejects(
        web(host).fetch(`http://${host}/`, { method }, never),
        /the method \w+ cannot be used/,
      );
    });
  }

  for (const headers of [{ 'X-Mine': 'a\r\nX-Other: b' }, { 'X Mine': 'a' }]) {
    it(`refuses ${JSON.stringify(headers)}`, async () => {
      const host = await serve((_request, response) => response.end());
      await assert.rejects(web(host).fetch(`http://${host}/`, { headers }, never), /could not be called/);
    });
  }

  it('gives up on an answer that trickles in', async () => {
    const host = await serve((_request, response) => {
      const drip = setInterval(() => response.write('x'), 10);
      response.once('close', () => clearInterval(drip));
    });
    const patient = new Web({ allow: new AllowedHosts([host]), timeoutMs: 100 });
    await assert.rejects(patient.fetch(`http://${host}/`, undefined, never), /did not answer within 0\.1 s/);
  });

  it('follows a redirect and checks where it leads', async () => {
    const inner = await serve((_request, response) => response.end('inner'));
    const outer = await serve((request, response) => {
      response.writeHead(302, { location: request.url === '/in' ? `http://${inner}/` : '/in' }).end();
    });
    const answer = await web(outer, inner).fetch(`http://${outer}/`, undefined, never);
    assert.equal(answer.body, 'inner');
    await assert.rejects(web(outer).fetch(`http://${outer}/in`, undefined, never), /is not allowed/);
  });

  it('keeps credentials from another origin, and turns a posted redirect into a get', async () => {
    const seen: unknown[] = [];
    const inner = await serve((request, response) => {
      seen.push([request.method, request.headers.authorization, request.headers['x-other']]);
      response.end();
    });
    const outer = await serve((_request, response) =>
      response.writeHead(302, { location: `http://${inner}/` }).end(),
    );
    const options = { method: 'POST', body: 'x', headers: { Authorization: 'secret', 'X-Other': 'o' } };
    await web(outer, inner).fetch(`http://${outer}/`, options, never);
    assert.deepEqual(seen, [['GET', undefined, 'o']]);
  });

  it('gives up on redirects without end', async () => {
    const host = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
    await assert.rejects(web(host).fetch(`http://${host}/`, undefined, never), /redirects more than 5 times/);
  });

  it('refuses an answer that is too large', async () => {
    const host = await serve((_request, response) => response.end('x'.repeat(2000)));
    await assert.rejects(web(host).fetch(`http://${host}/`, undefined, never), /larger than 1 kB/);
  });

  it('gives up on a server that does not answer', async () => {
    const host = await serve(() => undefined);
    const patient = new Web({ allow: new AllowedHosts([host]), timeoutMs: 50 });
    await assert.rejects(patient.fetch(`http://${host}/`, undefined, never), /did not answer within 0\.05 s/);
  });

  it('says why a server cannot be called', async () => {
    const host = await serve(() => undefined);
    const [server] = servers.splice(0);
    server?.close();
    await assert.rejects(
      web(host).fetch(`http://${host}/`, undefined, never),
      /could not be called: .*ECONNREFUSED/,
    );
  });

  it('ends with the run that asked', async () => {
    const host = await serve(() => undefined);
    const controller = new AbortController();
    const asked = web(host).fetch(`http://${host}/`, undefined, controller.signal);
    controller.abort(new Error('stopped'));
    await assert.rejects(asked, /stopped/);
  });
});
