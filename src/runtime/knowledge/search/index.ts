import type { Log } from '../../log';
import type { FoundPassage, IndexRow, QueryWord, Store } from '../../store';
import { type Embedder, EmbeddingError } from '../embed';
import { fuse, meaningScore, searchable, wordScore } from './fuse';
import type { Vectors } from './vectors';

export interface Query {
  text: string;
  /** Indexes to look into; undefined for all. */
  indexes?: readonly IndexRow[];
  /** The most results. */
  count: number;
  /** Results below this are left out; 0 to 1. */
  minScore: number;
  /** One result a document: its best passage. */
  byDocument: boolean;
  signal: AbortSignal;
}

export interface Result extends FoundPassage {
  /** 0 to 1. */
  score: number;
}

/** How many passages each way of finding puts forward. */
const candidates = 200;
/** Nobody asks longer questions; the model reads no more either. */
const longestQuery = 2000;

/** Finds passages by their words and by their meaning. */
export class Search {
  readonly #store: Store;
  readonly #embedder: Embedder | undefined;
  readonly #vectors: Vectors | undefined;
  readonly #log: Log;
  #saidMeaningless = false;

  constructor(store: Store, log: Log, meaning?: { embedder: Embedder; vectors: Vectors }) {
    this.#store = store;
    this.#log = log;
    this.#embedder = meaning?.embedder;
    this.#vectors = meaning?.vectors;
  }

  /** @returns the best results, best first. */
  async find(query: Query): Promise<Result[]> {
    const text = query.text.slice(0, longestQuery);
    // The model works in a thread of its own meanwhile.
    const [{ words, total, hits }, vector] = await Promise.all([
      this.#byWords(text, query.indexes),
      this.#embed(text, query.signal),
    ]);
    const scores = new Map<string, Scored>();
    const note = (documentId: string, chunkIndex: number, score: number) => {
      if (score > 0) scores.set(`${documentId}:${chunkIndex}`, { documentId, chunkIndex, score });
    };
    const cosines = vector && (await this.#vectors?.cosines(vector, hits));
    hits.forEach(({ document_id, chunk_index, weight }, at) => {
      const meaning = meaningScore(cosines?.[at] ?? 0);
      note(document_id, chunk_index, fuse(wordScore(weight, words, total), meaning));
    });
    const ids = query.indexes && new Set(query.indexes.map(({ id }) => id));
    const near = vector ? ((await this.#vectors?.search(vector, candidates, ids)) ?? []) : [];
    for (const { documentId, chunkIndex, cosine } of near) {
      if (!scores.has(`${documentId}:${chunkIndex}`)) note(documentId, chunkIndex, meaningScore(cosine));
    }
    const ordered = [...scores.values()]
      .filter(({ score }) => score >= query.minScore)
      .sort(
        (a, b) =>
          b.score - a.score || a.documentId.localeCompare(b.documentId) || a.chunkIndex - b.chunkIndex,
      );
    return this.#withText(query.byDocument ? bestOfEach(ordered) : ordered, query.count);
  }

  async #byWords(text: string, indexes: readonly IndexRow[] | undefined) {
    const { words: store } = this.#store;
    const words: QueryWord[] = await store.wordsOf(text);
    const total = await store.passageCount();
    return { words, total, hits: await store.find(searchable(words), indexes, candidates) };
  }

  /** @returns undefined where there is no model, or it fails: the words alone then decide. */
  async #embed(text: string, signal: AbortSignal): Promise<Float32Array | undefined> {
    if (!this.#embedder || !text.trim()) return undefined;
    try {
      const [vector] = await this.#embedder.embed([text], signal);
      this.#saidMeaningless = false;
      return vector;
    } catch (error) {
      if (!(error instanceof EmbeddingError)) throw error;
      if (!this.#saidMeaningless)
        this.#log.warn(`${error.message} Search goes by words only until it works again.`);
      this.#saidMeaningless = true;
      return undefined;
    }
  }

  async #withText(ordered: readonly Scored[], count: number): Promise<Result[]> {
    const best = ordered.slice(0, count);
    const places = best.map(({ documentId, chunkIndex }) => ({
      document_id: documentId,
      chunk_index: chunkIndex,
    }));
    const texts = new Map(
      (await this.#store.passages.at(places)).map((row) => [`${row.document_id}:${row.chunk_index}`, row]),
    );
    return best.flatMap(({ documentId, chunkIndex, score }) => {
      // A document that was removed since the passage was found has no text any more.
      const row = texts.get(`${documentId}:${chunkIndex}`);
      return row ? [{ ...row, score }] : [];
    });
  }
}

interface Scored {
  documentId: string;
  chunkIndex: number;
  score: number;
}

function bestOfEach(ordered: readonly Scored[]): Scored[] {
  const seen = new Set<string>();
  return ordered.filter(({ documentId }) => {
    if (seen.has(documentId)) return false;
    seen.add(documentId);
    return true;
  });
}
