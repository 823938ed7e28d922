import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CronError, readCron } from '../../../../src/runtime/schedule/cron';

const from = new Date('2026-01-01T00:00:00Z');

/** The moments of an expression, as the wire writes them. */
function moments(
  expression: string,
  count: number,
  options: { timezone?: string; after?: string } = {},
): string[] {
  const cron = readCron(expression, options.timezone, from);
  let at = options.after ? new Date(options.after) : from;
  return Array.from({ length: count }, () => {
    const next = cron.next(at);
    assert.ok(next, 'there is a next moment');
    at = next;
    return next.toISOString().replace(':00.000Z', 'Z');
  });
}

function refusal(expression: string, timezone?: string): CronError {
  try {
    readCron(expression, timezone, from);
  } catch (error) {
    assert.ok(error instanceof CronError, String(error));
    return error;
  }
  throw new Error(`${expression} was taken.`);
}

const anyMoment = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2060-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const anyZone = fc.constantFrom(...zones);

/** @returns hour, minute and day of the week of a moment in a zone, as its clocks show them. */
function clockOf(moment: Date, timeZone: string): { hour: number; minute: number; weekday: string } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    weekday: 'short',
  }).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return { hour: Number(part('hour')), minute: Number(part('minute')), weekday: part('weekday') };
}

