/** One row of the table: what was measured, beside something to compare it with, and the budget it must keep. */
export interface Figure {
  figure: string;
  unit: 'ms' | 'kB' | 'MB' | '%' | '/s';
  value: number;
  /** Measured in the same run, so that the ratio means something on any machine. */
  baseline?: { what: string; value: number };
  /** The largest value that is allowed, or the smallest of what is counted by the second; without one it is there to compare. */
  budget?: number;
}

/** A measurement that is run by its name. */
export interface Bench {
  name: string;
  measure(): Promise<Figure[]>;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that 95 of 100 do not exceed. */
export function p95(values: readonly number[]): number {
  return quantile(values, 0.95);
}

/** True when the figure keeps its budget or has none. */
export function isKept(figure: Figure): boolean {
  const { budget, unit, value } = figure;
  return budget === undefined || (unit === '/s' ? value >= budget : value <= budget);
}

/** The rows as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const head = ['figure', 'value', 'baseline', 'ratio', 'budget', 'ok'];
  const rows = figures.map((figure) => [
    figure.figure,
    amount(figure.value, figure.unit),
    figure.baseline ? `${amount(figure.baseline.value, figure.unit)} (${figure.baseline.what})` : '',
    figure.baseline ? (figure.value / figure.baseline.value).toFixed(2) : '',
    figure.budget === undefined ? '' : amount(figure.budget, figure.unit),
    figure.budget === undefined ? '' : isKept(figure) ? 'yes' : 'NO',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Sorts a copy and takes the nearest rank. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

function amount(value: number, unit: Figure['unit']): string {
  const digits = unit === '%' ? 2 : unit === 'ms' && value < 10 ? 2 : unit === 'ms' && value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}
