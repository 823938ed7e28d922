import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { McpBench } from './harness';
import { SmallServer, text } from './small-server';

const call = "require('desk').look({ id: 1 })";

/** A server that gives every GET this answer, and takes what is posted. */
function respond(status: number, type: string, body: string): SmallServer['guard'] {
  return ({ method }, response) => {
    if (method !== 'GET') {
      response.writeHead(202).end();
      return true;
    }
    response.writeHead(status, { 'content-type': type });
    if (type === 'text/event-stream') response.write(body);
    else response.end(body);
    return true;
  };
}

/** The one issue that the last sync gave. */
function issueOf(bench: McpBench) {
  const [only, ...more] = bench.issues.filter(({ code }) => code.startsWith('mcp-'));
  assert.equal(more.length, 0, JSON.stringify(bench.issues));
  assert.ok(only, 'there is no issue');
  return only;
}

describe('MCP: servers that cannot be used', () => {
  const bench = new McpBench();
  let small: SmallServer;

  before(() => bench.start());
  // Each has another address, so that what is known of one says nothing of the next.
  beforeEach(async () => {
    small = new SmallServer();
    await small.start();
  });
  afterEach(() => small.stop());
  after(() => bench.server.dispose());

  const issue = () => issueOf(bench);

  it('are told of at sync, at their place, and do not keep it from happening', async () => {
    const { url } = small;
    await small.stop();
    await bench.sync([{ url }]);
    const { code, severity, file, line, message } = issue();
    assert.deepEqual([code, severity, file], ['mcp-unreachable', 'warn', 'agents/support/agent.jsonc']);
    assert.equal(line, 10);
    assert.match(
      message,
      /^The MCP server "desk" \(http:\/\/127\.0\.0\.1:\d+\) cannot be reached \(ECONNREFUSED\)/,
    );
    await small.start();
  });

  it('are told of in the prompt, and throw when they are called', async () => {
    const { url } = small;
    await small.stop();
    await bench.sync([{ url }]);
    assert.match(await bench.failure(call), /"desk" .* cannot be reached \(ECONNREFUSED\)/);
    assert.match(
      bench.server.model.requests.at(-1)?.system ?? '',
      /### desk\nCannot be used now\. The MCP server/,
    );
    await small.start();
  });

  it('do not keep a session from being deleted while a run waits to hear of their tools', async () => {
    await bench.sync([{ url: small.url, auth: { type: 'bearer', tokenRef: 'later' } }]);
    const id = await bench.newSession();
    const asked = new Promise<void>((resolve) => {
      small.guard = () => {
        resolve();
        return true;
      };
    });
    // With the secret there, the server is asked for the first time by the run.
    await bench.secret('later', 'token-0123456789');
    const run = bench.server.json('POST', `/agents/${id}/run`, { message: 'Go.' });
    await asked;
    assert.equal((await bench.server.request('DELETE', `/agents/${id}`)).status, 204);
    const { status, body } = await run;
    assert.deepEqual([status, body.message], [409, 'The run was stopped.']);
  });

  const garbage: [name: string, status: number, type: string, body: string, message: RegExp][] = [
    ['a page', 200, 'text/html', '<html>Hello</html>', /does not answer as an MCP server: .*content type/i],
    ['broken JSON', 200, 'application/json', '{"jsonrpc"', /does not answer as an MCP server/],
    ['JSON of something else', 200, 'application/json', '{"ok":true}', /does not answer as an MCP server/],
    ['nothing at the path', 404, 'text/plain', 'no', /has no MCP at \/mcp \(404\).*"transport"/],
    ['a failure', 500, 'text/plain', 'broken inside', /answers with the status 500: .*broken inside/],
  ];
  for (const [name, status, type, body, message] of garbage) {
    it(`are told apart: ${name}`, async () => {
      small.guard = (_, response) => {
        response.writeHead(status, { 'content-type': type }).end(body);
        return true;
      };
      await bench.sync([{ url: small.url }]);
      assert.match(issue().message, message);
      assert.match(await bench.failure(call), message);
    });
  }

  it('are followed nowhere else', async () => {
    const other = new SmallServer();
    await other.start();
    small.guard = (_, response) => {
      response.writeHead(307, { location: other.url }).end();
      return true;
    };
    try {
      await bench.secret('desk_token', 'token-for-desk');
      await bench.sync([{ url: small.url, auth: { type: 'bearer', tokenRef: 'desk_token' } }]);
      assert.match(issue().message, /status 307: .*not followed/i);
      assert.deepEqual(other.headers, []);
    } finally {
      await other.stop();
    }
  });

  const overSse: [name: string, answer: Parameters<typeof respond>, code: string, message: RegExp][] = [
    ['a page', [200, 'text/html', '<html>'], 'mcp-no-server', /does not answer as an MCP server/],
    ['nothing at the path', [404, 'text/plain', 'no'], 'mcp-no-server', /has no MCP at \/mcp \(404\)/],
    ['a refusal', [401, 'text/plain', 'no'], 'mcp-refused', /refuses the call \(401\)/],
    ['a failure', [500, 'text/plain', 'no'], 'mcp-unreachable', /answers with the status 500/],
    [
      'an address of another server',
      [200, 'text/event-stream', 'event: endpoint\ndata: http://127.0.0.1:1/steal\n\n'],
      'mcp-no-server',
      /origin does not match/,
    ],
  ];
  for (const [name, answer, code, message] of overSse) {
    it(`are told apart over SSE: ${name}`, async () => {
      small.guard = respond(...answer);
      await bench.sync([{ url: small.url, transport: 'sse' }]);
      assert.equal(issue().code, code, issue().message);
      assert.match(issue().message, message);
      assert.match(await bench.failure(call), message);
    });
  }

  it('are told apart over SSE: nobody', async () => {
    const { url } = small;
    await small.stop();
    await bench.sync([{ url, transport: 'sse' }]);
    assert.equal(issue().code, 'mcp-unreachable');
    assert.match(issue().message, /cannot be reached \(ECONNREFUSED\)/);
    await small.start();
  });

  it('throw an answer that breaks off', async () => {
    await bench.sync([{ url: small.url }]);
    small.answer = (_call, _request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"jsonrpc": "2.0", ');
      setImmediate(() => response.destroy());
      return undefined;
    };
    assert.match(await bench.failure(call), /"desk"/);
  });
});

