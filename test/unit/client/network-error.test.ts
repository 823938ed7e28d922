import assert from 'node:assert/strict';
import { ConnectionError } from '../../../src/client';
import { networkError } from '../../../src/client/network-error';

const target = { method: 'GET', url: 'https://x.test/api/sdk/y', origin: 'https://x.test', path: '/y' };

/** What Node throws: an Error with a code. */
function systemError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('what goes wrong below HTTP', () => {
  const rows: [string, string, RegExp][] = [
    ['ECONNREFUSED', 'refused', /refused the connection\. Is it running/],
    ['EHOSTUNREACH', 'refused', /cannot be reached from this machine/],
    ['ENETUNREACH', 'refused', /cannot be reached from this machine/],
    ['ENOTFOUND', 'dns', /leads to no server/],
    ['EAI_AGAIN', 'dns', /leads to no server/],
    ['ETIMEDOUT', 'timeout', /did not accept the connection in time/],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', /did not accept the connection in time/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', /^No secure connection to https:\/\/x\.test could be made/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', /^No secure connection/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', /^No secure connection/],
    ['CERT_HAS_EXPIRED', 'tls', /^No secure connection/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /^No secure connection/],
    ['EPROTO', 'tls', /^No secure connection/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /^No secure connection/],
    ['ECONNRESET', 'reset', /closed the connection before it had answered GET \/y/],
    ['EPIPE', 'reset', /closed the connection/],
    ['UND_ERR_SOCKET', 'reset', /closed the connection/],
    ['UND_ERR_HEADERS_OVERFLOW', 'garbage', /not HTTP/],
  ];
  for (const [code, reason, sentence] of rows) {
    it(`${code} is “${reason}”, in a sentence`, () => {
      const error = networkError(systemError(code), target);
      assert.equal(error.reason, reason);
      assert.match(error.message, sentence);
      assert.equal(error.url, target.url);
    });
  }

  it('is found where Node groups the addresses that it tried, and below a cause', () => {
    const grouped = new AggregateError([systemError('ECONNREFUSED'), systemError('ECONNREFUSED')]);
    assert.equal(networkError(grouped, target).reason, 'refused');
    const wrapped = new Error('failed', { cause: systemError('ENOTFOUND') });
    assert.equal(networkError(wrapped, target).reason, 'dns');
  });

  it('says what is wrong with a certificate', () => {
    const error = networkError(systemError('CERT_HAS_EXPIRED', 'certificate has expired'), target);
    assert.match(error.message, /certificate has expired/);
  });

  it('keeps an error that already has its sentence', () => {
    const own = new ConnectionError('timeout', 'Too late.', target);
    assert.equal(networkError(own, target), own);
  });

  it('keeps what was thrown for the log', () => {
    const thrown = systemError('ECONNRESET');
    assert.equal(networkError(thrown, target).cause, thrown);
  });
});
