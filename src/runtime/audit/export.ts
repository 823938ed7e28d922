import Papa from 'papaparse';
import type { AuditEntry } from '../../protocol';

const columns = [
  'id',
  'created_at',
  'action',
  'subject_type',
  'subject_id',
  'actor_user_id',
  'actor_api_key_id',
  'agent_version_id',
  'session_id',
  'project_id',
  'metadata',
] as const;

/**
 * What a spreadsheet takes for the start of a formula, in its wide forms too; such a cell is written with an
 * apostrophe before it.
 */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/** @returns the entries as the pieces of a JSON array, an entry a line. */
export async function* toJson(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const entry of entries) {
    yield `${before}${JSON.stringify(entry)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** Rows are written in lots of this many: starting the writer costs more than a row. */
const lot = 200;

/** @returns the entries as the pieces of a CSV file (RFC 4180) with a header; `metadata` is JSON. */
export async function* toCsv(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  let rows: string[][] = [[...columns]];
  for await (const entry of entries) {
    rows.push(
      columns.map((name) => (name === 'metadata' ? JSON.stringify(entry[name]) : (entry[name] ?? ''))),
    );
    if (rows.length < lot) continue;
    yield lines(rows);
    rows = [];
  }
  if (rows.length > 0) yield lines(rows);
}

function lines(rows: string[][]): string {
  return `${Papa.unparse(rows, { escapeFormulae: formula, newline: '\r\n' })}\r\n`;
}
