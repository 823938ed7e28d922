import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type SandboxOptions, SandboxPool } from '../../../src/runtime/sandbox';
import { workerFile } from './harness';

const plain: SandboxOptions = { skills: [], primitives: ['search'], call: async () => 1 };

describe('sandbox: pool', () => {
  let pool: SandboxPool;
  afterEach(() => pool.close());

  it('runs several sandboxes at once, and lets the rest wait for a place', async () => {
    pool = new SandboxPool({ workerFile, size: 2 });
    // Each block waits until both have begun, so that both must run at the same time.
    let begun = 0;
    let meet: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const call = async (): Promise<unknown> => {
      begun += 1;
      if (begun === 2) meet();
      await both;
      return begun;
    };
    const [first, second] = await Promise.all([pool.open({ ...plain, call }), pool.open({ ...plain, call })]);
    let third = 'waiting';
    const late = pool.open({ ...plain, data: { mine: 3 } }).then((sandbox) => {
      third = 'open';
      return sandbox;
    });
    const results = await Promise.all([first.run('search("x")'), second.run('search("x")')]);
    assert.deepEqual(
      results.map(({ value }) => value),
      [2, 2],
    );
    assert.equal(third, 'waiting');
    first.close();
    assert.equal((await (await late).run('data.mine')).value, 3);
  });

  it('has a worker for each run, however many keep theirs', async () => {
    pool = new SandboxPool({ workerFile });
    const open = await Promise.all(
      Array.from({ length: availableParallelism() + 2 }, () => pool.open(plain)),
    );
    const values = await Promise.all(open.map(async (sandbox) => (await sandbox.run('1 + 1')).value));
    assert.deepEqual(
      values,
      open.map(() => 2),
    );
  }).timeout(20_000);

  it('leaves nothing of one run for the next', async () => {
    pool = new SandboxPool({ workerFile, size: 1 });
    const first = await pool.open({ ...plain, data: { secret: 1 } });
    await first.run('globalThis.left = 1; const top = 2; Array.prototype.extra = 3; data.more = 4');
    first.close();
    const second = await pool.open(plain);
    assert.deepEqual((await second.run('[typeof left, typeof top, [].extra === undefined, data]')).value, [
      'undefined',
      'undefined',
      true,
      {},
    ]);
  });

  it('leaves nothing of a run that needed more memory than others', async () => {
    pool = new SandboxPool({ workerFile, size: 1 });
    const first = await pool.open(plain);
    const filled = await first.run(
      'globalThis.left = []; for (let i = 0; i < 4e5; i++) left.push({ i }); left.length',
    );
    assert.equal(filled.value, 400_000);
    first.close();
    const second = await pool.open({ ...plain, data: { mine: 1 } });
    assert.deepEqual((await second.run('[typeof left, data]')).value, ['undefined', { mine: 1 }]);
  });

  it('draws other numbers in each run', async () => {
    pool = new SandboxPool({ workerFile, size: 1 });
    const drawn = new Set<unknown>();
    for (let run = 0; run < 5; run++) {
      const sandbox = await pool.open(plain);
      const { value } = await sandbox.run('Array.from({ length: 200 }, Math.random)');
      const numbers = value as number[];
      assert.equal(
        numbers.every((number) => number >= 0 && number < 1),
        true,
      );
      for (const number of numbers) drawn.add(number);
      sandbox.close();
    }
    assert.equal(drawn.size, 1_000);
  });

  it('knows the skills of the run, not of the one before', async () => {
    pool = new SandboxPool({ workerFile, size: 1 });
    for (const answer of ['one', 'two']) {
      const skills = [{ name: 'say', path: 'say.js', source: `module.exports = () => '${answer}';` }];
      const sandbox = await pool.open({ ...plain, skills });
      assert.equal((await sandbox.run("require('say')()")).value, answer);
      sandbox.close();
    }
    const sandbox = await pool.open(plain);
    const { error } = await sandbox.run("require('say')()");
    assert.match(error?.message ?? '', /There is no skill/);
  });

  it('does not slow down or grow over many runs', async () => {
    pool = new SandboxPool({ workerFile, size: 1 });
    for (let index = 0; index < 60; index++) {
      const sandbox = await pool.open(plain);
      assert.equal(
        (await sandbox.run('let all = []; for (let i = 0; i < 1000; i++) all.push({ i }); all.length')).value,
        1000,
      );
      sandbox.close();
    }
  }).timeout(20_000);

  it('replaces a worker that had to be killed', async () => {
    pool = new SandboxPool({ workerFile, size: 1 });
    const first = await pool.open(plain);
    const running = first.run('search("x"); for (;;);');
    first.close();
    assert.equal((await running).error?.kind, 'aborted');
    const second = await pool.open(plain);
    assert.equal((await second.run('5')).value, 5);
  });

  it('ends what runs and refuses what waits when it closes', async () => {
    pool = new SandboxPool({ workerFile, size: 1 });
    const sandbox = await pool.open(plain);
    const running = sandbox.run('for (;;);');
    const waiting = pool.open(plain);
    const refused = assert.rejects(waiting, /pool is closed/);
    await pool.close();
    assert.equal((await running).error?.kind, 'aborted');
    await refused;
    await assert.rejects(pool.open(plain), /pool is closed/);
    await assert.rejects(sandbox.run('1'), /closed/);
  });

  it('rejects when its worker is missing, and stays usable for the next attempt', async () => {
    pool = new SandboxPool({ workerFile: path.join(path.dirname(workerFile), 'absent.js'), size: 1 });
    await assert.rejects(pool.open(plain), /absent\.js/);
    await assert.rejects(pool.open(plain), /absent\.js/);
  });
});
