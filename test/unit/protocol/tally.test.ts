import assert from 'node:assert/strict';
import { EvalResult, evalVerdict, judgedCases, tallyOf, tallyText } from '../../../src/protocol';

const result = (fields: Record<string, unknown> = {}): EvalResult =>
  EvalResult.parse({ id: 'r', case_name: 'c', score: 8, pass: true, duration_ms: 1, ...fields });
const failed = result({ score: 3, pass: false });
const unjudged = result({ score: null, pass: false, error: 'The judge is out.' });

const verdict = (...results: EvalResult[]) => evalVerdict(tallyOf(results));

describe('the tally of a repeated eval', () => {
  it('has rate, range, mean and spread', () => {
    const scores = [4, 9, 8].map((score) => result({ score, pass: score >= 7 }));
    assert.equal(tallyText(tallyOf(scores)), '2 of 3 passed (67 %), scores 4.0 to 9.0, mean 7.0, spread 2.2');
  });

  it('leaves out of the scores what was not judged', () => {
    const results = [result({ score: 6 }), result({ score: 0, pass: false, error: 'The judge is out.' })];
    assert.equal(
      tallyText(tallyOf(results)),
      '1 of 2 passed (50 %), scores 6.0 to 6.0, mean 6.0, spread 0.0, 1 not judged',
    );
  });

  it('says no score where there is none', () => {
    assert.equal(
      tallyText(tallyOf([result({ pass: true, error: 'x' })])),
      '0 of 1 passed (0 %), 1 not judged',
    );
    assert.equal(tallyText(tallyOf([])), '0 of 0 passed (0 %)');
  });
});

describe('the verdict on an eval', () => {
  it('is one for all repetitions of a case, and one for each result whose case nobody knows', () => {
    const of = (id: string, more = {}) => result({ id, ...more });
    const bad = { score: 1, pass: false };
    const named = [
      of('1', { case_id: 'a' }),
      of('2', { case_id: 'b', ...bad }),
      of('3', { case_id: 'a', ...bad }),
    ];
    const cases = judgedCases([...named, of('4', { case_id: 'a' }), of('5'), of('6', bad)]);
    assert.deepEqual(
      cases.map(({ verdict, results }) => [verdict, results.map(({ id }) => id).join(' ')]),
      [
        ['passed', '1 3 4'],
        ['failed', '2'],
        ['passed', '5'],
        ['failed', '6'],
      ],
    );
  });

  it('is by more than half of the repetitions', () => {
    assert.equal(verdict(result()), 'passed');
    assert.equal(verdict(failed), 'failed');
    assert.equal(verdict(result(), failed, result()), 'passed');
    assert.equal(verdict(result(), failed), 'failed');
  });

  it('takes what was not judged for not passed, whatever else its server says of it', () => {
    assert.equal(verdict(result(), unjudged), 'failed');
    assert.equal(verdict(result(), unjudged, result()), 'passed');
    assert.equal(verdict(unjudged, unjudged), 'errored');
    assert.equal(verdict(result({ error: 'It broke off.' })), 'errored');
    assert.equal(verdict(), 'errored');
  });

  it('is none where there were to be more repetitions', () => {
    assert.equal(evalVerdict(tallyOf([result()]), 5), 'errored');
    assert.equal(evalVerdict(tallyOf([failed]), 5), 'errored');
    assert.equal(evalVerdict(tallyOf([result(), result()]), 2), 'passed');
  });
});
