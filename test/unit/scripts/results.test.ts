import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inWords, Results } from '../../../scripts/lib/results.mjs';

describe('the results of a test run', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tavora-results-'));
    file = path.join(folder, 'report.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are none while the file is not there', () => {
    const results = new Results(file);
    assert.deepEqual(results.read(), []);
    assert.deepEqual(results.counts, { passed: 0, failed: 0, failures: [] });
    assert.equal(results.ended, false);
  });

  it('come once each, and a half written line waits for its end', () => {
    const results = new Results(file);
    appendFileSync(file, '{"event":"pass","title":"a","ms":1}\n{"event":"fail","ti');
    assert.deepEqual(
      results.read().map(({ title }) => title),
      ['a'],
    );
    appendFileSync(file, 'tle":"b","error":"no"}\n{"event":"end"}\n');
    assert.deepEqual(
      results.read().map(({ event }) => event),
      ['fail', 'end'],
    );
    assert.deepEqual(results.counts, { passed: 1, failed: 1, failures: ['  ✘ b\n      no'] });
    assert.equal(results.ended, true);
    assert.deepEqual(results.read(), []);
  });

  it('count a run that broke off as one failure more', () => {
    const results = new Results(file);
    appendFileSync(file, '{"event":"pass","title":"a","ms":1}\n{"event":"fail","title":"b","error":"no"}\n');
    results.read();
    results.broken = true;
    assert.deepEqual(results.counts, { passed: 1, failed: 2, failures: ['  ✘ b\n      no'] });
  });

  it('refuse a line that is not JSON', () => {
    appendFileSync(file, 'oops\n');
    assert.throws(() => new Results(file).read(), SyntaxError);
  });

  it('read as sentences, with the error below a failure', () => {
    assert.equal(inWords({ event: 'pass', title: 'opens', ms: 5 }), '  ✔ opens (5 ms)');
    assert.equal(
      inWords({ event: 'fail', title: 'opens', error: 'one\ntwo' }),
      '  ✘ opens\n      one\n      two',
    );
  });
});
