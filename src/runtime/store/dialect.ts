import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type Dialect, SqliteDialect } from 'kysely';

/** Prepared statements kept for reuse. The store has fewer distinct queries than this. */
const keptStatements = 200;

/**
 * Kysely's SQLite dialect over Node's own SQLite, which has the same `prepare` but does not say beforehand
 * whether a statement returns rows (`StatementSync.columns` is newer than the oldest Node we run on).
 * @param written is called before a statement that may write.
 */
export function nodeSqliteDialect(database: DatabaseSync, written: () => void = () => {}): Dialect {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const kept = statements.get(sql);
    if (kept) return kept;
    const statement = database.prepare(sql);
    if (statements.size >= keptStatements) statements.clear();
    statements.set(sql, statement);
    return statement;
  };
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = prepare(sql);
        const reads = /^\s*select\b/i.test(sql);
        return {
          reader: returnsRows(sql),
          all(parameters) {
            if (!reads) written();
            return statement.all(...(parameters as SQLInputValue[]));
          },
          run(parameters) {
            written();
            return statement.run(...(parameters as SQLInputValue[]));
          },
          iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
        };
      },
    },
  });
}

/** True for a statement whose rows a caller wants; Kysely quotes identifiers, so the bare words are keywords. */
function returnsRows(sql: string): boolean {
  return /^\s*(select|with|pragma|values|explain)\b/i.test(sql) || / returning /i.test(sql);
}
