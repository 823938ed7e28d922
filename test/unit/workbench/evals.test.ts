import assert from 'node:assert/strict';
import type { EvalResult } from '../../../src/protocol';
import { estimate, overLimit, withSuites } from '../../../src/workbench/evals/estimate';
import type { CaseResults } from '../../../src/workbench/evals/results';
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

describe('the cases that a run is expected to be of', () => {
  const evals = ['one', 'two', 'three'].map((name) => ({ name, path: `evals/${name}.json` }));
  const project = { folder: { toString: () => 'f' }, agent: () => ({ evals }) };
  const [first] = evals.map((file) => ({ project, agent: { id: 'a' }, file })) as unknown as EvalItem[];
  const namesWith = (complete: boolean | undefined, known = true) => {
    const run = { complete_suite: complete } as CaseResults['run'];
    const results = { of: () => (known ? { run, results: [], over: {} } : undefined) };
    return withSuites(first ? [first] : [], results).map(({ file }) => file.name);
  };

  it('are those that were asked for, on a server that says of which cases its runs are', () => {
    assert.deepEqual(namesWith(true), ['one']);
    assert.deepEqual(namesWith(false), ['one']);
  });

  it('are all of the agent, on a server that runs whole suites', () => {
    assert.deepEqual(namesWith(undefined), ['one', 'two', 'three']);
  });

  it('are those that were asked for while nothing is known of the server', () => {
    assert.deepEqual(namesWith(undefined, false), ['one']);
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
    of: (_: unknown, __: string, { name }: { name: string }) =>
      known[name] ? { run, results: known[name], over: {} } : undefined,
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
