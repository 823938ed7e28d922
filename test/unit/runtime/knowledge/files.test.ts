import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Files, sha256 } from '../../../../src/runtime/knowledge/files';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('knowledge: kept files', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps the same bytes once, however often and at once they come', async () => {
    const files = new Files(path.join(folder, 'documents'));
    const names = await Promise.all(Array.from({ length: 5 }, () => files.put(bytes('same'))));
    const name = sha256(bytes('same'));
    assert.deepEqual(new Set(names), new Set([name]));
    assert.deepEqual(await readdir(path.join(folder, 'documents', name.slice(0, 2))), [name]);
    assert.equal(Buffer.from(await files.get(name)).toString(), 'same');
  });

  it('removes, and does not mind what is gone', async () => {
    const files = new Files(folder);
    const name = await files.put(bytes('x'));
    await files.remove(name);
    await files.remove(name);
    await assert.rejects(files.get(name), { code: 'ENOENT' });
  });

  it('opens nothing that is not the name of kept bytes', async () => {
    const files = new Files(folder);
    for (const name of ['../secret', '/etc/passwd', '', 'A'.repeat(64), `${'a'.repeat(64)}\0`]) {
      await assert.rejects(files.get(name), /is not the name of a kept file/);
      await assert.rejects(files.remove(name), /is not the name of a kept file/);
    }
  });

  it('leaves young files alone', async () => {
    const files = new Files(folder);
    const name = await files.put(bytes('young'));
    assert.equal(await files.sweep(async () => false), 0);
    assert.equal(Buffer.from(await files.get(name)).toString(), 'young');
    assert.equal(await new Files(path.join(folder, 'nowhere')).sweep(async () => false), 0);
  });
});