describe('MCP: servers that say nothing', () => {
  const bench = new McpBench();

  before(() => bench.start({ connect: 2_000, call: 2_000 }));
  after(() => bench.server.dispose());

  it('are given up when they are silent', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      for (const transport of ['streamable_http', 'sse'] as const) {
        await bench.sync([{ url: `http://127.0.0.1:${port}/${transport}`, transport }]);
        assert.equal(issueOf(bench).code, 'mcp-unreachable');
        assert.match(issueOf(bench).message, /did not answer within 2 s/);
      }
    } finally {
      silent.close();
    }
  });

  it('do not keep a sync waiting for each in turn', async () => {
    let asked = 0;
    let most = 0;
    const silent = createServer((socket) => {
      most = Math.max(most, ++asked);
      socket.on('error', () => undefined).once('close', () => asked--);
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const many = Array.from({ length: 6 }, (_, at) => ({
        name: `s${at}`,
        url: `http://127.0.0.1:${port}/many/${at}`,
      }));
      await bench.sync(many);
      assert.equal(bench.issues.filter(({ code }) => code === 'mcp-unreachable').length, 6);
      assert.ok(most >= many.length, `${most} were asked at the same time`);
    } finally {
      silent.close();
    }
  });

  it('are given up when they send events over SSE that are none', async () => {
    const small = new SmallServer();
    await small.start();
    small.guard = respond(200, 'text/event-stream', 'event: endpoint\ndata: /mcp\n\ndata: not json\n\n');
    await bench.sync([{ url: small.url, transport: 'sse' }]);
    const { code, message } = issueOf(bench);
    assert.equal(code, 'mcp-unreachable', message);
    assert.match(message, /did not answer within 2 s|status/);
    assert.match(await bench.failure(call), /did not answer within 2 s|status/);
    await small.stop();
  });

  it('throw what is slow to answer, and answer the next call', async () => {
    const small = new SmallServer();
    await small.start();
    await bench.sync([{ url: small.url }]);
    let first = true;
    small.answer = ({ params }) => {
      if (!first) return text(JSON.stringify(params.arguments));
      first = false;
      return undefined;
    };
    const source = `let m; try { ${call} } catch (e) { m = e.message } [m, require('desk').look({ id: 2 }).id]`;
    const [message, id] = (await bench.value(source)) as [string, number];
    assert.match(message, /"desk" .* did not answer within 2 s/);
    assert.equal(id, 2);
    await small.stop();
  });
});

