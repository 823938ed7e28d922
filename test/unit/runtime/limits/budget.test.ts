import assert from 'node:assert/strict';
import { Budget, LimitReached, ModelPrices } from '../../../../src/runtime/limits';

const prices = ModelPrices.read('openai/gpt-5=1.25/10, openai/*=1/2\nanthropic/claude*=3/15');

describe('prices of models', () => {
  it('are found by the whole name, by the longest beginning, or not at all', () => {
    assert.deepEqual(prices.of('openai/gpt-5'), { prompt: 1.25, completion: 10 });
    assert.deepEqual(prices.of('openai/gpt-5-mini'), { prompt: 1, completion: 2 });
    assert.deepEqual(prices.of('anthropic/claude-x'), { prompt: 3, completion: 15 });
    assert.equal(prices.of('google/gemini'), undefined);
    assert.deepEqual(ModelPrices.read('a/*=1/1,a/b*=2/2').of('a/bc'), { prompt: 2, completion: 2 });
  });

  it('of models on this machine are nothing', () => {
    assert.deepEqual(ModelPrices.read().of('local/rehearsal'), { prompt: 0, completion: 0 });
  });

  for (const text of ['openai/gpt-5', 'openai/gpt-5=1', '=1/2', 'a=1/-2', 'a=x/y', 'a b=1/2']) {
    it(`are refused when they read ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => ModelPrices.read(`fine=1/1,${text}`),
        /TAVORA_MODEL_PRICES must list entries such as/,
      );
    });
  }
});

describe('the budget of a run', () => {
  const limits = { steps: 3, tokens: 1_000, cost: 1 };

  function reached(work: () => void): LimitReached {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof LimitReached);
      return error;
    }
    throw new assert.AssertionError({ message: 'No limit was reached.' });
  }

  it('allows as many steps as it says', () => {
    const budget = new Budget(limits, prices);
    for (let step = 0; step < 3; step++) budget.step();
    const { limit, message } = reached(() => budget.step());
    assert.deepEqual(limit, { name: 'steps', value: 3, used: 3 });
    assert.match(message, /limit of 3 steps of the model\. .*TAVORA_MAX_STEPS or --max-steps set higher/);
  });

  it('ends when the tokens are used up', () => {
    const budget = new Budget(limits, prices);
    budget.spend('local/rehearsal', 900, 99);
    budget.step();
    budget.spend('local/rehearsal', 1, 600);
    const { limit, message } = reached(() => budget.step());
    assert.deepEqual(limit, { name: 'tokens', value: 1_000, used: 1_600 });
    assert.match(message, /limit of 1,000 tokens \(1,600 are used\)\. .*TAVORA_MAX_TOKENS/);
    assert.deepEqual(budget.tokens, { prompt: 901, completion: 699 });
  });

  it('ends when it has cost too much', () => {
    const budget = new Budget({ ...limits, tokens: 1e9 }, prices);
    budget.spend('openai/gpt-5', 400_000, 40_000);
    assert.equal(budget.cost, 0.9);
    budget.check();
    budget.spend('openai/gpt-5', 0, 20_000);
    const { limit, message } = reached(() => budget.check());
    assert.equal(limit.name, 'cost');
    assert.match(message, /limit of 1 for what it may cost \(1\.1 are spent\)\. .*TAVORA_MAX_COST/);
  });

  it('has no known cost once a model without a price was asked, and says which', () => {
    const told: string[] = [];
    const budget = new Budget({ ...limits, tokens: 1e9 }, prices, (model) => told.push(model));
    budget.spend('openai/gpt-5', 1, 1);
    budget.spend('other/model', 1e8, 1e8);
    assert.deepEqual(told, ['other/model']);
    assert.equal(budget.cost, undefined);
    budget.check();
  });
});
