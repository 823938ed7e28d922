import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Suite } from 'mocha';
import { operations } from '../../src/runtime/openapi/operations';
import { nameOf, seen } from './support/answers';

/** Every suite of this kind is loaded and none is filtered: only then can something be said to be missing. */
function isWhole(root: Suite): boolean {
  const loaded = root.suites.map(({ file }) => file ?? '');
  const files = readdirSync('test/contract', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join('test', 'contract', file.replace(/\.ts$/, '.js')));
  const filtered = process.argv.some((argument) => /^(?:-g|-f|--grep|--fgrep)\b/.test(argument));
  return !filtered && files.every((file) => loaded.some((suite) => suite.endsWith(file)));
}

describe('every operation', () => {
  it('is one that answers can be held against', () => {
    assert.ok(operations.length > 60);
    assert.equal(new Set(operations.map(nameOf)).size, operations.length);
  });
});

// After the last suite, whichever that is.
after(function () {
  const root = this.test?.parent;
  if (!root || !isWhole(root)) return;
  const untested = operations.map(nameOf).filter((name) => !seen.has(name));
  assert.deepEqual(untested, [], `No contract test has these succeed: ${untested.join(', ')}`);
});
