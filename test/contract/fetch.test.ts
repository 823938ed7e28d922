import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AgentSession } from '../../src/protocol';
import { Server } from './support/server';

describe('fetch of a script', () => {
  const server = new Server();
  const outside = createServer((request, response) => {
    const headers = request.url === '/away' ? { location: 'http://127.0.0.1:1/' } : {};
    response.writeHead(request.url === '/away' ? 302 : 200, headers).end('from outside');
  });
  let host = '';

  before(async () => {
    await server.start();
    outside.listen(0, '127.0.0.1');
    await once(outside, 'listening');
    host = `127.0.0.1:${(outside.address() as AddressInfo).port}`;
  });
  after(async () => {
    await server.dispose();
    outside.closeAllConnections();
    outside.close();
  });

  const allow = (...hosts: string[]) =>
    server.json<{ fetch_allow: string[] }>('PATCH', '/project/settings', { fetch_allow: hosts });

  /** What a block gives, or the error that it throws. */
  async function result(source: string): Promise<unknown> {
    const { id } = (await server.json<AgentSession>('POST', '/agents', {})).body;
    server.model.says(`\`\`\`js\n${source}\n\`\`\``, 'Done.');
    const events = await server.run(id, 'Go.');
    const ended = events.find(({ type }) => type === 'execute_js_result');
    return ended?.args?.ok ? ended.result : (ended?.args?.error as { message: string } | undefined)?.message;
  }

  it('calls what the project allows, from the next call on, until it no longer does', async () => {
    const call = `fetch('http://${host}/').body`;
    assert.match(
      String(await result(call)),
      /is not allowed\. Add "127\.0\.0\.1:\d+" to the project's fetch_allow/,
    );
    await allow(host);
    assert.equal(await result(call), 'from outside');
    await allow('other.example');
    assert.match(String(await result(call)), /is not allowed/);
  });

  it('follows no redirect to what is not allowed', async () => {
    await allow(host);
    assert.match(String(await result(`fetch('http://${host}/away').body`)), /127\.0\.0\.1:1 is not allowed/);
  });

  it('does not reach this machine because everything is allowed', async () => {
    await allow('*');
    for (const address of [`http://${host}/`, `http://localhost:${host.split(':')[1]}/`, 'http://[::1]/']) {
      assert.match(String(await result(`fetch('${address}').body`)), /is on this machine or network/);
    }
  });

  it('does not reach the runtime itself with a key that a script might know', async () => {
    await allow('*');
    const { url, apiKey } = server.ready;
    const source = `fetch('${url}/api/sdk/project', { headers: { 'X-API-Key': '${apiKey}' } }).status`;
    assert.match(String(await result(source)), /is on this machine or network/);
  });
});
