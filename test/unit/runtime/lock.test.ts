import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FolderInUse, holderName, lockFolder, lockName } from '../../../src/runtime/lock';

describe('the lock of a data folder', () => {
  let folder = '';
  let unlock: (() => void) | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tavora-lock-'));
  });
  afterEach(() => {
    unlock?.();
    unlock = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const holder = () => readFileSync(path.join(folder, holderName), 'utf8');

  it('is taken, names its holder, and is given back', () => {
    unlock = lockFolder(folder);
    assert.equal(holder(), String(process.pid));
    unlock();
    assert.equal(existsSync(path.join(folder, holderName)), false);
    unlock = lockFolder(folder);
  });

  it('makes the folder that it locks', () => {
    const inside = path.join(folder, 'a', 'b');
    unlock = lockFolder(inside);
    assert.ok(existsSync(path.join(inside, lockName)));
  });

  it('is refused while somebody has it, in a sentence that says who', () => {
    unlock = lockFolder(folder);
    assert.throws(
      () => lockFolder(folder),
      (error) =>
        error instanceof FolderInUse &&
        error.message ===
          `The data folder ${folder} is in use by process ${process.pid}. Stop it, or choose another folder with --data.`,
    );
    assert.equal(holder(), String(process.pid), 'who was refused has not signed');
  });

  it('is refused also before its holder has signed', () => {
    unlock = lockFolder(folder);
    rmSync(path.join(folder, holderName));
    assert.throws(() => lockFolder(folder), /in use by process unknown/);
  });

  it('goes by the lock, not by the name: a dead holder’s id may be another’s by now', () => {
    // Our parent lives, and has nothing to do with this folder.
    writeFileSync(path.join(folder, holderName), String(process.ppid));
    unlock = lockFolder(folder);
    assert.equal(holder(), String(process.pid));
  });

  it('is taken where its file holds rubbish', () => {
    writeFileSync(path.join(folder, lockName), 'rubbish '.repeat(500));
    unlock = lockFolder(folder);
    assert.throws(() => lockFolder(folder), FolderInUse);
  });

  it('says why it cannot be taken', () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    assert.throws(() => lockFolder(file), /EEXIST|ENOTDIR/);
  });
});
