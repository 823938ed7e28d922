import assert from 'node:assert/strict';
import { priceOf } from '../../../src/protocol';
import { Meter } from '../../../src/workbench/chat/meter';

const spent = (prompt: number, completion: number) => ({ type: 'response', tokens: { prompt, completion } });

describe('what a model costs', () => {
  const prices = {
    'openai/': { prompt: 1, completion: 2 },
    'openai/gpt-5': { prompt: 3, completion: 4 },
    broken: { prompt: 'much' },
    'below/zero': { prompt: -1, completion: 1 },
  };
  it('is what was said of exactly this model', () => {
    assert.deepEqual(priceOf('openai/gpt-5', prices), { prompt: 3, completion: 4 });
  });
  it('is else what was said of its provider', () => {
    assert.deepEqual(priceOf('openai/o9', prices), { prompt: 1, completion: 2 });
  });
  for (const model of ['local/rehearsal', 'openai', 'broken', 'below/zero', '']) {
    it(`is not known of "${model}"`, () => assert.equal(priceOf(model, prices), undefined));
  }
});

describe('the limit of a run', () => {
  it('is passed by tokens in and out together, and says so', () => {
    const meter = new Meter({ tokens: 100, cost: 0 }, {}, () => '');
    meter.add(spent(60, 40));
    assert.equal(meter.exceeded, undefined);
    meter.add(spent(1, 0));
    assert.equal(
      meter.exceeded,
      'This run has used 101 tokens; the setting tavora.chat.maxTokens allows 100.',
    );
  });
  it('is passed by cost where the price is known', () => {
    const meter = new Meter(
      { tokens: 0, cost: 0.01 },
      { 'openai/': { prompt: 1, completion: 10 } },
      () => 'openai/gpt-5',
    );
    meter.add(spent(5_000, 1_000));
    assert.match(
      meter.exceeded ?? '',
      /has cost \$0\.0150; the setting tavora\.chat\.maxCost allows \$0\.01\./,
    );
  });
  it('of cost is not passed where the price is not known, and none is passed where there is none', () => {
    const unknown = new Meter({ tokens: 0, cost: 0.01 }, {}, () => 'other/model');
    unknown.add(spent(1e9, 1e9));
    assert.equal(unknown.exceeded, undefined);
    unknown.add({ type: 'execute_js' });
    assert.equal(unknown.exceeded, undefined);
    assert.equal(unknown.unpriced, 'other/model');
  });
  it('of cost counts what the server says, and the model that an event names', () => {
    const meter = new Meter(
      { tokens: 0, cost: 0.01 },
      { 'openai/': { prompt: 1, completion: 10 } },
      () => '',
    );
    meter.add({ ...spent(1_000, 100), model: 'openai/gpt-5' });
    assert.deepEqual([meter.exceeded, meter.unpriced], [undefined, undefined]);
    meter.add({ ...spent(1, 1), model: 'other/model', cost: 0.02 });
    assert.match(meter.exceeded ?? '', /has cost \$0\.0220/);
  });
  it('is not passed by the sum that ends a run', () => {
    const meter = new Meter({ tokens: 100, cost: 0 }, {}, () => '');
    meter.add(spent(60, 0));
    meter.add({ ...spent(60, 0), type: 'done' });
    assert.equal(meter.exceeded, undefined);
  });
});
