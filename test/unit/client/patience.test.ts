import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { CallOptions, TavoraClient } from '../../../src/client';
import { deadAddress, type Fault, startFaultServer } from '../../fixtures/servers';
import { apiFailure, connectionFailure, harness } from './harness';
import { manifest, project, synced } from './samples';

const { serve, connect } = harness();
const good: Fault = { kind: 'answer', body: project };

describe('trying again', () => {
  for (const status of [429, 500, 502, 503, 504]) {
    it(`gets over a ${status}`, async () => {
      const server = await serve([{ kind: 'answer', status }, { kind: 'answer', status }, good]);
      assert.equal((await connect(server.url).project()).name, 'Support');
      assert.equal(server.requests.length, 3);
    });
  }

  it('gets over broken connections and half a body', async () => {
    const server = await serve([{ kind: 'reset' }, { kind: 'half-body' }, good]);
    assert.equal((await connect(server.url).project()).name, 'Support');
  });

  it('sends the body of a PUT again', async () => {
    const server = await serve([
      { kind: 'answer', status: 503 },
      { kind: 'answer', body: synced },
    ]);
    await connect(server.url).source.sync(manifest);
    assert.equal(server.requests[0]?.body, server.requests[1]?.body);
    assert.deepEqual(JSON.parse(server.requests[1]?.body ?? ''), manifest);
  });

  it('waits as long as the server asks, in seconds', async () => {
    const server = await serve([{ kind: 'answer', status: 429, headers: { 'retry-after': '0.2' } }, good]);
    const started = performance.now();
    await connect(server.url).project();
    assert.ok(performance.now() - started >= 195);
  });

  it('waits until the date that the server names', async () => {
    // An HTTP date has whole seconds: one in the past is the only one a test needs no time for.
    const past = new Date(Date.now() - 5_000).toUTCString();
    const server = await serve([{ kind: 'answer', status: 503, headers: { 'retry-after': past } }, good]);
    await connect(server.url, { retry: { baseMs: 60_000, capMs: 60_000 } }).project();
    assert.equal(server.requests.length, 2);
  });

  it('leaves a long Retry-After to the person, with the time in the error', async () => {
    const server = await serve({ kind: 'answer', status: 429, headers: { 'retry-after': '3600' } });
    const error = await apiFailure(connect(server.url).project());
    assert.equal(error.retryAfterMs, 3_600_000);
    assert.equal(server.requests.length, 1);
  });

  it('ends after the tries it has, with the last error', async () => {
    const server = await serve([
      { kind: 'answer', status: 500 },
      { kind: 'answer', status: 502 },
      { kind: 'answer', status: 503 },
    ]);
    const error = await apiFailure(connect(server.url, { retry: { retries: 2 } }).project());
    assert.equal(error.status, 503);
    assert.equal(server.requests.length, 3);
  });

  it('reaches a server that comes up meanwhile', async () => {
    const url = await deadAddress();
    const call = connect(url, { retry: { retries: 200, baseMs: 20, capMs: 20 } }).project();
    const server = await startFaultServer(good, Number(new URL(url).port));
    try {
      assert.equal((await call).name, 'Support');
    } finally {
      await server.close();
    }
  });

  const once: [string, (client: TavoraClient) => Promise<unknown>][] = [
    ['POST', (client) => client.sessions.create({})],
    ['PATCH', (client) => client.configs.settings('c', {})],
  ];
  for (const [method, call] of once) {
    it(`sends a ${method} once`, async () => {
      const server = await serve([{ kind: 'answer', status: 503 }, good]);
      assert.equal((await apiFailure(call(connect(server.url)))).status, 503);
      assert.equal(server.requests.length, 1);
    });
  }
});

describe('ending a call', () => {
  const project = (client: TavoraClient, o: CallOptions) => client.project(o);

  it('before it is sent sends nothing', async () => {
    const server = await serve(good);
    const error = await connectionFailure(project(connect(server.url), { signal: AbortSignal.abort() }));
    assert.equal(error.reason, 'aborted');
    assert.equal(server.requests.length, 0);
  });

  for (const kind of ['no-answer', 'stalled-body'] as const) {
    it(`closes its connection: ${kind}`, async () => {
      const server = await serve({ kind });
      const controller = new AbortController();
      const call = connectionFailure(project(connect(server.url), { signal: controller.signal }));
      const request = await server.request(1);
      controller.abort();
      assert.equal((await call).reason, 'aborted');
      await request.closed;
    });
  }

  it('ends the wait for the next try', async () => {
    const server = await serve({ kind: 'answer', status: 429, headers: { 'retry-after': '25' } });
    const controller = new AbortController();
    const call = connectionFailure(project(connect(server.url), { signal: controller.signal }));
    await (await server.request(1)).closed;
    controller.abort();
    assert.equal((await call).reason, 'aborted');
    assert.equal(server.requests.length, 1);
  });

  it('by its own timeout covers every try', async () => {
    const server = await serve({ kind: 'answer', status: 503 });
    const client = connect(server.url, { retry: { retries: 1e6, baseMs: 5, capMs: 5 } });
    // A machine that pauses has no time for a second try within a short one: it gets more then.
    for (let timeoutMs = 200, tries = 0; tries < 2; timeoutMs *= 2) {
      const before = server.requests.length;
      const error = await connectionFailure(project(client, { timeoutMs }));
      assert.equal(error.reason, 'timeout');
      tries = server.requests.length - before;
    }
  });

  it('by its own timeout may take longer than the client would wait', async () => {
    const server = await serve(async () => {
      await new Promise((resolve) => setTimeout(resolve, 80));
      return good;
    });
    const client = connect(server.url, { timeouts: { headersMs: 20 }, retry: { retries: 0 } });
    assert.equal((await project(client, { timeoutMs: 20_000 })).name, 'Support');
  });

  it('by closing the client, for all calls under way and to come', async () => {
    const server = await serve({ kind: 'no-answer' });
    const client = connect(server.url);
    const call = connectionFailure(client.project());
    await server.request(1);
    await client.close();
    assert.equal((await call).reason, 'closed');
    assert.equal((await connectionFailure(client.project())).reason, 'closed');
  });

  it('leaves no listener on the signal of the caller', async () => {
    const server = await serve(good);
    const { signal } = new AbortController();
    const client = connect(server.url);
    for (let n = 0; n < 3; n++) await client.project({ signal });
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });
});
