import assert from 'node:assert/strict';
import os from 'node:os';
import { isOnNetwork } from '../../../src/runtime/network-drive';

describe('a folder on another machine', () => {
  for (const [folder, expected] of [
    ['\\\\server\\share\\data', true],
    ['\\\\?\\UNC\\server\\share', true],
    ['\\\\?\\C:\\data', false],
    ['\\\\.\\C:\\data', false],
    ['C:\\data', false],
  ] as const) {
    it(`${expected ? 'is' : 'is not'} ${folder} on Windows`, () => {
      assert.equal(isOnNetwork(folder, 'win32'), expected);
    });
  }

  for (const [what, type, expected] of [
    ['NFS', 0x6969, true],
    // Node gives the number as a signed one on some systems.
    ['CIFS', 0xff534d42 | 0, true],
    ['ext4', 0xef53, false],
    ['tmpfs', 0x01021994, false],
  ] as const) {
    it(`${expected ? 'is' : 'is not'} one on ${what}`, () => {
      assert.equal(
        isOnNetwork('/data', 'linux', () => type),
        expected,
      );
    });
  }

  it('is not the one for temporary files here', () => {
    assert.equal(isOnNetwork(os.tmpdir()), false);
  });
});
