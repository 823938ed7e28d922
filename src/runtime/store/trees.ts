import type { Kysely } from 'kysely';
import type { Tables, TreeRow } from './tables';
import { newId, timestamp } from './values';

/** A source file without its bytes. */
export interface TreeFile {
  path: string;
  hash: string;
  size: number;
}

export type TreeFileWithBytes = TreeFile & { bytes: Uint8Array };

/** Source of agents: trees of files, whose bytes are stored once by hash. */
export class TreeStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Keeps an agent's source. The same source twice is the same tree. @returns the tree's id. */
  async put(agentId: string, sourceHash: string, files: readonly TreeFileWithBytes[]): Promise<string> {
    const kept = await this.find(agentId, sourceHash);
    if (kept) return kept.id;
    const id = newId();
    await this.#db
      .insertInto('trees')
      .values({ id, agent_id: agentId, source_hash: sourceHash, created_at: timestamp() })
      .execute();
    for (const { path, hash, size, bytes } of files) {
      await this.#db
        .insertInto('blobs')
        .values({ hash, bytes })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
      await this.#db.insertInto('tree_files').values({ tree_id: id, path, hash, size }).execute();
    }
    return id;
  }

  /** @returns the source of an agent that has a hash, while a draft or a version holds it. */
  async find(agentId: string, sourceHash: string): Promise<TreeRow | undefined> {
    return this.#db
      .selectFrom('trees')
      .selectAll()
      .where('agent_id', '=', agentId)
      .where('source_hash', '=', sourceHash)
      .executeTakeFirst();
  }

  async get(id: string): Promise<TreeRow | undefined> {
    return this.#db.selectFrom('trees').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** @returns the files of a tree, in order of their paths. */
  async files(id: string): Promise<TreeFileWithBytes[]> {
    const rows = await this.#db
      .selectFrom('tree_files')
      .innerJoin('blobs', 'blobs.hash', 'tree_files.hash')
      .select(['tree_files.path', 'tree_files.hash', 'tree_files.size', 'blobs.bytes'])
      .where('tree_files.tree_id', '=', id)
      .orderBy('tree_files.path')
      .execute();
    return rows.map((row) => ({ ...row }));
  }

  /** Drops trees that no draft and no version holds any more, and the bytes that only they held. */
  async prune(): Promise<void> {
    await this.#db
      .deleteFrom('trees')
      .where('id', 'not in', (query) => query.selectFrom('drafts').select('tree_id'))
      .where('id', 'not in', (query) => query.selectFrom('versions').select('tree_id'))
      .execute();
    await this.#db
      .deleteFrom('blobs')
      .where('hash', 'not in', (query) => query.selectFrom('tree_files').select('hash'))
      .execute();
  }
}
