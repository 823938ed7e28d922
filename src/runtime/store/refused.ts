/** The database of a data folder cannot be used by this version; the message says why, and what to do. */
export class DatabaseRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseRefused';
  }
}

/** SQLite's codes for a file that is damaged, and for one that is no database. */
const unreadable = [11, 26];

/** @returns the error to throw in place of one that opening threw. */
export function explainOpening(file: string, error: unknown): unknown {
  const code = (error as { errcode?: unknown }).errcode;
  if (typeof code !== 'number' || !unreadable.includes(code & 0xff)) return error;
  return new DatabaseRefused(
    `The database ${file} is damaged, or is none. Move it away to start anew, or put a copy in its place.`,
    { cause: error },
  );
}

/** @param unknown names of migrations that this version does not have. */
export function tooNew(file: string, unknown: readonly string[]): DatabaseRefused {
  return new DatabaseRefused(
    `The database ${file} was written by a newer version of the runtime (it has ${unknown.join(', ')}). ` +
      'Update Tavora, or choose another data folder with --data.',
  );
}
