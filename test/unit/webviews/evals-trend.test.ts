import assert from 'node:assert/strict';
import type { EvalsResult } from '../../../src/webviews/evals/messages';
import { deployedBefore, trendOf } from '../../../src/webviews/evals/trend';
import { fallText, regressionsHead } from '../../../src/webviews/evals/words';

function result(
  caseName: string,
  nth: number,
  score: number | null,
  more: Partial<EvalsResult> = {},
): EvalsResult {
  return {
    caseName,
    source: `sha256:${nth}`,
    target: 'draft',
    runId: `run-${nth}`,
    sessionId: '',
    score,
    threshold: 7,
    pass: score !== null && score >= 7,
    reasoning: '',
    repetition: 1,
    at: new Date(Date.UTC(2026, 0, 1 + nth)).toISOString(),
    ...more,
  };
}
const deployed = (nth: number, semver: string) => ({
  source: `sha256:${nth}`,
  semver,
  at: new Date(Date.UTC(2026, 0, 1 + nth, 12)).toISOString(),
});

describe('the trend of evals', () => {
  it('orders sources by when they were first judged, and comes back to one', () => {
    const { sources, suite } = trendOf(
      [result('a', 1, 5), result('a', 0, 6), result('a', 1, 9, { runId: 'again' })],
      [],
      [],
    );
    assert.deepEqual(
      sources.map(({ hash }) => hash),
      ['sha256:1', 'sha256:0'],
    );
    assert.deepEqual(
      suite.points.map(({ score, total }) => [score, total]),
      [
        [7, 2],
        [6, 1],
      ],
    );
  });

  it('counts a repeated case no more than others, and spreads over whole repetitions', () => {
    const results = [1, 2].flatMap((repetition) => [
      result('a', 0, repetition === 1 ? 10 : 6, { repetition }),
      result('b', 0, 4, { repetition }),
    ]);
    const { suite, cases } = trendOf([...results, result('b', 0, 4, { repetition: 3 })], [], []);
    const [point] = suite.points;
    assert.deepEqual([point?.score, point?.low, point?.high, point?.passed, point?.total], [6, 5, 7, 1, 5]);
    assert.deepEqual(
      cases[0]?.points.map(({ low, high, score }) => [low, score, high]),
      [[6, 8, 10]],
    );
  });

  it('has no score where nothing was judged', () => {
    const { suite } = trendOf([result('a', 0, null)], [], []);
    assert.deepEqual(
      suite.points.map(({ score, passed, total }) => [score, passed, total]),
      [[null, 0, 1]],
    );
  });

  it('lists cases in the order of the files, those that were not run too, and gone ones last', () => {
    const { cases, suite } = trendOf([result('gone', 0, 1), result('b', 0, 9)], [], ['a', 'b']);
    assert.deepEqual(
      cases.map(({ name, points }) => [name, points.length]),
      [
        ['a', 0],
        ['b', 1],
        ['gone', 1],
      ],
    );
    assert.deepEqual(
      suite.points.map(({ score, complete }) => [score, complete]),
      [[9, true]],
    );
  });

  describe('against the last deployed version', () => {
    const worse = (scores: readonly (number | null)[], deployments = [deployed(0, '1.0.0')]) =>
      trendOf(
        scores.map((score, nth) => result('a', nth, score)),
        deployments,
        ['a'],
      ).regressions.map(({ semver, before, now }) => [semver, before.score, now.score]);

    it('calls a case worse that fails now, or lost a point and more', () => {
      assert.deepEqual(worse([7.2, 6.8]), [['1.0.0', 7.2, 6.8]]);
      assert.deepEqual(worse([9.1, 8]), [['1.0.0', 9.1, 8]]);
      assert.deepEqual(worse([9.1, null]), [['1.0.0', 9.1, null]]);
    });

    it('calls no case worse that is as good, that was no better, or that was never deployed', () => {
      assert.deepEqual(worse([9.1, 8.2]), []);
      assert.deepEqual(worse([4, 4.5]), []);
      assert.deepEqual(worse([9.1, 2], []), []);
      assert.deepEqual(worse([9.1]), []);
    });

    it('takes the version before, when the newest is one itself', () => {
      assert.deepEqual(worse([9.1, 9, 4], [deployed(0, '1.0.0'), deployed(2, '1.1.0')]), [['1.0.0', 9.1, 4]]);
    });

    it('takes the newest of several versions of one source', () => {
      assert.deepEqual(
        worse([9.1, 4], [deployed(0, '1.0.0'), { ...deployed(0, '1.0.1'), at: '2026-01-01T18:00:00.000Z' }]),
        [['1.0.1', 9.1, 4]],
      );
    });

    describe('after a roll back', () => {
      // The second version was bad, and the first one's files were deployed again.
      const rolledBack = [
        deployed(0, '1.0.0'),
        deployed(1, '1.0.1'),
        { ...deployed(2, '1.0.2'), source: 'sha256:0' },
      ];

      it('calls nothing worse for what was given up', () => {
        assert.deepEqual(worse([9, 3], rolledBack), []);
      });

      it('compares a new draft with what is live again', () => {
        const results = [result('a', 0, 9), result('a', 1, 3), result('a', 3, 3)];
        const { regressions } = trendOf(results, rolledBack, ['a']);
        assert.deepEqual(
          regressions.map(({ semver, before, now }) => [semver, before.score, now.source.hash]),
          [['1.0.2', 9, 'sha256:3']],
        );
      });

      it('compares the source that was come back to with the version that was given up', () => {
        const results = [result('a', 0, 9), result('a', 1, 9), result('a', 4, 3, { source: 'sha256:0' })];
        const { regressions } = trendOf(results, rolledBack, ['a']);
        assert.deepEqual(
          regressions.map(({ semver, now }) => [semver, now.score]),
          [['1.0.1', 6]],
        );
      });

      it('names for a point of the past what was deployed then', () => {
        const { suite } = trendOf([result('a', 0, 9), result('a', 1, 3), result('a', 3, 8)], rolledBack, [
          'a',
        ]);
        const [, second] = suite.points;
        assert.ok(second);
        assert.equal(deployedBefore(suite, second)?.semver, '1.0.0');
      });
    });

    it('takes most of what was repeated for the verdict', () => {
      const now = [9, 9, 5].map((score, index) => result('a', 1, score, { repetition: index + 1 }));
      assert.deepEqual(trendOf([result('a', 0, 8), ...now], [deployed(0, '1.0.0')], ['a']).regressions, []);
    });
  });

  it('says when it compares with an older version, as the last one has no results yet', () => {
    const worse = (...versions: ReturnType<typeof deployed>[]) => {
      const results = [result('a', 0, 9), result('a', 2, 5)];
      const { regressions } = trendOf(results, versions, ['a']);
      return [regressionsHead(regressions), ...regressions.map(fallText)];
    };
    assert.deepEqual(worse(deployed(0, '1'), deployed(1, '2')), [
      '1 case does worse than an earlier deployed version',
      '9.0 → 5.0 since v1 (0 of 1 passed); v2 has no results yet; compared with v1',
    ]);
    assert.deepEqual(worse(deployed(0, '1')), [
      '1 case does worse than the last deployed version',
      '9.0 → 5.0 since v1 (0 of 1 passed)',
    ]);
    // What is judged now was deployed itself.
    assert.deepEqual(worse(deployed(0, '1'), deployed(2, '2')), [
      '1 case does worse than the last deployed version',
      '9.0 → 5.0 since v1 (0 of 1 passed)',
    ]);
  });
});
