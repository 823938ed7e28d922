import { Cron as Pattern } from 'croner';

/** When a schedule runs. */
export interface Cron {
  /** IANA name. */
  timezone: string;
  /** @returns the first moment after this one that fits, undefined when none ever comes. */
  next(after: Date): Date | undefined;
}

/** A cron expression or time zone that cannot be used; the message is a sentence for people. */
export class CronError extends Error {
  constructor(
    message: string,
    readonly field: 'cron_expression' | 'timezone',
  ) {
    super(message);
    this.name = 'CronError';
  }
}

/** Nobody writes longer ones; the limit keeps a hostile one from being parsed at length. */
const longest = 200;
const minuteMs = 60_000;
/** The longest step of `@every`. */
const yearMs = 366 * 24 * 60 * minuteMs;
const unitMs: Record<string, number> = { h: 60 * minuteMs, m: minuteMs, s: 1_000 };
const names = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;

/**
 * Reads a cron expression: five fields (minute, hour, day of month, month, day of week), six with a second before
 * them that must be one number, `@daily` and its kin, or `@every 90m`. `CRON_TZ=Europe/Berlin` or `TZ=…` may stand
 * before it. In days of summer time, a moment that the clock leaps over comes right after the leap, and one that
 * it passes twice comes once.
 *
 * @param timezone where the clock hangs; undefined for what the expression says, else UTC.
 * @throws CronError for one that cannot be read, or whose moment never comes.
 */
export function readCron(expression: string, timezone?: string, now = new Date()): Cron {
  if (expression.length > longest) {
    throw unreadable(`${expression.slice(0, 20)}…`, `it is longer than ${longest} characters`);
  }
  const prefix = /^(?:CRON_)?TZ=(\S*)\s+/.exec(expression.trim());
  const pattern = expression.trim().slice(prefix?.[0].length ?? 0);
  if (prefix && timezone !== undefined && prefix[1] !== timezone) {
    throw new CronError(`The cron expression says ${prefix[1]}, the time zone ${timezone}.`, 'timezone');
  }
  const zone = checkZone(timezone ?? prefix?.[1] ?? 'UTC');
  const every = /^@every\s+(\S+)$/i.exec(pattern);
  const next = every ? interval(every[1] ?? '', expression) : moments(pattern, zone, expression);
  if (!next(now)) throw unreadable(expression, 'its moment never comes');
  return { timezone: zone, next };
}

function checkZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    const hint = 'write one such as Europe/Berlin or UTC';
    throw new CronError(
      `${JSON.stringify(zone)} is not a time zone that is known here; ${hint}.`,
      'timezone',
    );
  }
  return zone;
}

function moments(pattern: string, timezone: string, expression: string): Cron['next'] {
  const fields = pattern.split(/\s+/);
  if (pattern.startsWith('@') ? !names.test(pattern) : fields.length < 5 || fields.length > 6) {
    throw unreadable(expression, 'it needs five fields: minute, hour, day of month, month, day of week');
  }
  if (fields.length === 6 && !/^\d{1,2}$/.test(fields[0] ?? '')) {
    throw unreadable(expression, 'its second must be one number: a schedule runs at most once a minute');
  }
  try {
    const cron = new Pattern(pattern, { timezone, paused: true, sloppyRanges: true });
    return (after) => cron.nextRun(after) ?? undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(expression, reason.replace(/^CronPattern: /, '').replace(/\.$/, ''));
  }
}

function interval(text: string, expression: string): Cron['next'] {
  const parts = [...text.matchAll(/(\d{1,9})([hms])/g)];
  const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
  if (parts.map(([part]) => part).join('') !== text || ms < minuteMs || ms > yearMs) {
    throw unreadable(expression, '"@every" needs a time from 1m to a year, such as 90m or 1h30m');
  }
  return (after) => new Date(after.getTime() + ms);
}

function unreadable(expression: string, reason: string): CronError {
  return new CronError(
    `The cron expression ${JSON.stringify(expression)} cannot be used: ${reason}.`,
    'cron_expression',
  );
}
