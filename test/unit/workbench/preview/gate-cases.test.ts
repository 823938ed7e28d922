import assert from 'node:assert/strict';
import { CaseLabels, type EvalFile } from '../../../../src/project';
import { EvalRunDetail } from '../../../../src/protocol';
import {
  type CaseNews,
  gateAgent,
  gateCase,
  type HeardCase,
  newer,
  newsOf,
} from '../../../../src/workbench/delivery/preview/gate-cases';

const labels = CaseLabels.of({ configPath: 'agents/support/agent.jsonc', evals: [] });

const detail = (
  id: string,
  run: Record<string, unknown>,
  results: Record<string, unknown>[],
  pending: Record<string, unknown>[] = [],
) =>
  EvalRunDetail.parse({
    run: {
      id,
      status: 'completed',
      total_cases: 2,
      passed: 0,
      failed: 0,
      created_at: '2026-01-01T00:00:00Z',
      source_hash: 'now',
      ...run,
    },
    results: results.map((one, at) => ({
      id: `${id}-${at}`,
      case_name: 'One',
      score: 9,
      pass: true,
      ...one,
    })),
    pending: pending.map((one, at) => ({ id: `${id}-p${at}`, status: 'pending', ...one })),
  });

const file = { path: 'evals/one.json', name: 'One' } as EvalFile;
const shown = (details: EvalRunDetail[], name = 'One') =>
  gateCase(name, file, newsOf({ details, labels }).get(name));

describe('a case of the evals that decide', () => {
  it('has its newest result, with the threshold that it needed and the worst of its reasons', () => {
    const details = [
      detail('new', {}, [
        { score: 4, pass: false, reasoning: 'No.', pass_threshold: 6, session_id: 's', repetition: 1 },
        { score: 8, reasoning: 'Yes.', repetition: 2 },
        { score: 9, reasoning: 'Yes.', repetition: 3 },
      ]),
      detail('old', {}, [{ score: 1, pass: false }]),
    ];
    assert.deepEqual(shown(details), {
      name: 'One',
      path: 'evals/one.json',
      kind: 'passed',
      score: 7,
      threshold: 6,
      repetitions: '2 of 3 passed',
      reasoning: 'No.',
      sessionId: 's',
    });
  });

  it('was not run where no run over these files had it', () => {
    const { kind, score, threshold } = shown([detail('r', {}, [{}])], 'Two');
    assert.deepEqual([kind, score, threshold], ['none', null, 7]);
  });

  it('is stopped, running or not judged, and keeps an earlier result over these files when it is stopped', () => {
    const cancelled = { status: 'cancelled', error: 'The run was cancelled.' };
    const unrun = detail('r', cancelled, [{ score: 0, pass: false, error: 'The run was cancelled.' }]);
    assert.equal(shown([unrun]).kind, 'stopped');
    assert.equal(shown([unrun]).reasoning, '');
    assert.equal(shown([unrun, detail('old', {}, [{}])]).kind, 'passed');
    assert.equal(shown([detail('r', { ...cancelled, repeat: 3 }, [{}, {}])]).kind, 'stopped');
    assert.equal(shown([detail('r', { status: 'running' }, [], [{ case_name: 'One' }])]).kind, 'running');
    assert.equal(shown([detail('r', { status: 'running', repeat: 3 }, [{}])]).kind, 'running');
    const unjudged = shown([detail('r', {}, [{ pass: false, error: 'The judge gave no score.' }])]);
    assert.deepEqual(
      [unjudged.kind, unjudged.score, unjudged.reasoning],
      ['unjudged', null, 'The judge gave no score.'],
    );
  });

  it('is what the newer of two sides says, and of one run the one that knows more', () => {
    const news = (id: string, at: string, count: number, kind: CaseNews['kind'] = 'judged'): CaseNews => {
      const { run, results } = detail(
        id,
        { created_at: at },
        Array.from({ length: count }, () => ({})),
      );
      return { run, results, kind };
    };
    const old = news('a', '2026-01-01T00:00:00Z', 1);
    const now = news('b', '2026-01-02T00:00:00Z', 1);
    assert.equal(newer(old, now), now);
    assert.equal(newer(now, old), now);
    assert.equal(newer(undefined, old), old);
    const more = news('a', '2026-01-01T00:00:00Z', 2);
    assert.equal(newer(old, more), more);
    assert.equal(newer(more, old), more);
    assert.equal(newer(old, news('c', '2026-01-03T00:00:00Z', 0, 'stopped')), old);
  });

  it('says at its agent that all have passed, and yet not in one run', () => {
    const heard = (name: string, details: EvalRunDetail[]): HeardCase => {
      return { name, file, news: newsOf({ details, labels }).get(name) };
    };
    const note = (kind: 'none' | 'no-evals', cases: HeardCase[]) =>
      gateAgent({ id: 'support', name: '' }, { kind }, cases, true).note;
    const part = detail('r', { complete_suite: false }, [{}]);
    const other = detail('s', {}, [{ case_name: 'Two' }]);
    const apart = [heard('One', [part]), heard('Two', [other])];
    assert.match(note('none', apart), /not all in one run/);
    assert.match(note('none', [heard('One', [part])]), /not all in one run/, 'it was run without the others');
    assert.equal(note('none', []), '');
    assert.equal(note('none', [...apart, heard('Three', [])]), '');
    assert.equal(note('no-evals', apart), '');
    const whole = detail('w', {}, [{}, { case_name: 'Two' }]);
    assert.equal(note('none', [heard('One', [whole]), heard('Two', [whole])]), '', 'it decides');
    assert.equal(gateAgent({ id: 'support', name: '' }, { kind: 'none' }, [], true).name, 'support');
  });

  it('leads to no session that cannot be opened, and runs while a run has not come to it', () => {
    const news = newsOf({ details: [detail('r', {}, [{ session_id: 's' }])], labels }).get('One');
    const one = (hasTraces: boolean, isRunning = false) =>
      gateAgent(
        { id: 'support', name: '' },
        { kind: 'none' },
        [{ name: 'One', file, news, isRunning }],
        hasTraces,
      ).cases[0];
    assert.equal(one(true)?.sessionId, 's');
    assert.equal(one(false)?.sessionId, '');
    assert.equal(one(true, true)?.kind, 'running');
  });
});
