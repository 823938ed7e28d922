import assert from 'node:assert/strict';
import type { AgentRun } from '../../../../src/workbench/evals/agent-run';
import { FailureLogs } from '../../../../src/workbench/evals/failure-logs';

type Taken = Parameters<FailureLogs['take']>[0];
type Test = AgentRun['test'];

describe('The log of runs, of evals', () => {
  let written: string[];
  let logs: FailureLogs;

  beforeEach(() => {
    written = [];
    logs = new FailureLogs({ ended: (id, server) => written.push(`${id} at ${server}`) });
  });

  const run = (test: Test, retentionRuns: number, verdicts: [string, Record<string, string>][]) =>
    logs.take({
      test,
      plan: { cases: [{ project: { folder: 'shop', project: { retentionRuns } } }], server: { id: 'afar' } },
      verdicts: new Map(
        verdicts.map(([kind, sessions]) => [{}, { kind, sessions: new Map(Object.entries(sessions)) }]),
      ),
    } as unknown as Taken);
  const failures = (prefix: string, count: number): [string, Record<string, string>][] =>
    Array.from({ length: count }, (_, at) => ['failed', { text: `${prefix}${at}`, '': `${prefix}${at}` }]);

  it('has the sessions that did not pass, of cases that did not, each once, asked of their server', () => {
    run({} as Test, 50, [
      ['passed', { 'Repetition 1.': 'a', '': 'b' }],
      ['failed', { 'Repetition 1.': 'c', 'Repetition 1. Diff': 'c', '': 'd' }],
      ['errored', { 'Not judged': 'e', '': 'e' }],
    ]);
    assert.deepEqual(written, ['c at afar', 'e at afar']);
  });

  it('has of one test run a fifth of what a project keeps, of all agents together', () => {
    const test = {} as Test;
    run(test, 10, failures('a', 1));
    run(test, 10, failures('b', 3));
    assert.deepEqual(written, ['a0 at afar', 'b0 at afar']);
    run({} as Test, 10, failures('c', 3));
    assert.equal(written.length, 4);
  });

  it('has none where a project keeps no logs', () => {
    run({} as Test, 0, failures('a', 3));
    assert.deepEqual(written, []);
  });
});