describe('cron', () => {
  const known: [string, string[]][] = [
    ['0 7 * * 1-5', ['2026-01-01T07:00Z', '2026-01-02T07:00Z', '2026-01-05T07:00Z']],
    ['*/20 * * * *', ['2026-01-01T00:20Z', '2026-01-01T00:40Z', '2026-01-01T01:00Z']],
    ['0 0 29 2 *', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['30 8 1,15 * *', ['2026-01-01T08:30Z', '2026-01-15T08:30Z']],
    ['0 0 * * 7', ['2026-01-04T00:00Z', '2026-01-11T00:00Z']],
    ['0 12 * JAN SUN', ['2026-01-04T12:00Z', '2026-01-11T12:00Z']],
    ['15 30 6 * * *', ['2026-01-01T06:30:15.000Z', '2026-01-02T06:30:15.000Z']],
    ['5/20 * ? * *', ['2026-01-01T00:05Z', '2026-01-01T00:25Z', '2026-01-01T00:45Z']],
    ['@daily', ['2026-01-02T00:00Z', '2026-01-03T00:00Z']],
    ['@hourly', ['2026-01-01T01:00Z']],
    ['@midnight', ['2026-01-02T00:00Z']],
    ['@every 90m', ['2026-01-01T01:30Z', '2026-01-01T03:00Z']],
    ['@every 1h30m', ['2026-01-01T01:30Z']],
    ['  0  7 * * *  ', ['2026-01-01T07:00Z']],
  ];
  for (const [expression, expected] of known) {
    it(`knows when “${expression}” is`, () =>
      assert.deepEqual(moments(expression, expected.length), expected));
  }

  it('reads the clock of a time zone, named either way', () => {
    const expected = ['2026-01-01T08:00Z', '2026-01-02T08:00Z'];
    assert.deepEqual(moments('0 9 * * *', 2, { timezone: 'Europe/Berlin' }), expected);
    assert.deepEqual(moments('CRON_TZ=Europe/Berlin 0 9 * * *', 2), expected);
    assert.deepEqual(moments('TZ=Europe/Berlin 0 9 * * *', 2, { timezone: 'Europe/Berlin' }), expected);
    assert.equal(readCron('TZ=Europe/Berlin @daily', undefined, from).timezone, 'Europe/Berlin');
    assert.equal(readCron('@daily', undefined, from).timezone, 'UTC');
  });

  it('keeps to the clock over both turns of summer time', () => {
    const berlin = { timezone: 'Europe/Berlin' };
    assert.deepEqual(moments('0 9 * * *', 3, { ...berlin, after: '2026-03-27T12:00:00Z' }), [
      '2026-03-28T08:00Z',
      '2026-03-29T07:00Z',
      '2026-03-30T07:00Z',
    ]);
    // 02:30 does not exist on 29 March, and is there twice on 25 October.
    assert.deepEqual(moments('30 2 * * *', 2, { ...berlin, after: '2026-03-28T12:00:00Z' }), [
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    assert.deepEqual(moments('30 2 * * *', 2, { ...berlin, after: '2026-10-24T12:00:00Z' }), [
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  const refused: [string, RegExp][] = [
    ['', /five fields/],
    ['   ', /five fields/],
    ['* * * *', /five fields/],
    ['1 2 3 4 5 6 7', /five fields/],
    ['every day', /five fields/],
    ['61 * * * *', /61/],
    ['* 24 * * *', /24/],
    ['* * 0 * *', /0/],
    ['* * * 13 *', /13/],
    ['* * * * 8', /8/],
    ['5-1 * * * *', /5-1/],
    ['*/0 * * * *', /0/],
    ['-1 * * * *', /-1/],
    ['* * * * * *', /at most once a minute/],
    ['*/5 * * * * *', /at most once a minute/],
    ['0 0 31 2 *', /never comes/],
    ['@soon', /five fields/],
    ['@every', /@every|five fields/],
    ['@every 5', /time from 1m/],
    ['@every 30s', /time from 1m/],
    ['@every -5m', /time from 1m/],
    ['@every 1d', /time from 1m/],
    ['@every 999999h', /time from 1m/],
    ["1 * * * *'; drop table x; --", /five fields/],
    [`${'* '.repeat(5)}${' '.repeat(300)}`, /longer than/],
  ];
  for (const [expression, reason] of refused) {
    it(`refuses “${expression.slice(0, 30)}” with a reason`, () => {
      const { message, field } = refusal(expression);
      assert.match(message, reason);
      assert.equal(field, 'cron_expression');
      assert.match(message, /^The cron expression ".* cannot be used: .+\.$/s);
    });
  }

  it('refuses a time zone that there is not, and two that differ', () => {
    for (const zone of ['Mars/Olympus', 'Europe/', '../etc/passwd', '\u0000']) {
      const { field, message } = refusal('@daily', zone);
      assert.equal(field, 'timezone');
      assert.match(message, /is not a time zone that is known here/);
    }
    for (const prefix of ['CRON_TZ=Mars/X', 'TZ=']) {
      assert.equal(refusal(`${prefix} 0 0 * * *`).field, 'timezone');
    }
    assert.match(refusal('TZ=UTC @daily', 'Europe/Berlin').message, /says UTC, the time zone Europe\/Berlin/);
  });

  it('never takes forever, and never throws anything else', () => {
    const pieces = fc.constantFrom(
      '*',
      '0',
      '5',
      '59',
      '60',
      '7',
      '31',
      '*/7',
      '1-5',
      'MON',
      'L',
      '#',
      '?',
      '@',
      'W',
      ',',
      '-',
    );
    const texts = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(pieces, { maxLength: 7 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(texts, anyMoment, (text, now) => {
        try {
          const next = readCron(text, undefined, now).next(now);
          assert.ok(next && next > now);
        } catch (error) {
          assert.ok(error instanceof CronError, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('always goes on to a later moment, whatever the clock and the zone', () => {
    const field = (from_: number, to: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: from_, max: to }).map(String),
        fc.integer({ min: 2, max: to }).map((n) => `*/${n}`),
      );
    const expressions = fc
      .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
      .map((fields) => fields.join(' '));
    fc.assert(
      fc.property(expressions, anyZone, anyMoment, (expression, zone, now) => {
        const cron = readCron(expression, zone, now);
        let at = now;
        for (let n = 0; n < 3; n++) {
          const next = cron.next(at);
          assert.ok(next && next > at, `${expression} in ${zone} after ${at.toISOString()}`);
          assert.equal(next.getTime() % 60_000, 0, 'on the minute');
          at = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('shows the hour and minute that it was asked for, except where the clock leaps over them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        anyZone,
        anyMoment,
        (hour, minute, zone, now) => {
          const next = readCron(`${minute} ${hour} * * *`, zone, now).next(now);
          assert.ok(next);
          const shown = clockOf(next, zone);
          const dayBefore = clockOf(new Date(next.getTime() - 86_400_000), zone);
          // A day whose clock was turned: the moment may be the first after the gap.
          const turned = dayBefore.hour !== shown.hour || dayBefore.minute !== shown.minute;
          assert.ok(
            turned || (shown.hour === hour && shown.minute === minute),
            JSON.stringify([shown, zone, now]),
          );
          assert.ok(next.getTime() - now.getTime() <= 49 * 3_600_000, 'within two days');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keeps to the days of the week', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), anyMoment, (day, now) => {
        const next = readCron(`30 12 * * ${day}`, 'Europe/Berlin', now).next(now);
        assert.ok(next);
        const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
        assert.equal(clockOf(next, 'Europe/Berlin').weekday, names[day]);
      }),
      { numRuns: 100 },
    );
  });

  it('is not missed a minute between two asks: every moment is the next of the one before', () => {
    const cron = readCron('*/15 * * * *', 'America/New_York', from);
    fc.assert(
      fc.property(anyMoment, (now) => {
        const next = cron.next(now);
        assert.ok(next);
        assert.ok(next.getTime() - now.getTime() <= 15 * 60_000, now.toISOString());
      }),
      { numRuns: 200 },
    );
  });
});
