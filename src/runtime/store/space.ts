import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables';

/** The database's file: how much of it is empty, and giving that back. */
export class Space {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns pages of the file, and how many of them hold nothing. */
  async pages(): Promise<{ all: number; empty: number }> {
    return { all: await this.#pragma('page_count'), empty: await this.#pragma('freelist_count') };
  }

  /**
   * Gives back to the system what lies empty, at most `most` pages, so that it takes milliseconds.
   * A database from before this could be done is rebuilt first, once; that takes a second for some 100 MB.
   */
  async giveBack(most: number): Promise<void> {
    if ((await this.#pragma('auto_vacuum')) === 0) {
      await sql`pragma auto_vacuum=incremental`.execute(this.#db);
      await sql`vacuum`.execute(this.#db);
    }
    await sql`pragma incremental_vacuum(${sql.lit(most)})`.execute(this.#db);
  }

  /** Moves the write-ahead log into the file, which only then becomes shorter. */
  async shorten(): Promise<void> {
    await sql`pragma wal_checkpoint(truncate)`.execute(this.#db);
  }

  async #pragma(name: 'page_count' | 'freelist_count' | 'auto_vacuum'): Promise<number> {
    const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(this.#db);
    return rows[0]?.[name] ?? 0;
  }
}
