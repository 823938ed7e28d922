import assert from 'node:assert/strict';
import { VaultKey } from '../../../src/workbench/connection/vault-key';

/** A secret storage in memory, as slow as the editor's. */
class Storage {
  readonly kept = new Map<string, string>();

  async get(name: string): Promise<string | undefined> {
    return this.kept.get(name);
  }

  async store(name: string, value: string): Promise<void> {
    this.kept.set(name, value);
  }
}

describe('the key of the vaults', () => {
  it('is 32 random bytes, made once for a folder', async () => {
    const storage = new Storage();
    const key = await new VaultKey(storage, '/data/a').get();
    assert.equal(Buffer.from(key, 'base64').byteLength, 32);
    assert.equal(await new VaultKey(storage, '/data/a').get(), key);
    assert.equal(storage.kept.size, 1);
  });

  it('is another for another folder', async () => {
    const storage = new Storage();
    const keys = [await new VaultKey(storage, '/a').get(), await new VaultKey(storage, '/b').get()];
    assert.notEqual(keys[0], keys[1]);
  });

  it('is not made when the storage cannot be read: the one that is there would be lost', async () => {
    const storage = new Storage();
    storage.get = () => Promise.reject(new Error('locked'));
    await assert.rejects(new VaultKey(storage, '/a').get(), /locked/);
    assert.equal(storage.kept.size, 0);
  });
});