describe('MCP: credentials and variables', () => {
  const bench = new McpBench();
  let small: SmallServer;

  before(() => bench.start());
  beforeEach(async () => {
    small = new SmallServer();
    await small.start();
  });
  afterEach(() => small.stop());
  after(() => bench.server.dispose());

  const codes = () => bench.issues.map(({ code }) => code).filter((code) => code.startsWith('mcp-'));

  it('come as a bearer token from the vault', async () => {
    await bench.secret('desk_token', 'token-0123456789');
    await bench.sync([{ url: small.url, auth: { type: 'bearer', tokenRef: 'desk_token' } }]);
    assert.deepEqual(codes(), []);
    await bench.value(call);
    assert.ok(small.headers.length > 3);
    for (const { authorization } of small.headers) assert.equal(authorization, 'Bearer token-0123456789');
  });

  it('come in a header of their own', async () => {
    await bench.secret('desk_key', 'key-0123456789');
    const auth = { type: 'header', name: 'X-Desk-Key', valueRef: 'desk_key' };
    await bench.sync([{ url: small.url, auth }]);
    await bench.value(call);
    for (const headers of small.headers) assert.equal(headers['x-desk-key'], 'key-0123456789');
  });

  it('are taken anew for each run', async () => {
    await bench.secret('desk_token', 'first-token');
    await bench.sync([{ url: small.url, auth: { type: 'bearer', tokenRef: 'desk_token' } }]);
    await bench.value(call);
    await bench.secret('desk_token', 'second-token');
    small.headers.length = 0;
    await bench.value(call);
    assert.ok(small.headers.some(({ authorization }) => authorization === 'Bearer second-token'));
  });

  it('that are refused are told of by the name of the secret', async () => {
    small.guard = (_, response) => {
      response.writeHead(401).end('no');
      return true;
    };
    await bench.secret('desk_token', 'wrong-token');
    await bench.sync([{ url: small.url, auth: { type: 'bearer', tokenRef: 'desk_token' } }]);
    assert.deepEqual(codes(), ['mcp-refused']);
    assert.match(await bench.failure(call), /refuses the call \(401\)\. Check the secret "desk_token"/);
    await bench.sync([{ url: small.url }]);
    assert.match(await bench.failure(call), /refuses the call \(401\)\. Add "auth"/);
  });

  it('that the vault does not have are told of at sync', async () => {
    await bench.sync([{ url: small.url, auth: { type: 'bearer', tokenRef: 'nowhere' } }]);
    assert.deepEqual(codes(), ['mcp-unresolved']);
    assert.match(
      await bench.failure(call),
      /needs the secret "nowhere", which the project's vault does not have/,
    );
    assert.deepEqual(small.headers, []);
  });

  it('never come back, even from a server that repeats them', async () => {
    await bench.secret('desk_token', 'token-to-be-hidden');
    await bench.sync([{ url: small.url, auth: { type: 'bearer', tokenRef: 'desk_token' } }]);
    small.answer = (_, request) => text(`You are ${request.headers.authorization}`);
    const { id, events } = await bench.run(call);
    assert.match(JSON.stringify(events), /You are Bearer …/);
    small.answer = (_, request) => text(`No, ${request.headers.authorization}`, { isError: true });
    assert.equal(await bench.failure(call), 'desk.look: No, Bearer …');
    small.answer = (_, request, response) => {
      response.writeHead(500).end(`Trouble with ${request.headers.authorization}`);
      return undefined;
    };
    assert.match(await bench.failure(call), /Trouble with Bearer …/);
    const trace = JSON.stringify([events, await bench.trace(id), bench.server.logged]);
    assert.equal(trace.includes('token-to-be-hidden'), false);
  });

  it('are filled in from the env of the agent', async () => {
    const { port, pathname } = new URL(small.url);
    await bench.secret('desk_prod', 'token-0123456789');
    await bench.sync(
      [
        {
          url: `http://127.0.0.1:\${PORT}\${PATH}`,
          auth: { type: 'bearer', tokenRef: `desk_\${STAGE}` },
        },
      ],
      { PORT: port, PATH: pathname, STAGE: 'prod' },
    );
    assert.deepEqual(codes(), []);
    assert.deepEqual(await bench.value(call), { id: 1 });
  });

  it('that the env does not have are told of, and the runtime’s own stay its own', async () => {
    await bench.sync([{ url: `${small.url}/\${HOME}` }]);
    assert.deepEqual(codes(), ['mcp-unresolved']);
    assert.match(await bench.failure(call), /needs the variable HOME; set it in "env"/);
    assert.deepEqual(small.headers, []);
  });

  for (const host of ['169.254.169.254', '[fe80::1]', '0.0.0.0', '[fd00:ec2::254]', '224.0.0.1', '[::]']) {
    it(`never go to ${host}`, async () => {
      await bench.sync([{ url: `http://${host}/mcp` }]);
      assert.deepEqual(codes(), ['mcp-forbidden']);
      assert.match(await bench.failure(call), /has an address that is never called/);
    });
  }
});
