import assert from 'node:assert/strict';
import { duration } from '../../../src/webviews/ui/format';

describe('a duration in words', () => {
  for (const [ms, words] of [
    [0, '0 ms'],
    [340.4, '340 ms'],
    [999.7, '1.0 s'],
    [1_240, '1.2 s'],
    [59_960, '1 min'],
    [184_000, '3 min 4 s'],
    [3_599_600, '1 h'],
    [4_800_000, '1 h 20 min'],
  ] as const) {
    it(`${ms} ms: ${words}`, () => assert.equal(duration(ms), words));
  }
});
