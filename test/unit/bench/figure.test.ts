import assert from 'node:assert/strict';
import { type Figure, isKept, median, p95, table } from '../../../bench/figure';

describe('figures', () => {
  const start: Figure = {
    figure: 'start',
    unit: 'ms',
    value: 240,
    baseline: { what: 'node', value: 40 },
    budget: 500,
  };

  it('are one row each, with baseline, ratio and budget', () => {
    const size: Figure = { figure: 'size', unit: 'kB', value: 501.4, budget: 500 };
    const free: Figure = { figure: 'free', unit: 'ms', value: 1.234 };
    assert.deepEqual(table([start, size, free]).split('\n'), [
      '| figure | value   | baseline       | ratio | budget | ok  |',
      '| ------ | ------- | -------------- | ----- | ------ | --- |',
      '| start  | 240 ms  | 40.0 ms (node) | 6.00  | 500 ms | yes |',
      '| size   | 501 kB  |                |       | 500 kB | NO  |',
      '| free   | 1.23 ms |                |       |        |     |',
    ]);
  });

  it('keep their budget up to the last millisecond, and always when there is none', () => {
    assert.equal(isKept({ ...start, value: 500 }), true);
    assert.equal(isKept({ ...start, value: 500.01 }), false);
    assert.equal(isKept({ ...start, value: 9_999, budget: undefined }), true);
  });

  it('that are counted by the second must reach their budget', () => {
    const rate: Figure = { figure: 'rate', unit: '/s', value: 200, budget: 200 };
    assert.equal(isKept(rate), true);
    assert.equal(isKept({ ...rate, value: 199.9 }), false);
  });

  it('are taken from the middle and from near the end of what was measured', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    assert.equal(median(values), 50);
    assert.equal(p95(values), 95);
    assert.equal(p95([3, 1, 2]), 3);
    assert.equal(values[0], 100);
  });

  it('are not made from nothing', () => {
    assert.throws(() => median([]), /Nothing was measured/);
  });
});
