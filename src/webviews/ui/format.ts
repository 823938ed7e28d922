import type { Bill } from '../../protocol/spending';

const whole = new Intl.NumberFormat('en');

/** @param ms milliseconds @returns for example "340 ms", "1.2 s", "3 min 4 s", "1 h 20 min". */
export function duration(ms: number): string {
  if (Math.round(ms) < 1000) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 59_950) {
    return `${(ms / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(ms / 1000);
  const minutes = Math.round(seconds / 60);
  return seconds < 3600
    ? inTwoUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's')
    : inTwoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function inTwoUnits(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** @returns for example "1,024 tokens". */
export function tokenCount(count: number): string {
  return `${whole.format(count)} ${count === 1 ? 'token' : 'tokens'}`;
}

/** @returns for example "$0.0042", "over $0.0042" where a part has no price; "" where nothing is known of it. */
export function cost({ dollars, unpriced }: Bill): string {
  if (dollars === 0 && unpriced > 0) {
    return '';
  }
  return `${unpriced > 0 ? 'over ' : ''}$${dollars.toFixed(dollars >= 1 ? 2 : 4)}`;
}

/** @returns for example "10,000". */
export function integer(count: number): string {
  return whole.format(count);
}

/** @param noun in the singular @returns for example "1 step", "12 steps". */
export function counted(count: number, noun: string): string {
  return `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A value as indented JSON; text that is not JSON stays as it is. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2) ?? String(value);
}

/** A value on one line, cut where it is long. @param most in characters */
export function brief(value: unknown, most = 120): string {
  return oneLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)), most);
}

/** Text on one line, its line breaks and indents as single spaces. @param most in characters */
export function oneLine(text: string, most = 120): string {
  const line = text
    .slice(0, 4 * most)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
