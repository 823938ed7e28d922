import assert from 'node:assert/strict';
import { EvalRun } from '../../../../src/protocol';
import { type GateSuite, gateOf, gateSentence } from '../../../../src/workbench/delivery/preview/gate';

const run = (more: Record<string, unknown>) =>
  EvalRun.parse({
    id: 'r',
    status: 'completed',
    total_cases: 5,
    passed: 5,
    failed: 0,
    created_at: '2026-01-01T00:00:00Z',
    source_hash: 'now',
    complete_suite: true,
    ...more,
  });

describe('what evals say of a deployment before it', () => {
  const kind = (runs: Record<string, unknown>[]) => gateOf(runs.map(run), 'now').kind;

  it('is the verdict of the newest run over these files', () => {
    assert.equal(kind([{}, { failed: 1 }]), 'passed');
    assert.equal(kind([{ failed: 1, passed: 4 }, {}]), 'failed');
    assert.equal(kind([{ source_hash: 'then', failed: 1 }, {}]), 'passed');
  });
  it('is open while a run is under way', () => {
    assert.equal(kind([{ status: 'pending' }, {}]), 'running');
    assert.equal(kind([{ status: 'running' }]), 'running');
  });
  it('is none before a run over these files, of all cases, to its end', () => {
    assert.equal(kind([]), 'none');
    assert.equal(kind([{ source_hash: 'then' }]), 'none');
    assert.equal(kind([{ complete_suite: false }]), 'none');
  });
  it('is open after a run over these files that broke or was stopped, and no other', () => {
    assert.equal(kind([{ status: 'cancelled' }, { status: 'failed' }]), 'unjudged');
    assert.equal(kind([{ status: 'failed' }, {}]), 'passed');
  });
  it('is that of runs of the suite that decides, in its version of now', () => {
    const of = (suite: GateSuite) =>
      gateOf([run({ suite_id: 's', suite_version: '1.0.0' })], 'now', suite).kind;
    assert.equal(of({ id: 's' }), 'passed');
    assert.equal(of({ id: 's', semver: '1.0.0' }), 'passed');
    assert.equal(of({ id: 's', semver: '1.1.0' }), 'none');
    assert.equal(of({ id: 'other' }), 'none');
  });
  it('is not known from a server that does not say what it ran', () => {
    assert.equal(kind([{ source_hash: null }]), 'unknown');
    assert.equal(kind([{ source_hash: null }, { source_hash: 'then' }]), 'unknown');
    assert.equal(kind([{ source_hash: null }, {}]), 'passed');
  });
  it('is said in a sentence', () => {
    assert.match(gateSentence('support', gateOf([run({ passed: 4, failed: 1 })], 'now')), /1 of 5, .*refuse/);
    assert.match(
      gateSentence('support', gateOf([run({ repeat: 5, total_cases: 5 })], 'now')),
      /passed on these files: 5 of 5 repetitions\./,
    );
    assert.match(gateSentence('support', gateOf([], 'now')), /have not been run on these files/);
    assert.match(
      gateSentence('support', gateOf([run({ complete_suite: false })], 'now')),
      /have not all been run on these files in one run/,
    );
  });
});
