import { setImmediate } from 'node:timers/promises';
import type { Audit } from '../audit';
import type { Limits } from '../limits';
import type { Log } from '../log';
import type { Clock } from '../schedule/clock';
import type { OldSession, Store } from '../store';

export interface RetentionServices {
  store: Store;
  audit: Audit;
  limits: Pick<Limits, 'keepDays' | 'keepSessions' | 'keepAuditDays'>;
  clock: Clock;
  log: Log;
}

/** Not while an editor waits for the runtime; and then often enough that no pass is long. */
const firstMs = 60_000;
const againMs = 60 * 60_000;

/** What one transaction deletes, and one step of giving back: some milliseconds of work each. */
const stepsAtOnce = 500;
const pagesAtOnce = 256;
const sessionsAtOnce = 200;
const entriesAtOnce = 1_000;
/** Of each agent, whatever their age: its history is drawn from them. */
const evalRunsKept = 100;

const dayMs = 24 * 60 * 60_000;

/**
 * Deletes old sessions, with their steps, old entries of the audit log, and source that nothing holds any more, and
 * gives the room back to the system. Works in the background, a little at a time, so that requests find their way in between.
 */
export class Retention {
  readonly #services: RetentionServices;
  #callOff: () => void = () => {};
  #pass: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(services: RetentionServices) {
    this.#services = services;
    this.#later(firstMs);
  }

  /** One pass. @returns how many sessions it has deleted. */
  async prune(): Promise<number> {
    const { store, audit, log } = this.#services;
    let deleted = 0;
    const { before } = this.#age();
    if (before !== undefined) await store.evalRuns.deleteOld(before, evalRunsKept);
    for (;;) {
      const old = await store.oldSessions.list(this.#age(), sessionsAtOnce);
      for (const session of old) {
        if (this.#closed) return deleted;
        await this.#delete(session);
      }
      deleted += old.length;
      if (old.length < sessionsAtOnce) break;
    }
    await store.transaction((nouns) => nouns.trees.prune());
    if (deleted > 0) {
      await audit.record({
        action: 'session.prune',
        subjectType: 'session',
        subjectId: null,
        metadata: { sessions: deleted },
      });
      log.info(`${deleted} old sessions were deleted`);
    }
    await this.#pruneAudit();
    await this.#giveBack();
    return deleted;
  }

  /** Stops the pass that is under way, after the transaction that it is in. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#callOff();
    await this.#pass;
  }

  #later(ms: number): void {
    this.#callOff = this.#services.clock.after(ms, () => {
      this.#pass = this.prune().then(
        () => undefined,
        (error: unknown) => this.#services.log.error('Old sessions could not be deleted', error),
      );
      if (!this.#closed) this.#later(againMs);
    });
  }

  async #pruneAudit(): Promise<void> {
    const { store, limits } = this.#services;
    if (limits.keepAuditDays === 0) return;
    const before = this.#daysAgo(limits.keepAuditDays);
    while (!this.#closed && (await store.audit.prune(before, entriesAtOnce)) === entriesAtOnce) {
      await setImmediate();
    }
  }

  #daysAgo(days: number): string {
    return new Date(this.#services.clock.now().getTime() - days * dayMs).toISOString();
  }

  #age(): { before?: string; keep?: number } {
    const { keepDays, keepSessions } = this.#services.limits;
    return {
      ...(keepDays > 0 ? { before: this.#daysAgo(keepDays) } : {}),
      ...(keepSessions > 0 ? { keep: keepSessions } : {}),
    };
  }

  async #delete(session: OldSession): Promise<void> {
    const { store } = this.#services;
    const part = () => store.transaction((nouns) => nouns.oldSessions.deletePart(session, stepsAtOnce));
    while (!this.#closed && !(await part())) await setImmediate();
    await setImmediate();
  }

  /** Leaves a tenth of the file empty: it is soon used again. */
  async #giveBack(): Promise<void> {
    const { space } = this.#services.store;
    let given = false;
    for (;;) {
      const { all, empty } = await space.pages();
      if (this.#closed || empty < pagesAtOnce || empty < all / 10) break;
      await space.giveBack(pagesAtOnce);
      given = true;
      await setImmediate();
    }
    if (given) await space.shorten();
  }
}
