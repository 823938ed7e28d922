import assert from 'node:assert/strict';
import { AllowedHosts, type Permission, readHost } from '../../../../src/runtime/net/allowed-hosts';

describe('allowed hosts', () => {
  const table: [entry: string, url: string, expected: Permission | undefined][] = [
    ['api.example.com', 'https://api.example.com/x', 'public'],
    ['api.example.com', 'https://api.example.com:8443/', 'public'],
    ['api.example.com:8443', 'https://api.example.com:8443/', 'public'],
    ['api.example.com:8443', 'https://api.example.com/', undefined],
    ['API.example.com', 'https://api.EXAMPLE.com/', 'public'],
    ['api.example.com', 'https://api.example.com.evil.example/', undefined],
    ['api.example.com', 'https://evil.example/api.example.com', undefined],
    ['api.example.com', 'https://api.example.com@evil.example/', undefined],
    ['*.example.com', 'https://a.b.example.com/', 'public'],
    ['*.example.com', 'https://example.com/', undefined],
    ['*.example.com', 'https://badexample.com/', undefined],
    ['*', 'https://anything.example/', 'public'],
    ['*', 'http://127.0.0.1/', 'public'],
    ['127.0.0.1', 'http://127.0.0.1:8080/', 'anywhere'],
    ['localhost:3000', 'http://localhost:3000/', 'anywhere'],
    ['localhost:3000', 'http://localhost:3001/', undefined],
    ['localhost:80', 'http://localhost/', 'anywhere'],
    ['localhost:80', 'http://localhost:3000/', undefined],
    ['localhost:80', 'https://localhost/', undefined],
    ['localhost:443', 'https://localhost/', 'anywhere'],
    ['[::1]', 'http://[::1]:99/', 'anywhere'],
    ['[::1]:99', 'http://[::1]:99/', 'anywhere'],
    ['[::1]:99', 'http://[::1]:98/', undefined],
    ['private:wiki.corp.example', 'http://wiki.corp.example/', 'anywhere'],
    ['private:*.corp.example', 'http://wiki.corp.example/', 'anywhere'],
    ['private:*', 'http://127.0.0.1/', 'anywhere'],
    ['', 'http://x.example/', undefined],
  ];
  for (const [entry, url, expected] of table) {
    it(`${JSON.stringify(entry)} makes ${url} ${expected ?? 'refused'}`, () => {
      const host = readHost(entry) ?? '';
      assert.equal(new AllowedHosts([host]).permit(new URL(url)), expected);
      const project = new AllowedHosts([]);
      project.setProject([host]);
      assert.equal(project.permit(new URL(url)), expected);
    });
  }

  it('of the project add to those of the process, and can be taken back', () => {
    const hosts = new AllowedHosts(['a.example']);
    hosts.setProject(['b.example']);
    assert.ok(hosts.permit(new URL('http://a.example')) && hosts.permit(new URL('http://b.example')));
    hosts.setProject([]);
    assert.equal(hosts.permit(new URL('http://b.example')), undefined);
  });
});
