import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openStore } from '../../../../src/runtime/store';
import { Durable } from '../../../../src/runtime/store/durable';

describe('flushing the log to the disk', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-durable-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is shared by all that wait, and not repeated for nothing', async () => {
    const store = await openStore(folder);
    await store.projects.ensure('local', 'Local', '');
    const waits = [store.settle(), store.settle(), store.settle()];
    assert.equal(new Set(waits).size, 1);
    await Promise.all(waits);
    const again = store.settle();
    await again;
    assert.notEqual(again, waits[0]);
    await store.close();
  });

  it('begins anew for what was written while one was under way', async () => {
    const store = await openStore(folder);
    await store.projects.ensure('a', 'A', '');
    const first = store.settle();
    await store.projects.ensure('b', 'B', '');
    const second = store.settle();
    assert.notEqual(first, second);
    await Promise.all([first, second]);
    await store.close();
  });

  it('fails where it cannot, for each that waits, and is tried again', async () => {
    const durable = new Durable(path.join(folder, 'absent-wal'));
    durable.written();
    await Promise.all([
      assert.rejects(durable.settle(), /ENOENT/),
      assert.rejects(durable.settle(), /ENOENT/),
    ]);
    await assert.rejects(durable.settle(), /ENOENT/);
  });

  it('has nothing to do for a database in memory', async () => {
    const store = await openStore(':memory:');
    await store.projects.ensure('local', 'Local', '');
    await store.settle();
    await store.close();
  });
});
