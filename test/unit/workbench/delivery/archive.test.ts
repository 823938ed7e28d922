import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { agentSourceHash, hashBytes } from '../../../../src/project';
import { Archive, type SourceBytes } from '../../../../src/workbench/delivery/archive/archive';

const agent = { project: 'shop', agentId: 'support' };
const limits = { drafts: 2, versions: 2, pruneEvery: 1, graceMs: 0 };

function files(change: Record<string, string>): SourceBytes[] {
  return Object.entries({ 'agents/support/agent.jsonc': '{}', ...change }).map(([name, text]) => ({
    path: name,
    bytes: Buffer.from(text),
  }));
}

describe('the archive of what was sent', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-archive-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Every file of the archive whose path holds a part, as full paths. */
  const stored = async (part: string) =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.parentPath.endsWith(part))
      .map((entry) => path.join(entry.parentPath, entry.name));

  const keep = async (archive: Archive, change: Record<string, string>, of = agent) => {
    const state = files(change);
    const hash = agentSourceHash(state);
    await archive.record(of, hash, state);
    return hash;
  };
  const textOf = async (archive: Archive, hash: string, name: string, of = agent) => {
    const found = await archive.files(of, hash);
    const file = found?.find((one) => one.path === name);
    return file && Buffer.from(file.bytes).toString('utf8');
  };
  it('keeps the oldest states for as long as somebody speaks of them', async () => {
    const archive = new Archive(folder, limits);
    const first = await keep(archive, { 'persona.md': 'first' });
    const second = await keep(archive, { 'persona.md': 'second' });
    const asked: unknown[] = [];
    archive.keepSpoken(async (of) => {
      asked.push(of);
      return new Set([first]);
    });
    for (const text of ['third', 'fourth', 'fifth']) await keep(archive, { 'persona.md': text });
    assert.equal(await textOf(archive, first, 'persona.md'), 'first');
    assert.equal(await textOf(archive, second, 'persona.md'), undefined);
    assert.deepEqual(asked[0], agent);
    archive.keepSpoken(async () => new Set());
    await keep(archive, { 'persona.md': 'sixth' });
    assert.equal(await textOf(archive, first, 'persona.md'), undefined);
  });

  it('drops nothing where nobody can say what is spoken of', async () => {
    const archive = new Archive(folder, limits);
    archive.keepSpoken(async () => {
      throw new Error('The disk is gone.');
    });
    const first = await keep(archive, { 'persona.md': 'first' }).catch(() => hashOf('first'));
    for (const text of ['second', 'third', 'fourth']) {
      await assert.rejects(keep(archive, { 'persona.md': text }), /The disk is gone/);
    }
    assert.equal(await textOf(archive, first, 'persona.md'), 'first');
  });

  const hashOf = (text: string) => agentSourceHash(files({ 'persona.md': text }));
  const version = (id: string, sourceHash: string, deployedAt: string, server = 'embedded') => ({
    server,
    environment: '',
    versionId: id,
    semver: '1.0.0',
    sourceHash,
    deployedAt,
  });

  it('gives back what it was given, also from another window, and stores equal files once', async () => {
    const first = await keep(new Archive(folder), { 'skills/größe 1.js': 'a', 'persona.md': 'same' });
    const second = await keep(new Archive(folder), { 'skills/größe 1.js': 'b', 'persona.md': 'same' });
    const archive = new Archive(folder);
    assert.equal(await textOf(archive, first, 'skills/größe 1.js'), 'a');
    assert.equal(await textOf(archive, second, 'skills/größe 1.js'), 'b');
    assert.equal((await archive.files(agent, first))?.length, 3);
    assert.equal((await stored('blobs')).length, 4);
    assert.equal(await archive.files(agent, hashBytes(Buffer.from('never'))), undefined);
    assert.equal(await archive.files({ ...agent, agentId: 'other' }, first), undefined);
  });

  it('takes ids that are no names of files, and keeps agents apart', async () => {
    const archive = new Archive(folder);
    const odd = [
      { project: '../..', agentId: 'C:\\x' },
      { project: '..', agentId: '/../C:\\x' },
      { project: '', agentId: '' },
    ];
    for (const [i, of] of odd.entries()) {
      const hash = await keep(archive, { 'persona.md': `${i}` }, of);
      assert.equal(await textOf(archive, hash, 'persona.md', of), `${i}`);
    }
    assert.equal((await readdir(folder)).length, 3);
  });

  it('counts what was cut off as not kept, and mends it when it is sent again', async () => {
    const archive = new Archive(folder);
    const hash = await keep(archive, { 'persona.md': 'A long persona.' });
    for (const blob of await stored('blobs')) await truncate(blob, 1);
    assert.equal(await archive.files(agent, hash), undefined);
    await keep(archive, { 'persona.md': 'A long persona.' });
    assert.equal(await textOf(archive, hash, 'persona.md'), 'A long persona.');

    const [tree = ''] = await stored('trees');
    await truncate(tree, 10);
    assert.equal(await archive.files(agent, hash), undefined);
    await writeFile(tree, '{"files": 3}');
    assert.equal(await archive.files(agent, hash), undefined);
    await keep(archive, { 'persona.md': 'A long persona.' });
    assert.equal(await textOf(archive, hash, 'persona.md'), 'A long persona.');
  });

  it('does not take an unfinished file for one, and clears it away', async () => {
    const archive = new Archive(folder, { ...limits, drafts: 9 });
    const hash = await keep(archive, { 'persona.md': 'one' });
    const [tree = ''] = await stored('trees');
    const part = `${tree}.1b2c.part`;
    await writeFile(part, '{"pro');
    await utimes(part, 1, 1);
    assert.equal(await textOf(archive, hash, 'persona.md'), 'one');
    await keep(archive, { 'persona.md': 'two' });
    assert.deepEqual(
      (await stored('trees')).filter((file) => file.endsWith('.part')),
      [],
    );
    assert.equal(await textOf(archive, hash, 'persona.md'), 'one');
  });

  it('drops the oldest drafts and the bytes that only they held, and keeps what was deployed', async () => {
    const archive = new Archive(folder, limits);
    const hashes: string[] = [];
    for (let i = 0; i < 6; i++) {
      const hash = await keep(archive, { 'persona.md': `persona ${i}`, 'shared.md': 'the same' });
      hashes.push(hash);
      if (i === 0) await archive.recordVersion(agent, version('v', hash, '2026-01-01T00:00:00Z'));
      // Long ago, a minute after each other, so that the order does not hang on the clock of the disk.
      const tree = (await stored('trees')).find((file) =>
        file.endsWith(`${hash.slice('sha256:'.length)}.json`),
      );
      assert.ok(tree);
      await utimes(tree, 60 * (i + 1), 60 * (i + 1));
      for (const blob of await stored('blobs')) await utimes(blob, 1, 1);
    }
    assert.equal(await textOf(archive, hashes[0] ?? '', 'persona.md'), 'persona 0', 'it is deployed');
    assert.equal(await archive.files(agent, hashes[1] ?? ''), undefined);
    assert.equal(await archive.files(agent, hashes[2] ?? ''), undefined);
    assert.equal(await textOf(archive, hashes[5] ?? '', 'persona.md'), 'persona 5');
    assert.equal(await textOf(archive, hashes[5] ?? '', 'shared.md'), 'the same');
    // The config and the shared file, and three or four personas.
    assert.ok((await stored('blobs')).length <= 6, String((await stored('blobs')).length));
  });

  it('leaves bytes alone that another window has just written', async () => {
    const patient = { ...limits, graceMs: 600_000 };
    const archive = new Archive(folder, patient);
    const hash = await keep(archive, { 'persona.md': 'one' });
    const [tree = ''] = await stored('trees');
    const content = await stored('blobs');
    // As between the bytes of a state and the file that names them.
    await rm(tree);
    await keep(new Archive(folder, patient), { 'persona.md': 'two' });
    for (const blob of content) assert.ok((await stored('blobs')).includes(blob), blob);
    assert.equal(await archive.files(agent, hash), undefined);
  });

  it('takes writes of two windows at a time', async () => {
    const windows = [new Archive(folder), new Archive(folder)];
    const states = Array.from({ length: 20 }, (_, i) => ({ 'persona.md': `persona ${i % 10}` }));
    const hashes = await Promise.all(states.map((state, i) => keep(windows[i % 2] as Archive, state)));
    for (const [i, hash] of hashes.entries()) {
      assert.equal(await textOf(windows[0] as Archive, hash, 'persona.md'), `persona ${i % 10}`);
    }
    assert.equal((await stored('trees')).length, 10);
    assert.equal((await stored('blobs')).length, 11);
  });

  it('lists the versions of one server and environment, newest first', async () => {
    const archive = new Archive(folder);
    await archive.recordVersion(agent, version('a', 'sha256:1', '2026-01-01T00:00:00Z'));
    await archive.recordVersion(agent, version('b', 'sha256:2', '2026-01-02T00:00:00Z'));
    await archive.recordVersion(
      agent,
      version('c', 'sha256:3', '2026-01-03T00:00:00Z', 'https://other.example'),
    );
    const listed = await archive.versions(agent, 'embedded', '');
    assert.deepEqual(
      listed.map(({ versionId }) => versionId),
      ['b', 'a'],
    );
    assert.deepEqual(await archive.versions(agent, 'embedded', 'production'), []);
    assert.equal(
      (await archive.version(agent, { server: 'embedded', versionId: 'b' }))?.sourceHash,
      'sha256:2',
    );
    assert.equal(
      await archive.version(agent, { server: 'https://other.example', versionId: 'b' }),
      undefined,
    );
  });

  it('finds under the new id what was kept under the old one, and under the old one too', async () => {
    const archive = new Archive(folder);
    const hash = await keep(archive, { 'persona.md': 'one' });
    await archive.recordVersion(agent, version('a', hash, '2026-01-01T00:00:00Z'));
    const renamed = { ...agent, agentId: 'help' };
    await archive.renamed(agent, renamed);
    await archive.renamed({ ...agent, agentId: 'unknown' }, renamed);
    assert.equal(await textOf(archive, hash, 'persona.md', renamed), 'one');
    assert.equal(await textOf(archive, hash, 'persona.md'), 'one');
    assert.equal((await archive.versions(renamed, 'embedded', '')).length, 1);
  });

  it('passes on what the disk refuses', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const archive = new Archive(path.join(folder, 'file', 'below'));
    await assert.rejects(keep(archive, { 'persona.md': 'one' }), { code: 'ENOTDIR' });
  });
});
