import { type Kysely, sql } from 'kysely';
import { type PassagePlace, scopeWord } from './passages';
import type { IndexRow, Tables } from './tables';

/** A word of a query, and in how many passages it is. */
export interface QueryWord {
  word: string;
  passages: number;
}

export type WordHit = PassagePlace & {
  /** BM25; more is better. */
  weight: number;
};

/** What counts as a word, before the tokenizer has its say. */
const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
const mostWords = 64;

/** Counting the passages of a word that has fewer takes no time. */
const worthKeeping = 2000;
const keptForMs = 60_000;

/** A word in a heading says more of a passage than one in its text; the scope says nothing. */
const ranking = 'bm25(2.0, 1.0, 0.0)';

/** Full-text search of passages: SQLite's FTS5, with English stemming and no accents. */
export class WordStore {
  readonly #db: Kysely<Tables>;
  /** Counts that take long to make and change little; made anew every so often. */
  #kept: { total: number | undefined; words: Map<string, number>; until: number } = {
    total: undefined,
    words: new Map(),
    until: 0,
  };

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns how many passages there are; of many thousands, how many there were less than a minute ago. */
  async passageCount(): Promise<number> {
    const kept = this.#keptCounts();
    kept.total ??= await this.#countPassages();
    const { total } = kept;
    if (total < worthKeeping) kept.total = undefined;
    return total;
  }

  async #countPassages(): Promise<number> {
    const { count } = await this.#db
      .selectFrom('passages')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** @returns the distinct words of a query with how common each is. */
  async wordsOf(query: string): Promise<QueryWord[]> {
    const { words: kept } = this.#keptCounts();
    const words = [...new Set(query.normalize('NFC').toLowerCase().match(wordPattern))].slice(0, mostWords);
    const known = words.flatMap((word) => {
      const passages = kept.get(word);
      return passages === undefined ? [] : [{ word, passages }];
    });
    const counted = await this.#countWords(words.filter((word) => !kept.has(word)));
    for (const { word, passages } of counted) {
      if (passages >= worthKeeping) kept.set(word, passages);
    }
    return [...known, ...counted];
  }

  #keptCounts() {
    if (Date.now() > this.#kept.until) {
      this.#kept = { total: undefined, words: new Map(), until: Date.now() + keptForMs };
    }
    return this.#kept;
  }

  async #countWords(words: readonly string[]): Promise<QueryWord[]> {
    if (words.length === 0) return [];
    return this.#db.connection().execute(async (db) => {
      // How the index spells a word (its stem) is known to the tokenizer alone, so it is asked: a scratch table
      // with the same tokenizer takes the words, a row each, and tells their terms.
      await sql`create virtual table if not exists temp.query_words using fts5(word, tokenize='porter unicode61 remove_diacritics 2')`.execute(
        db,
      );
      await sql`create virtual table if not exists temp.query_terms using fts5vocab(temp, query_words, 'instance')`.execute(
        db,
      );
      await sql`delete from temp.query_words`.execute(db);
      const rows = words.map((word, at) => sql`(${at + 1}, ${word})`);
      await sql`insert into temp.query_words (rowid, word) values ${sql.join(rows)}`.execute(db);
      const { rows: counted } = await sql<{ at: number; passages: number }>`
        select asked.doc as at, min(coalesce(known.doc, 0)) as passages
        from temp.query_terms asked left join passage_terms known on known.term = asked.term
        group by asked.doc`.execute(db);
      return counted.map(({ at, passages }) => ({ word: words[at - 1] ?? '', passages }));
    });
  }

  /**
   * The passages that hold any of the words, best first.
   * @param indexes undefined for all.
   */
  async find(
    words: readonly string[],
    indexes: readonly IndexRow[] | undefined,
    limit: number,
  ): Promise<WordHit[]> {
    if (words.length === 0 || indexes?.length === 0) return [];
    const either = (each: readonly string[]) => each.map((word) => `"${word}"`).join(' OR ');
    const text = `{headings content} : (${either(words)})`;
    const expression = indexes ? `(scope : (${either(indexes.map(scopeWord))})) AND (${text})` : text;
    const { rows } = await sql<WordHit>`
      select passages.document_id, passages.chunk_index, -found.rank as weight
      from (
        select rowid, rank from passage_words
        where passage_words match ${expression} and rank match ${ranking}
        order by rank limit ${limit}
      ) found join passages on passages.id = found.rowid
      order by found.rank`.execute(this.#db);
    return rows;
  }
}
