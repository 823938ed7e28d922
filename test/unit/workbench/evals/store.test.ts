import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { EvalRecord } from '../../../../src/workbench/evals/history/record';
import { EvalStore } from '../../../../src/workbench/evals/history/store';

const owner = { server: 'embedded', project: 'harbour', environment: '', agentId: 'support' };

function record(nth: number, more: Partial<EvalRecord> = {}): EvalRecord {
  return {
    ...owner,
    caseName: 'Refund',
    sourceHash: `sha256:${nth}`,
    target: 'draft',
    runId: `run-${nth}`,
    repetition: 1,
    score: nth % 11,
    pass: true,
    reasoning: 'Fine: ä, 日本',
    durationMs: 12,
    at: new Date(Date.UTC(2026, 0, 1) + nth * 60_000).toISOString(),
    ...more,
  };
}

describe('the store of eval results', () => {
  let folder: string;
  let said: string[];
  const open = (bound?: number) =>
    new EvalStore(path.join(folder, 'history'), (one) => said.push(one), bound);
  const files = async () =>
    (await readdir(path.join(folder, 'history'))).filter((one) => one.endsWith('.jsonl'));
  /** Makes every file look as if nobody had written it for two hours. */
  const rest = async () => {
    const before = new Date(Date.now() - 2 * 60 * 60_000);
    for (const name of await files()) await utimes(path.join(folder, 'history', name), before, before);
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-history-'));
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has nothing before anything was kept', async () => {
    assert.deepEqual(await open().of(owner), []);
    assert.deepEqual(said, []);
  });

  it('gives back what was kept, oldest first, over a restart', async () => {
    const store = open();
    await store.add([record(2), record(1)]);
    assert.deepEqual(await store.of(owner), [record(1), record(2)]);
    await store.add([record(3)]);
    assert.deepEqual(await open().of(owner), [record(1), record(2), record(3)]);
  });

  it('tells the sources of an agent, on whatever server they were judged', async () => {
    const store = open();
    await store.add([
      record(1),
      record(1, { repetition: 2 }),
      record(2, { server: 'https://afar.test', environment: 'test' }),
      record(3, { agentId: 'other' }),
      record(4, { sourceHash: '' }),
    ]);
    assert.deepEqual([...(await store.sources('harbour', 'support'))].sort(), ['sha256:1', 'sha256:2']);
  });

  it('gives an agent only its own', async () => {
    const store = open();
    const others = [
      { agentId: 'sales' },
      { project: 'other' },
      { environment: 'staging' },
      { server: 'https://api.tavora.ai' },
    ];
    await store.add([record(1), ...others.map((more, index) => record(index + 2, more))]);
    assert.deepEqual(await store.of(owner), [record(1)]);
    assert.deepEqual(await store.of({ ...owner, agentId: 'sales' }), [record(2, { agentId: 'sales' })]);
  });

  it('keeps one result once, and of two the one that knows the source', async () => {
    const store = open();
    await store.add([record(1, { sourceHash: '' }), record(1), record(1, { sourceHash: '' })]);
    assert.deepEqual(await store.of(owner), [record(1)]);
    assert.deepEqual(await open().of(owner), [record(1)]);
  });

  it('lets two windows write at once, and each reads what the other wrote', async () => {
    const [one, two] = [open(), open()];
    await Promise.all(Array.from({ length: 40 }, (_, nth) => (nth % 2 === 0 ? one : two).add([record(nth)])));
    assert.equal((await files()).length, 2);
    for (const store of [one, two, open()]) {
      assert.deepEqual(
        (await store.of(owner)).map(({ runId }) => runId),
        Array.from({ length: 40 }, (_, nth) => `run-${nth}`),
      );
    }
  });

  it('leaves out a torn last line and says so, once', async () => {
    await open().add([record(1), record(2)]);
    const [name] = await files();
    assert.ok(name);
    const file = path.join(folder, 'history', name);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, -20));
    const store = open();
    assert.deepEqual(await store.of(owner), [record(1)]);
    assert.deepEqual(await store.of(owner), [record(1)]);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^The last line of .*\.jsonl is not complete and was left out/);
    // The rest of it arrives when another window was only writing it.
    await appendFile(file, text.slice(-20));
    assert.deepEqual(await store.of(owner), [record(1), record(2)]);
  });

  it('leaves out what is no result, and says how much', async () => {
    await mkdir(path.join(folder, 'history'));
    const lines = [
      '{}',
      'null',
      '"x"',
      '\u0000\u0000',
      '{"server":1',
      JSON.stringify({ ...record(1), at: 'yesterday' }),
    ];
    await writeFile(
      path.join(folder, 'history', 'a.jsonl'),
      `${[...lines, JSON.stringify(record(1))].join('\n')}\n`,
    );
    assert.deepEqual(await open().of(owner), [record(1)]);
    assert.deepEqual(said, ['6 lines of a.jsonl in the history of evals could not be read.']);
  });

  it('reads lines that are longer than what it reads at once', async () => {
    await mkdir(path.join(folder, 'history'));
    const junk = 'x'.repeat(2_000_000);
    const all = Array.from({ length: 3_000 }, (_, nth) => record(nth, { reasoning: 'ö'.repeat(300) }));
    const text = [junk, ...all.map((one) => JSON.stringify(one))].join('\n');
    await writeFile(path.join(folder, 'history', 'a.jsonl'), `${text}\n`);
    const found = await open().of(owner);
    assert.equal(found.length, 3_000);
    assert.deepEqual(found.at(-1), all.at(-1));
  });

  it('keeps the newest when there are too many, on disk too', async () => {
    await open().add(Array.from({ length: 120 }, (_, nth) => record(nth)));
    await rest();
    const newest = Array.from({ length: 100 }, (_, nth) => `run-${nth + 20}`);
    assert.deepEqual(
      (await open(100).of(owner)).map(({ runId }) => runId),
      newest,
    );
    assert.deepEqual(
      (await open().of(owner)).map(({ runId }) => runId),
      newest,
    );
  });

  it('puts many files together without losing what a window still writes', async () => {
    const live = open();
    await live.add([record(0)]);
    for (let nth = 1; nth < 40; nth++) await open().add([record(nth)]);
    await rest();
    const reader = open();
    assert.equal((await reader.of(owner)).length, 40);
    assert.equal((await files()).length, 1);
    // Its file was taken away from it meanwhile.
    await live.add([record(40)]);
    for (const store of [live, reader, open()]) {
      assert.deepEqual(
        (await store.of(owner)).map(({ runId }) => runId),
        Array.from({ length: 41 }, (_, nth) => `run-${nth}`),
      );
    }
  });

  it('leaves files alone that were written a moment ago', async () => {
    for (let nth = 0; nth < 40; nth++) await open().add([record(nth)]);
    await open().of(owner);
    assert.equal((await files()).length, 40);
  });

  it('reads the file of a tidying that was stopped half way once', async () => {
    await open().add([record(1)]);
    const [name = ''] = await files();
    const from = path.join(folder, 'history', name);
    await writeFile(`${from}.part`, `${JSON.stringify(record(2))}\n`);
    assert.deepEqual(await open().of(owner), [record(1)]);
  });

  it('says what the disk refuses', async () => {
    await writeFile(path.join(folder, 'history'), 'a file where a folder should be');
    await assert.rejects(open().add([record(1)]), /EEXIST|ENOTDIR/);
    await assert.rejects(open().of(owner), /ENOTDIR/);
  });
});
