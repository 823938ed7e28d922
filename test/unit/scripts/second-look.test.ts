import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { Results } from '../../../scripts/lib/results.mjs';
import { withSecondLook } from '../../../scripts/lib/second-look.mjs';

const file = (name: string) => path.join(root, 'out/test/unit', name);
const pass = (title: string, name: string) => ({ event: 'pass' as const, title, file: file(name), ms: 1 });
const fail = (title: string, name: string) => ({
  event: 'fail' as const,
  title,
  file: file(name),
  error: 'no',
});

/** A run that ends with these lines. */
function ran(...lines: Results['lines']): Results {
  const results = new Results('');
  results.lines.push(...lines);
  results.ended = true;
  return results;
}

/** Looks at runs that end so, one after the other. @returns what it came to, and which files each run was of */
async function look(runs: readonly Results[], alone = true) {
  const asked: (readonly string[])[] = [];
  const written: string[] = [];
  const counts = await withSecondLook(
    async (files) => {
      asked.push(files);
      const run = runs[asked.length - 1];
      assert.ok(run, 'It was run once more than it should have been.');
      return run;
    },
    { alone, write: (text) => written.push(text) },
  );
  return { counts, asked, written: written.join('') };
}

describe('a second look at tests that failed', () => {
  it('is not taken where all passed', async () => {
    const { counts, asked } = await look([ran(pass('a', 'a.js'), pass('b', 'b.js'))]);
    assert.deepEqual([counts, asked], [{ passed: 2, failed: 0, failures: [] }, [[]]]);
  });

  it('runs the whole file of a test that failed, and says which passed then', async () => {
    const { counts, asked, written } = await look([
      ran(pass('a', 'a.js'), pass('b 1', 'b.js'), fail('b 2', 'b.js')),
      ran(pass('b 1', 'b.js'), pass('b 2', 'b.js')),
    ]);
    assert.deepEqual(asked, [[], [file('b.js')]]);
    assert.match(written, /once more: .*b\.js/);
    assert.deepEqual(counts, { passed: 3, failed: 0, failures: [], shaky: ['  ✘ b 2\n      no'] });
  });

  it('leaves a test that fails again a failure', async () => {
    const { counts } = await look([
      ran(fail('a', 'a.js'), fail('b', 'b.js')),
      ran(fail('a', 'a.js'), pass('b', 'b.js')),
    ]);
    assert.deepEqual(counts, {
      passed: 1,
      failed: 1,
      failures: ['  ✘ a\n      no'],
      shaky: ['  ✘ b\n      no'],
    });
  });

  it('counts what fails only then, and what a failed hook had kept from running', async () => {
    const hook = 'a "before all" hook';
    const { counts } = await look([
      ran(fail(hook, 'a.js')),
      ran(pass('a 1', 'a.js'), fail('a 2', 'a.js'), pass('a 3', 'a.js')),
    ]);
    assert.deepEqual(counts, {
      passed: 2,
      failed: 1,
      failures: ['  ✘ a 2\n      no'],
      shaky: [`  ✘ ${hook}\n      no`],
    });
  });

  it('is left to the person who sits by', async () => {
    const { counts, asked } = await look([ran(fail('a', 'a.js'))], false);
    assert.deepEqual([counts.failed, asked.length], [1, 1]);
  });

  it('is not taken where so much fails that a second run would not help', async () => {
    const { counts, asked } = await look([
      ran(...['a.js', 'b.js', 'c.js', 'd.js', 'e.js'].map((name) => fail(name, name))),
    ]);
    assert.deepEqual([counts.failed, asked.length], [5, 1]);
  });

  it('is not taken after a run that broke off, nor for a failure of no file', async () => {
    const broken = ran(fail('a', 'a.js'));
    broken.broken = true;
    const first = await look([broken]);
    const second = await look([ran(fail('a', 'a.js'), { event: 'fail', title: 'b', error: 'no' })]);
    assert.deepEqual([first.counts.failed, first.asked.length], [2, 1]);
    assert.deepEqual([second.counts.failed, second.asked.length], [2, 1]);
  });

  it('changes nothing where it breaks off itself', async () => {
    const broken = ran(pass('a', 'a.js'));
    broken.broken = true;
    const { counts } = await look([ran(fail('a', 'a.js')), broken]);
    assert.deepEqual(counts, { passed: 0, failed: 1, failures: ['  ✘ a\n      no'] });
  });
});
