import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { addressOf, pathWithoutVersion, readAddress } from '../../../../src/workbench/delivery/files/address';
import type { AgentSource, Which } from '../../../../src/workbench/delivery/files/source';

const agent: AgentSource = {
  server: 'https://api.example:8443',
  project: 'shop',
  environment: '',
  agentId: 'support',
  serverId: '8c0a',
};
const versions: Which[] = [
  { kind: 'version', id: 'a/b?c#d', semver: 'v1.2.0' },
  { kind: 'draft' },
  { kind: 'source', hash: `sha256:${'ab'.repeat(32)}` },
];

describe('the address of a file of a version', () => {
  it('reads as agent, version and path', () => {
    const paths = versions.map((which) => addressOf({ agent, which, path: 'skills/order.js' }).path);
    assert.deepEqual(paths, [
      '/support/v1.2.0/skills/order.js',
      '/support/draft/skills/order.js',
      '/support/abababab/skills/order.js',
    ]);
  });

  const odd = [
    'a b.js',
    'größe/übung.md',
    '日本/😀.json',
    '100%.md',
    'a#b?c.js',
    'a+b&c=d.js',
    'c:/x.js',
    '.env',
    '',
  ];
  for (const path of odd) {
    it(`says the same again of the path "${path}"`, () => {
      for (const which of versions) {
        assert.deepEqual(readAddress(addressOf({ agent, which, path })), { agent, which, path });
      }
    });
  }

  it('says the same under the path of a file that it is compared with', () => {
    for (const path of odd) {
      for (const which of versions) {
        const address = addressOf({ agent, which, path }, '/home/ada/shop/skills/order.js');
        assert.equal(address.path, '/home/ada/shop/skills/order.js');
        assert.deepEqual(readAddress(address), { agent, which, path });
      }
    }
  });

  for (const agentId of ['', '.', '..', 'a/b', 'C:\\agents', 'ä 😀', '?#%']) {
    it(`says the same again of the agent "${agentId}", in a path with nothing to resolve`, () => {
      const place = {
        agent: { ...agent, agentId, environment: 'prod/eu' },
        which: versions[0] as Which,
        path: 'x.js',
      };
      const address = addressOf(place);
      assert.deepEqual(readAddress(address), place);
      assert.equal(posix.normalize(address.path), address.path);
    });
  }

  it('has a path that names no version, for two that are compared', () => {
    const shown = new Set(
      versions.map((which) => pathWithoutVersion(addressOf({ agent, which, path: 'skills/order.js' }).path)),
    );
    assert.deepEqual([...shown], ['/support/skills/order.js']);
    assert.equal(pathWithoutVersion('/support/v1.2.0/a b/ü.md'), '/support/a b/ü.md');
  });

  it('takes the folder of all files with and without a slash at its end', () => {
    const { path, query } = addressOf({ agent, which: { kind: 'draft' }, path: '' });
    assert.equal(readAddress({ path: `${path}/`, query })?.path, '');
  });

  it('is none for what others write', () => {
    const { path, query } = addressOf({ agent, which: { kind: 'draft' }, path: 'x.js' });
    for (const bad of [
      '',
      '{',
      '{}',
      'null',
      query.replace('draft', 'other'),
      query.replace('"server"', '"s"'),
    ]) {
      assert.equal(readAddress({ path, query: bad }), undefined, bad);
    }
    assert.equal(readAddress({ path: '/support', query }), undefined);
    assert.equal(readAddress({ path: '', query }), undefined);
  });
});
