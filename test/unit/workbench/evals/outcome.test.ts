import assert from 'node:assert/strict';
import { outcomeText } from '../../../../src/workbench/evals/outcome';
import type { EvalItem } from '../../../../src/workbench/evals/tree';

describe('what is said of a run of evals', () => {
  const verdicts = (...kinds: ('passed' | 'failed')[]) =>
    new Map(kinds.map((kind) => [{} as EvalItem, { kind }]));

  it('is how many passed', () => {
    const outcome = { verdicts: verdicts('passed', 'failed'), stopped: false };
    assert.equal(outcomeText('Support', 2, outcome), '1 of 2 evals of Support passed.');
  });

  it('is that it was stopped, and how far it was', () => {
    const stopped = (...kinds: ('passed' | 'failed')[]) =>
      outcomeText('Support', 3, { verdicts: verdicts(...kinds), stopped: true });
    assert.equal(stopped(), 'The evals of Support were stopped before any was judged.');
    assert.equal(stopped('passed', 'failed'), 'The evals of Support were stopped when 1 of 2 had passed.');
  });

  it('is why nothing was run, or not all', () => {
    const problem = 'The key is gone.';
    assert.equal(
      outcomeText('Support', 3, { verdicts: verdicts(), stopped: false, problem }),
      'The evals of Support were not run. The key is gone.',
    );
    assert.equal(
      outcomeText('Support', 3, { verdicts: verdicts('passed'), stopped: false, problem }),
      '1 of 3 evals of Support passed. 2 could not be run: The key is gone.',
    );
  });
});
