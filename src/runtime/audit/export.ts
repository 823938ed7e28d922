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

/** @returns the entries as the pieces of a CSV file (RFC 4180) with a header; `metadata` is JSON. */
export async function* toCsv(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  yield line([...columns]);
  for await (const entry of entries) {
    yield line(
      columns.map((name) => (name === 'metadata' ? JSON.stringify(entry[name]) : (entry[name] ?? ''))),
    );
  }
}

function line(cells: string[]): string {
  return `${Papa.unparse([cells], { escapeFormulae: formula, newline: '\r\n' })}\r\n`;
}
