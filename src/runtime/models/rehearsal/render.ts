import { words } from './words';

/** Longest list that is shown whole. */
const longestList = 20;
/** Fields whose text is the answer itself rather than a detail of it. */
const spoken = ['message', 'summary', 'answer', 'text', 'error', 'reason', 'note'];

/** @returns a value as readable Markdown: sentences, a list, or a table. */
export function render(value: unknown, depth = 0): string {
  if (Array.isArray(value)) return renderList(value, depth);
  if (typeof value === 'object' && value !== null)
    return renderObject(value as Record<string, unknown>, depth);
  return plain(value);
}

function renderObject(value: Record<string, unknown>, depth: number): string {
  const entries = Object.entries(value).filter(
    ([, item]) => item !== null && item !== undefined && item !== '',
  );
  if (entries.length === 0) return depth === 0 ? 'There is nothing to show.' : 'nothing';
  const first = entries.filter(([key, item]) => spoken.includes(key) && typeof item === 'string');
  const rest = entries.filter((entry) => !first.includes(entry));
  const sentences = first.map(([, item]) => sentence(String(item)));
  const details = rest.map(([key, item]) => {
    const shown = isFlat(item) ? flat(item) : `\n${indent(render(item, depth + 1))}`;
    return `- ${label(key)}: ${shown}`;
  });
  return [sentences.join(' '), details.join('\n')].filter(Boolean).join('\n\n');
}

function renderList(items: readonly unknown[], depth: number): string {
  if (items.length === 0) return depth === 0 ? 'Nothing was found.' : 'none';
  const shown = items.slice(0, longestList);
  const more = items.length > shown.length ? `\n\n… and ${items.length - shown.length} more.` : '';
  const columns = tableColumns(shown);
  if (columns.length > 0) return `${table(shown as Record<string, unknown>[], columns)}${more}`;
  return `${shown.map((item) => `- ${isFlat(item) ? flat(item) : render(item, depth + 1).replaceAll('\n', '\n  ')}`).join('\n')}${more}`;
}

function tableColumns(items: readonly unknown[]): string[] {
  const rows = items.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
  if (rows.length !== items.length) return [];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row as object)))];
  const simple = rows.every((row) => Object.values(row as object).every(isFlat));
  return simple && columns.length <= 6 ? columns : [];
}

function table(rows: readonly Record<string, unknown>[], columns: readonly string[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (value: unknown): string =>
    flat(value)
      .replaceAll('|', '\\|')
      .replace(/\s*\n\s*/g, ' ');
  return [
    line(columns.map(label)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
  ].join('\n');
}

/** True for what fits on a line: a plain value, or a short list of plain values. */
function isFlat(value: unknown): boolean {
  if (Array.isArray(value))
    return value.length <= 6 && value.every((item) => typeof item !== 'object' || item === null);
  return typeof value !== 'object' || value === null;
}

function flat(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(plain).join(', ');
  return plain(value);
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return String(value);
}

function sentence(value: string): string {
  const trimmed = value.trim();
  return /[.!?…:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** daysSinceDelivery → Days since delivery. */
function label(key: string): string {
  const text = words(key).join(' ') || key;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
