// What fails once on a busy machine and not when it is run again is a flaw of the test or a race of the product. It is
// told as such, and to be mended; it does not hide what a change has really broken, nor is it taken for that.
import path from 'node:path';
import { root } from './paths.mjs';
import { inWords } from './results.mjs';

/** @typedef {import('./results.mjs').Results} Results */
/** @typedef {import('./results.mjs').Counts} Counts */

/** With more files than these something is wrong that another look does not help. */
const mostFiles = 4;

/**
 * Runs tests, and where nobody sits by who could do it, the files in which something failed once more: whole and by
 * themselves, for the tests of a file may build on each other.
 * @param {(files: readonly string[]) => Promise<Results>} run all tests for no files
 * @param {{ alone: boolean, write: import('./process.mjs').Write }} options `alone` where nobody sits by, as on CI
 * @returns {Promise<Counts>} what a file's second run said, in the place of its first
 */
export async function withSecondLook(run, { alone, write }) {
  const first = await run([]);
  const files = [...new Set(first.failed.map(({ file }) => file))];
  const known = files.filter((file) => file !== undefined);
  if (
    !alone ||
    first.broken ||
    files.length === 0 ||
    files.length > mostFiles ||
    known.length < files.length
  ) {
    return first.counts;
  }
  const names = known.map((file) => path.relative(root, file)).join(', ');
  write(`\n── once more: ${names}\n`, false);
  const second = await run(known);
  if (second.broken) {
    return first.counts;
  }
  const others = first.lines.filter(({ file }) => !files.includes(file));
  const again = new Set(second.failed.map(({ title }) => title));
  return {
    passed: others.length + second.counts.passed,
    failed: second.counts.failed,
    failures: second.counts.failures ?? [],
    shaky: first.failed.filter(({ title }) => !again.has(title)).map(inWords),
  };
}
