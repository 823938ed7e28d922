import type { Kysely } from 'kysely';
import type { DebugPoint, DebugSource } from '../../protocol';
import type { Tables } from './tables';

/** Where instrumented runs have been, line by line, and the sources they read. Gone with their session. */
export class DebugStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Adds points that follow on those that are kept. */
  async add(sessionId: string, points: readonly DebugPoint[]): Promise<void> {
    const [first] = points;
    if (first === undefined) return;
    const row = { session_id: sessionId, first: first.n, points: JSON.stringify(points) };
    await this.#db.insertInto('debug_points').values(row).execute();
  }

  /** @returns all points of a session, in their order. */
  async points(sessionId: string): Promise<DebugPoint[]> {
    const rows = await this.#db
      .selectFrom('debug_points')
      .select('points')
      .where('session_id', '=', sessionId)
      .orderBy('first')
      .execute();
    return rows.flatMap((row) => JSON.parse(row.points) as DebugPoint[]);
  }

  /** Keeps the sources of the newest run; a file that has changed since takes the place of what it was. */
  async keepSources(sessionId: string, sources: readonly DebugSource[]): Promise<void> {
    for (const { path, hash, text } of sources) {
      await this.#db
        .insertInto('debug_sources')
        .values({ session_id: sessionId, path, hash, text })
        .onConflict((conflict) => conflict.columns(['session_id', 'path']).doUpdateSet({ hash, text }))
        .execute();
    }
  }

  async sources(sessionId: string): Promise<DebugSource[]> {
    return this.#db
      .selectFrom('debug_sources')
      .select(['path', 'hash', 'text'])
      .where('session_id', '=', sessionId)
      .orderBy('path')
      .execute();
  }

  /** Takes the points before a step over into a replay of the session. */
  async copy(sessionId: string, to: string, beforeStep: number): Promise<void> {
    const points = (await this.points(sessionId)).filter((point) => point.step <= beforeStep);
    await this.add(to, points);
    await this.keepSources(to, await this.sources(sessionId));
  }
}
