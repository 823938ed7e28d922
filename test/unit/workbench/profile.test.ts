import assert from 'node:assert/strict';
import { readProfiles, serverInfo, withProfile } from '../../../src/workbench/connection/profile';
import { serverKey } from '../../../src/workbench/delivery/records';

const hosted = { id: 'hosted', label: 'Hosted', url: 'https://api.tavora.test' };

const asWritten = (value: unknown, url: string) => withProfile(value, { ...hosted, url });

describe('the setting tavora.servers', () => {
  it('gives servers and environments as they are written', () => {
    const staging = { ...hosted, id: 'staging', label: 'Staging', environment: 'staging', color: 'warning' };
    const production = {
      id: 'production',
      label: 'Production',
      url: 'embedded',
      environment: 'prod',
      production: true,
    };
    const { profiles, problems } = readProfiles([hosted, staging, production]);
    assert.deepEqual(problems, []);
    assert.deepEqual(profiles, [hosted, staging, production]);
  });

  const bad: [string, unknown, RegExp][] = [
    ['is no list', { id: 'x' }, /not a list/],
    ['holds what is no server', ['https://api.tavora.test'], /Entry 1 .* left out/],
    ['holds a server without a label', [{ id: 'x', url: hosted.url }], /left out.*"label"/],
    ['holds a server without a name', [{ ...hosted, label: '' }], /left out.*"label"/],
    ['holds an address that is none', [{ ...hosted, url: 'ftp://files.test' }], /"Hosted".*left out/],
    ['takes the id of the embedded runtime', [{ ...hosted, id: 'embedded' }], /the embedded runtime's/],
    ['has a colour that no status bar has', [{ ...hosted, color: 'pink' }], /left out.*"color"/],
    ['marks production by a word', [{ ...hosted, production: 'yes' }], /left out.*"production"/],
  ];
  it('is added to with every other entry as it is written, those that cannot be read too', () => {
    const odd = [
      { ...hosted, id: 'red', color: 'red' },
      'https://api.tavora.test',
      { ...hosted, url: 'ftp://x' },
    ];
    const more = { ...hosted, id: 'mine', note: 'of somebody' };
    const added = { ...hosted, url: 'https://new.tavora.test' };
    assert.deepEqual(asWritten([...odd, more], added.url), [...odd, more, added]);
    assert.deepEqual(asWritten([odd[0], hosted, more], added.url), [odd[0], added, more]);
    // The second of an id is left out, so that it is not the one that is meant.
    assert.deepEqual(asWritten([hosted, { ...hosted, label: 'Twice' }], added.url), [
      added,
      { ...hosted, label: 'Twice' },
    ]);
    assert.equal(asWritten({ id: 'x' }, added.url), undefined);
  });

  for (const [what, value, message] of bad) {
    it(`that ${what} is left out with a sentence`, () => {
      const { profiles, problems } = readProfiles(value);
      assert.deepEqual(profiles, []);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', message);
    });
  }

  it('loses only the entries that cannot be used', () => {
    const { profiles, problems } = readProfiles([{ id: 'x' }, hosted, { ...hosted, label: 'Twice' }]);
    assert.deepEqual(profiles, [hosted]);
    assert.match(problems[1] ?? '', /The id "hosted" is taken/);
  });
});

describe('an environment', () => {
  it('on the embedded runtime is where that runtime listens', () => {
    const info = serverInfo({ id: 'p', label: 'P', url: 'embedded', environment: 'p' }, 'http://127.0.0.1:1');
    assert.equal(info.embedded, true);
    assert.equal(info.origin, 'http://127.0.0.1:1');
    assert.equal(info.production, false);
    assert.equal(info.color, undefined);
  });

  it('that is production stands out, in the colour that it asks for', () => {
    assert.equal(serverInfo({ ...hosted, production: true }, '').color, 'error');
    assert.equal(serverInfo({ ...hosted, production: true, color: 'warning' }, '').color, 'warning');
    assert.equal(serverInfo({ ...hosted, color: 'warning' }, '').production, false);
  });

  it('has records of its own, and a server without environments keeps those that it had', () => {
    const keys = [
      hosted,
      { ...hosted, environment: 'staging' },
      { ...hosted, project: 'staging' },
      { ...hosted, environment: 'prod' },
      { ...hosted, url: 'embedded' },
      { ...hosted, url: 'embedded', environment: 'staging' },
    ].map((profile) => serverKey(serverInfo(profile, 'http://127.0.0.1:2')));
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(keys[0], 'https://api.tavora.test');
    assert.equal(serverKey(serverInfo(undefined, 'http://127.0.0.1:3')), 'embedded');
    assert.equal(keys[4], 'embedded');
  });
});
