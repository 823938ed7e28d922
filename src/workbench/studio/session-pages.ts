import type { AgentSession } from '../../protocol';
import { isUnderWay } from '../shared/session-text';

/** Sessions that are read first, and with each page that is looked for again. */
export const firstPage = 30;
/** Sessions that are read with each page after it. */
export const nextPage = 100;

/** Asks a server for sessions, newest first. */
export type ListSessions = (page: {
  limit: number;
  offset: number;
  status?: string;
}) => Promise<AgentSession[]>;

/**
 * The sessions of a server as far as they were read, newest first, and those under way wherever they stand. What was
 * read stays: only the newest and what has changed are read again. One thing at a time.
 */
export class SessionPages {
  private loaded: AgentSession[] = [];
  private underWay: AgentSession[] = [];
  private more = false;
  private busy: Promise<unknown> = Promise.resolve();

  /** All of them, each once: older ones under way first, which are in no page yet. */
  get all(): AgentSession[] {
    const known = new Set(this.loaded.map(({ id }) => id));
    return [...this.underWay.filter(({ id }) => !known.has(id)), ...this.loaded];
  }

  /** True when the server has older ones. */
  get hasMore(): boolean {
    return this.more;
  }

  /** Forgets them: another server has others. */
  clear(): void {
    this.loaded = [];
    this.underWay = [];
    this.more = false;
  }

  /** Takes those away that were deleted. */
  remove(ids: ReadonlySet<string>): void {
    this.loaded = this.loaded.filter(({ id }) => !ids.has(id));
    this.underWay = this.underWay.filter(({ id }) => !ids.has(id));
  }

  /** Reads everything again that was read, for a person who asks for it. */
  refresh(list: ListSessions): Promise<void> {
    return this.next(async () => {
      const wanted = Math.max(firstPage, this.loaded.length);
      const found: AgentSession[] = [];
      // One more than is shown tells whether there are others.
      while (found.length <= wanted) {
        const limit = Math.min(nextPage, wanted + 1 - found.length);
        const page = await list({ limit, offset: found.length });
        found.push(...page);
        if (page.length < limit) break;
      }
      this.loaded = found.slice(0, wanted);
      this.more = found.length > wanted;
      await this.readUnderWay(list);
      this.take(this.underWay);
    });
  }

  /** Reads the newest again, those under way, and the pages of those that have changed. */
  update(list: ListSessions, changed: ReadonlySet<string>): Promise<void> {
    return this.next(async () => {
      const before = new Set(this.all.filter(isUnderWay).map(({ id }) => id));
      await this.readUnderWay(list);
      const fresh = await this.readFirst(list);
      const current = new Set([...fresh, ...this.underWay.map(({ id }) => id)]);
      const stale = [...before, ...changed].filter((id) => !current.has(id));
      const pages = new Set(
        stale
          .map((id) => this.loaded.findIndex((session) => session.id === id))
          .filter((index) => index >= 0)
          .map((index) => Math.floor(index / firstPage) * firstPage),
      );
      for (const offset of pages) {
        const page = await list({ limit: firstPage, offset });
        this.replace(offset, page);
      }
      this.take(this.underWay);
    });
  }

  /** Reads the next page. */
  readMore(list: ListSessions): Promise<void> {
    return this.next(async () => {
      const page = await list({ limit: nextPage + 1, offset: this.loaded.length });
      this.replace(this.loaded.length, page.slice(0, nextPage));
      this.more = page.length > nextPage;
    });
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.busy.then(work, work);
    this.busy = done;
    return done;
  }

  /** @returns the ids of those in the first page */
  private async readFirst(list: ListSessions): Promise<Set<string>> {
    const page = await list({ limit: firstPage + 1, offset: 0 });
    const first = page.slice(0, firstPage);
    const ids = new Set(first.map(({ id }) => id));
    if (page.length <= firstPage) {
      // All that there is.
      this.loaded = first;
      this.more = false;
    } else {
      const last = this.loaded.findLastIndex(({ id }) => ids.has(id));
      const older = last < 0 ? [] : this.loaded.slice(last + 1);
      this.loaded = [...first, ...older];
      if (older.length === 0) this.more = true;
    }
    return ids;
  }

  /** Those that a server lists which cannot choose by status are looked through. */
  private async readUnderWay(list: ListSessions): Promise<void> {
    const found = await list({ limit: nextPage, offset: 0, status: 'running,waiting' });
    this.underWay = found.filter(isUnderWay);
  }

  /** Puts newer readings in the place of older ones. */
  private take(sessions: readonly AgentSession[]): void {
    const fresh = new Map(sessions.map((session) => [session.id, session]));
    this.loaded = this.loaded.map((session) => fresh.get(session.id) ?? session);
  }

  /** Puts a page where it stands. */
  private replace(offset: number, page: readonly AgentSession[]): void {
    const ids = new Set(page.map(({ id }) => id));
    const before = this.loaded.slice(0, offset).filter(({ id }) => !ids.has(id));
    const after = this.loaded.slice(offset + firstPage).filter(({ id }) => !ids.has(id));
    this.loaded = [...before, ...page, ...after];
  }
}
