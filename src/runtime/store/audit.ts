import type { Kysely } from 'kysely';
import type { AuditEntry } from '../../protocol';
import type { AuditRow, Tables } from './tables';
import { newId, type Page, readJson, timestamp } from './values';

/** An entry before it has an id, a place in the order and a time. */
export type NewAuditEntry = Omit<AuditRow, 'number' | 'id' | 'created_at' | 'metadata'> & {
  metadata: Record<string, unknown>;
};

/** What is left out does not limit. */
export interface AuditFilter {
  action?: string;
  actorUserId?: string;
  subjectType?: string;
  /** ISO 8601 in UTC; the moment itself counts. */
  from?: string;
  /** ISO 8601 in UTC; the moment itself counts. */
  to?: string;
}

/** How many entries `each` reads at a time. */
const batch = 500;

/** Who changed what, and when. Entries are added, read, and deleted when they are old; never changed. */
export class AuditStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add({ metadata, ...entry }: NewAuditEntry): Promise<void> {
    await this.#db
      .insertInto('audit_entries')
      .values({ ...entry, id: newId(), metadata: JSON.stringify(metadata), created_at: timestamp() })
      .execute();
  }

  /** @returns a page of the entries that fit, newest first, and how many fit in all. */
  async list(
    projectId: string,
    filter: AuditFilter,
    page: Page,
  ): Promise<{ entries: AuditEntry[]; total: number }> {
    const { total } = await this.#fitting(projectId, filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await this.#fitting(projectId, filter)
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('number', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return { entries: rows.map(toWireEntry), total };
  }

  /** Yields all entries that fit, newest first, without holding them all; what comes in meanwhile is left out. */
  async *each(projectId: string, filter: AuditFilter): AsyncGenerator<AuditEntry> {
    let last: AuditRow | undefined;
    for (;;) {
      const rows = await this.#fitting(projectId, filter)
        .selectAll()
        .$if(last !== undefined, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('created_at', 'number'), '<', tuple(last?.created_at ?? '', last?.number ?? 0)),
          ),
        )
        .orderBy('created_at', 'desc')
        .orderBy('number', 'desc')
        .limit(batch)
        .execute();
      for (const row of rows) yield toWireEntry(row);
      last = rows.at(-1);
      if (!last || rows.length < batch) return;
    }
  }

  /** Deletes entries from before a time, at most so many, the first of them first. @returns how many there were. */
  async prune(before: string, most: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('audit_entries')
      .where('number', 'in', ({ selectFrom }) =>
        selectFrom('audit_entries')
          .select('number')
          .where('created_at', '<', before)
          .orderBy('number')
          .limit(most),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  #fitting(projectId: string, { action, actorUserId, subjectType, from, to }: AuditFilter) {
    return this.#db
      .selectFrom('audit_entries')
      .where('project_id', '=', projectId)
      .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
      .$if(actorUserId !== undefined, (query) => query.where('actor_user_id', '=', actorUserId ?? ''))
      .$if(subjectType !== undefined, (query) => query.where('subject_type', '=', subjectType ?? ''))
      .$if(from !== undefined, (query) => query.where('created_at', '>=', from ?? ''))
      .$if(to !== undefined, (query) => query.where('created_at', '<=', to ?? ''));
  }
}

function toWireEntry({ number: _, metadata, ...row }: AuditRow): AuditEntry {
  return { ...row, metadata: readJson(metadata) as Record<string, unknown> };
}
