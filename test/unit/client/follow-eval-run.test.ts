import assert from 'node:assert/strict';
import type { FollowOptions, TavoraClient } from '../../../src/client';
import type { Fault } from '../../fixtures/servers';
import { apiFailure, connectionFailure, harness } from './harness';

const { serve, connect } = harness();
const run = { id: 'r1', status: 'running', total_cases: 2, created_at: '2026-01-02T03:04:05Z' };
const one = { id: 'x1', case_name: 'Greets', score: 8, pass: true };
const two = { id: 'x2', case_name: 'Refunds', score: 3, pass: false };
const quick: FollowOptions = { firstMs: 1, mostMs: 5 };

/** What the server answers to one look after another; the last one stays. */
const begun: Fault = { kind: 'answer', body: { run, results: [] } };
const half: Fault = { kind: 'answer', body: { run: { ...run, passed: 1 }, results: [one] } };
const ended: Fault = {
  kind: 'answer',
  body: { run: { ...run, status: 'completed', passed: 1, failed: 1 }, results: [one, two] },
};

/** How many results each thing that was new had, and the last status. */
async function seen(client: TavoraClient, options: FollowOptions = quick): Promise<[number[], string]> {
  const counts: number[] = [];
  let last = '';
  for await (const { run: now, results } of client.evals.follow('r1', options)) {
    counts.push(results.length);
    last = now.status;
  }
  return [counts, last];
}

describe('following a run of evals', () => {
  it('gives what is new, each thing once, and then the end', async () => {
    const server = await serve([begun, begun, begun, half, half, ended]);
    assert.deepEqual(await seen(connect(server.url)), [[0, 1, 2], 'completed']);
    assert.equal(server.requests.length, 6);
    assert.equal(server.requests[0]?.path, '/api/sdk/eval-runs/r1');
  });

  for (const status of ['completed', 'failed', 'cancelled']) {
    it(`looks once at a run that is ${status}`, async () => {
      const server = await serve({ kind: 'answer', body: { run: { ...run, status }, results: [one] } });
      assert.deepEqual(await seen(connect(server.url)), [[1], status]);
      assert.equal(server.requests.length, 1);
    });
  }

  it('says that a case has begun', async () => {
    const pending = (status: string): Fault => ({
      kind: 'answer',
      body: { run, results: [], pending: [{ id: 'p1', case_name: 'Greets', status }] },
    });
    const server = await serve([pending('pending'), pending('running'), ended]);
    assert.deepEqual((await seen(connect(server.url)))[0], [0, 0, 2]);
  });

  it('looks less often while nothing happens', async () => {
    const server = await serve([begun, begun, begun, begun, ended]);
    const started = performance.now();
    await seen(connect(server.url), { firstMs: 40, mostMs: 90 });
    // 40, 60, 90, 90: without growth it would be 160.
    assert.ok(performance.now() - started >= 270);
  });

  it('waits for a server that is out of reach, and misses nothing', async () => {
    const broken: Fault[] = [{ kind: 'reset' }, { kind: 'empty' }, { kind: 'answer', status: 503 }];
    const server = await serve([begun, ...broken, half, ended]);
    const client = connect(server.url, { retry: { retries: 0 } });
    assert.deepEqual(await seen(client), [[0, 1, 2], 'completed']);
  });

  it('gives up on a server that stays out of reach, after what it had', async () => {
    const server = await serve([half, { kind: 'reset' }]);
    const client = connect(server.url, { retry: { retries: 0 } });
    const counts: number[] = [];
    const following = async () => {
      for await (const { results } of client.evals.follow('r1', { ...quick, patienceMs: 30 })) {
        counts.push(results.length);
      }
    };
    assert.equal((await connectionFailure(following())).reason, 'reset');
    assert.deepEqual(counts, [1]);
    assert.ok(server.requests.length > 2);
  });

  for (const status of [401, 404]) {
    it(`does not ask again after a ${status}`, async () => {
      const server = await serve({ kind: 'answer', status, body: { code: 'x' } });
      assert.equal((await apiFailure(seen(connect(server.url)))).status, status);
      assert.equal(server.requests.length, 1);
    });
  }

  it('ends at once at the signal, in the middle of a wait', async () => {
    const server = await serve(begun);
    const controller = new AbortController();
    const following = seen(connect(server.url), { firstMs: 60_000, signal: controller.signal });
    await server.request(1);
    controller.abort();
    assert.equal((await connectionFailure(following)).reason, 'aborted');
    assert.equal(server.requests.length, 1);
  });

  it('leaves the run when its reader does', async () => {
    const server = await serve(begun);
    for await (const { run: now } of connect(server.url).evals.follow('r1', quick)) {
      assert.equal(now.id, 'r1');
      break;
    }
    assert.deepEqual(
      server.requests.map(({ method }) => method),
      ['GET'],
    );
  });
});
