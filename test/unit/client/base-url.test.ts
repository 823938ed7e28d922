import assert from 'node:assert/strict';
import { normalizeBaseUrl } from '../../../src/client';

describe('the address of a server, as people write it', () => {
  const good: [string, string, string][] = [
    ['https://api.tavora.ai', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['https://api.tavora.ai/', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['https://api.tavora.ai///', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['https://api.tavora.ai/api/sdk', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['https://api.tavora.ai/api/sdk//', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['https://api.tavora.ai//api/sdk', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['https://api.tavora.ai/api/sdk?x=1#y', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['  http://localhost:8080  ', 'http://localhost:8080', 'http://localhost:8080/api/sdk'],
    ['HTTPS://API.Tavora.AI', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['https://example.com:443', 'https://example.com', 'https://example.com/api/sdk'],
    ['https://example.com/team/a', 'https://example.com', 'https://example.com/team/a/api/sdk'],
    ['api.tavora.ai', 'https://api.tavora.ai', 'https://api.tavora.ai/api/sdk'],
    ['localhost:8080', 'http://localhost:8080', 'http://localhost:8080/api/sdk'],
    ['127.0.0.1:9/api/sdk', 'http://127.0.0.1:9', 'http://127.0.0.1:9/api/sdk'],
    ['[::1]:8080', 'http://[::1]:8080', 'http://[::1]:8080/api/sdk'],
    ['http://[2001:db8::1]/', 'http://[2001:db8::1]', 'http://[2001:db8::1]/api/sdk'],
    ['localhost.example.com', 'https://localhost.example.com', 'https://localhost.example.com/api/sdk'],
  ];
  for (const [text, origin, base] of good) {
    it(`reads “${text}”`, () => {
      assert.deepEqual(normalizeBaseUrl(text), { origin, base });
    });
  }

  it('stays the same when it is read again', () => {
    for (const [text] of good) {
      const { base } = normalizeBaseUrl(text);
      assert.equal(normalizeBaseUrl(base).base, base);
    }
  });

  const bad: [string, RegExp][] = [
    ['', /is empty/],
    ['   ', /is empty/],
    ['http://', /not the address of a server/],
    ['not an address', /not the address of a server/],
    ['::1', /not the address of a server/],
    ['http://host:99999', /not the address of a server/],
    ['ftp://example.com', /over http or https, not ftp/],
    ['file:///etc/passwd', /over http or https, not file/],
    ['https://me:secret@example.com', /must not hold a user name or password/],
  ];
  for (const [text, sentence] of bad) {
    it(`refuses “${text}” with a sentence`, () => {
      assert.throws(() => normalizeBaseUrl(text), { name: 'TypeError', message: sentence });
    });
  }

  it('does not repeat a password it refuses', () => {
    assert.throws(
      () => normalizeBaseUrl('https://me:secret@example.com'),
      (error: Error) => !error.message.includes('secret'),
    );
  });
});
