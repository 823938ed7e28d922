import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WorkerClient } from '../../../../src/runtime/knowledge/worker-client';

/** Does what it is told. */
const source = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, request }) => {
  if (request === 'hang') for (;;);
  if (request === 'exit') process.exit(3);
  if (request === 'fill') { const held = []; for (;;) held.push(new Array(1e5).fill(held.length)); }
  if (request === 'throw') parentPort.postMessage({ id, error: { name: 'OddError', message: 'Odd.' } });
  else parentPort.postMessage({ id, answer: request + '!' });
});`;

/** For what answers: no more than the test itself may take, since how soon a worker is there depends on the machine. */
const patienceMs = 30_000;

describe('knowledge: workers', () => {
  let folder = '';
  let worker: WorkerClient<string, string>;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-worker-'));
    await writeFile(path.join(folder, 'worker.js'), source);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  beforeEach(() => {
    worker = new WorkerClient({ file: path.join(folder, 'worker.js'), idleMs: 60_000, heapMb: 32 });
  });
  afterEach(() => worker.close());

  it('answers many questions, each its own', async () => {
    const asked = ['a', 'b', 'c'];
    assert.deepEqual(await Promise.all(asked.map((each) => worker.ask(each, patienceMs))), [
      'a!',
      'b!',
      'c!',
    ]);
  });

  const ends: [string, number, object][] = [
    ['throw', patienceMs, { name: 'OddError', message: 'Odd.' }],
    ['hang', 1000, { name: 'TimeoutError', message: 'It took longer than 1 seconds.' }],
    ['exit', patienceMs, { name: 'ExitError' }],
    ['fill', patienceMs, { message: /memory/i }],
  ];
  for (const [request, timeoutMs, error] of ends) {
    it(`says that it could not answer (${request}), and answers the next question`, async () => {
      await assert.rejects(worker.ask(request, timeoutMs), error);
      assert.equal(await worker.ask('again', patienceMs), 'again!');
    });
  }

  it('rejects what is still asked when it is closed', async () => {
    await worker.ask('warm', patienceMs);
    const asked = worker.ask('hang', 60_000);
    const rejected = assert.rejects(asked, { name: 'AbortError', message: 'The runtime is shutting down.' });
    await worker.close();
    await rejected;
  });
});
