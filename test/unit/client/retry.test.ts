import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError, ConnectionError, type ConnectionReason } from '../../../src/client';
import { parseRetryAfter, retryDelay } from '../../../src/client/retry';

const policy = { retries: 3, baseMs: 100, capMs: 250, maxRetryAfterMs: 5_000 };
const target = { method: 'GET', url: 'http://x/api/sdk/y', origin: 'http://x', path: '/y' };

function answered(status: number, retryAfterMs?: number): ApiError {
  return new ApiError({ status, code: 'c', message: 'm', details: {}, issues: [], retryAfterMs }, target);
}
function broken(reason: ConnectionReason): ConnectionError {
  return new ConnectionError(reason, 'm', target);
}

describe('whether and when a call is tried again', () => {
  it('waits within a bound that doubles up to the cap', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3), fc.constantFrom(429, 500, 502, 503, 504), (tries, status) => {
        const wait = retryDelay(answered(status), 'GET', tries, policy);
        const bound = [100, 200, 250][tries - 1] ?? 0;
        assert.ok(wait !== undefined && wait >= bound / 2 && wait <= bound, `${wait} of ${bound}`);
      }),
    );
  });

  it('draws different waits, so that clients do not come back together', () => {
    const waits = new Set(Array.from({ length: 20 }, () => retryDelay(broken('reset'), 'GET', 1, policy)));
    assert.ok(waits.size > 1);
  });

  it('takes the wait that the server asks for', () => {
    assert.equal(retryDelay(answered(429, 1_234), 'GET', 1, policy), 1_234);
    assert.equal(retryDelay(answered(503, 0), 'GET', 1, policy), 0);
  });

  it('gives up when the server asks for too long a wait, and when the tries are used up', () => {
    assert.equal(retryDelay(answered(429, 5_001), 'GET', 1, policy), undefined);
    assert.equal(retryDelay(answered(429), 'GET', 4, policy), undefined);
  });

  for (const method of ['POST', 'PATCH']) {
    it(`never repeats ${method}`, () => {
      assert.equal(retryDelay(answered(503), method, 1, policy), undefined);
      assert.equal(retryDelay(broken('refused'), method, 1, policy), undefined);
    });
  }

  it('repeats PUT and DELETE', () => {
    assert.ok(retryDelay(answered(503), 'PUT', 1, policy) !== undefined);
    assert.ok(retryDelay(broken('refused'), 'DELETE', 1, policy) !== undefined);
  });

  for (const status of [400, 401, 403, 404, 405, 409, 422, 501, 302]) {
    it(`takes ${status} for an answer`, () => {
      assert.equal(retryDelay(answered(status), 'GET', 1, policy), undefined);
    });
  }
  for (const reason of ['timeout', 'dns', 'tls', 'garbage', 'empty', 'aborted', 'closed'] as const) {
    it(`does not repeat after “${reason}”`, () => {
      assert.equal(retryDelay(broken(reason), 'GET', 1, policy), undefined);
    });
  }
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);
  const cases: [string | undefined, number | undefined][] = [
    [undefined, undefined],
    ['0', 0],
    ['7', 7_000],
    [' 1.5 ', 1_500],
    ['Thu, 01 Jan 2026 12:00:09 GMT', 9_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
  ];
  for (const [value, expected] of cases) {
    it(`reads ${JSON.stringify(value)} as ${expected} ms`, () => {
      assert.equal(parseRetryAfter(value, now), expected);
    });
  }
});
