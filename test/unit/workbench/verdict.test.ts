import assert from 'node:assert/strict';
import type { CaseScore, CheckedCase } from '../../../src/webviews/studio/messages';
import { verdictOf } from '../../../src/workbench/studio/verdict';

const score = (value: number | undefined, pass: boolean): CaseScore => ({
  score: value,
  pass,
  note: '',
  sessionId: undefined,
});
const one = (before: CaseScore | undefined, after: CaseScore | undefined): CheckedCase => ({
  name: 'case',
  threshold: 7,
  isNew: false,
  before,
  after,
});
const turn = (failed: number) => ({ answer: 'An answer.', failed });

describe('the verdict on a suggestion', () => {
  const kept = one(score(9, true), score(9, true));

  it('is better when an eval passes that failed, and none is lost', () => {
    const { kind, text } = verdictOf(turn(0), turn(0), [kept, one(score(2, false), score(8, true))]);
    assert.equal(kind, 'better');
    assert.match(text, /^Better: 1 eval passed that failed before\. None failed that passed before\.$/);
  });

  it('is better when the failing message has fewer failed steps', () => {
    assert.equal(verdictOf(turn(2), turn(0), [kept]).kind, 'better');
  });

  it('is worse when an eval is lost, whatever is won', () => {
    const cases = [one(score(2, false), score(8, true)), one(score(8, true), score(3, false))];
    const { kind, text } = verdictOf(turn(1), turn(0), cases);
    assert.deepEqual([kind, text], ['worse', 'Worse: 1 eval failed that passed before.']);
  });

  it('is worse when the failing message fails more', () => {
    assert.match(verdictOf(turn(0), turn(1), [kept]).text, /the failing message has 1 failed step more/);
  });

  it('goes by the scores where none crosses its threshold', () => {
    const up = one(score(8, true), score(9, true));
    const down = one(score(9, true), score(8, true));
    assert.equal(verdictOf(turn(0), turn(0), [kept, up]).kind, 'better');
    assert.equal(verdictOf(turn(0), turn(0), [kept, down]).kind, 'worse');
    assert.match(verdictOf(turn(0), turn(0), [up, down]).text, /No clear difference: 1 score rose, 1 fell/);
    assert.equal(verdictOf(turn(0), turn(0), [kept]).text, 'No difference: every eval came out as before.');
  });

  it('takes scores that differ by a hair for the same', () => {
    assert.equal(verdictOf(turn(0), turn(0), [one(score(8, true), score(8.05, true))]).kind, 'same');
  });

  it('is not known without the message, or without an eval that was judged both ways', () => {
    assert.match(verdictOf(turn(0), undefined, [kept]).text, /failing message was not run to its end/);
    const unjudged = one(score(8, true), score(undefined, false));
    assert.match(verdictOf(turn(0), turn(0), [unjudged]).text, /no eval was judged both ways/);
    assert.match(verdictOf(turn(0), turn(0), [kept, unjudged]).text, /1 eval could not be compared\.$/);
  });
});
