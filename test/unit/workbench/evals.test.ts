import assert from 'node:assert/strict';
import type { EvalResult } from '../../../src/protocol';
import { estimate, overLimit } from '../../../src/workbench/evals/estimate';
import type { CaseResults } from '../../../src/workbench/evals/results';
import { tallyOf, tallyText } from '../../../src/workbench/evals/tally';
import type { EvalItem } from '../../../src/workbench/evals/tree';

const result = (fields: Partial<EvalResult>): EvalResult => ({
  id: 'r',
  case_name: 'c',
  set_name: '',
  score: 8,
  pass: true,
  reasoning: '',
  response: '',
  duration_ms: 1,
  ...fields,
});

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

describe('the estimate before a run of evals', () => {
  const items = (...names: string[]) =>
    names.map((name) => ({ project: {}, agent: { id: 'a' }, file: { name } }) as unknown as EvalItem);
  const run = { model: 'openai/gpt', judge_model: 'openai/judge' } as CaseResults['run'];
  const known: Record<string, EvalResult[]> = {
    twice: [
      result({ prompt_tokens: 100, completion_tokens: 20 }),
      result({ prompt_tokens: 300, completion_tokens: 40 }),
    ],
    judged: [
      result({ prompt_tokens: 10, completion_tokens: 5, judge_prompt_tokens: 4, judge_completion_tokens: 1 }),
    ],
    told: [result({ prompt_tokens: 1, completion_tokens: 1, cost: 0.5 })],
    silent: [result({})],
  };
  const results = {
    of: (_: unknown, __: string, name: string) => (known[name] ? { run, results: known[name] } : undefined),
  };
  const prices = { 'openai/': { prompt: 1_000_000, completion: 2_000_000 } };

  it('is the mean of the newest repetitions, times as often as they are run', () => {
    assert.deepEqual(estimate(items('twice'), results, 3, prices), {
      tokens: 690,
      cost: 780,
      unknownTokens: [],
      unknownCost: [],
    });
  });

  it('counts the judge, and takes the word of a server that knows the cost', () => {
    const { tokens, cost } = estimate(items('judged', 'told'), results, 1, prices);
    assert.deepEqual([tokens, cost], [22, 10 + 10 + 4 + 2 + 0.5]);
  });

  it('names what nothing is known of: no result, no tokens, no price', () => {
    const { unknownTokens, unknownCost } = estimate(items('new', 'silent', 'twice'), results, 1, {});
    assert.deepEqual(unknownTokens, ['new', 'silent']);
    assert.deepEqual(unknownCost, ['new', 'silent', 'twice']);
  });

  it('speaks against a run only where there is a limit', () => {
    const over = { tokens: 5_000, cost: 2, unknownTokens: ['new'], unknownCost: ['new', 'x'] };
    assert.equal(overLimit(over, { tokens: 0, cost: 0 }), undefined);
    assert.equal(
      overLimit(over, { tokens: 4_000, cost: 0 }),
      'About 5,000 tokens are expected; the setting tavora.evals.maxTokens allows 4,000. ' +
        'Nothing is known of the tokens of "new".',
    );
    assert.equal(
      overLimit(over, { tokens: 0, cost: 1 }),
      'About $2.0000 are expected; the setting tavora.evals.maxCost allows $1. ' +
        'Nothing is known of the cost of 2 of the evals.',
    );
    assert.equal(
      overLimit({ ...over, unknownTokens: [], unknownCost: [] }, { tokens: 5_000, cost: 2 }),
      undefined,
    );
  });
});
