import assert from 'node:assert/strict';
import { ArgumentError } from '../../../../src/runtime/argument-error';
import {
  bounds,
  howToRaise,
  type LimitName,
  limitsWith,
  readLimits,
} from '../../../../src/runtime/limits/bounds';

describe('the limits', () => {
  it('are safe when nobody sets them', () => {
    assert.deepEqual(limitsWith(readLimits({}, {})), {
      body: 16 * 1024 * 1024,
      file: 64 * 1024 * 1024,
      steps: 32,
      tokens: 2_000_000,
      cost: 5,
      grace: 300_000,
      keepAuditDays: 365,
      keepDays: 90,
      keepSessions: 10_000,
    });
  });

  it('are read from the environment, and from arguments before it', () => {
    const env = {
      TAVORA_MAX_STEPS: '100',
      TAVORA_MAX_FILE_MB: ' 8 ',
      TAVORA_MAX_COST: '0.25',
      TAVORA_MAX_TOKENS: '',
    };
    assert.deepEqual(readLimits({ 'max-steps': '7' }, env), { steps: 7, file: 8 * 1024 * 1024, cost: 0.25 });
  });

  it('may keep everything', () => {
    assert.deepEqual(readLimits({}, { TAVORA_KEEP_DAYS: '0', TAVORA_KEEP_SESSIONS: '0' }), {
      keepDays: 0,
      keepSessions: 0,
    });
  });

  for (const [variable, value] of [
    ['TAVORA_MAX_STEPS', '0'],
    ['TAVORA_MAX_STEPS', '1.5'],
    ['TAVORA_MAX_STEPS', '-1'],
    ['TAVORA_MAX_STEPS', 'many'],
    ['TAVORA_MAX_STEPS', '1e3'],
    ['TAVORA_MAX_FILE_MB', '9999999'],
    ['TAVORA_MAX_COST', '0'],
    ['TAVORA_MAX_COST', '5 EUR'],
    ['TAVORA_MAX_TOKENS', '99999999999999999999999'],
  ] as const) {
    it(`refuse ${variable}=${value}, naming it`, () => {
      assert.throws(
        () => readLimits({}, { [variable]: value }),
        (error) => error instanceof ArgumentError && error.message.startsWith(`${variable} must be a`),
      );
    });
  }

  it('refuse an argument, naming it', () => {
    assert.throws(
      () => readLimits({ 'max-cost': 'x' }, {}),
      /^Error: --max-cost must be a number from .*not "x"/,
    );
  });

  it('each say how to be raised', () => {
    for (const name of Object.keys(bounds) as LimitName[]) {
      assert.ok(howToRaise(name).includes(bounds[name].variable));
      assert.ok(howToRaise(name).includes(`--${bounds[name].argument}`));
    }
  });
});
