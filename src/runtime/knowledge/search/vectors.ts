import type { PassagePlace, Store } from '../../store';
import { type VectorHit, VectorIndex } from './vector-index';

/**
 * The vectors of one model: read from the store when they are first needed, and kept in step with it from then
 * on. Nothing is computed anew at start.
 */
export class Vectors {
  readonly #store: Store;
  readonly #model: string;
  #loading: Promise<VectorIndex | undefined> | undefined;

  constructor(store: Store, model: string) {
    this.#store = store;
    this.#model = model;
  }

  /** Nearest passages; see `VectorIndex.search`. */
  async search(query: Float32Array, count: number, indexIds?: ReadonlySet<string>): Promise<VectorHit[]> {
    const index = await this.#load();
    return index?.dimensions === query.length ? index.search(query, count, indexIds) : [];
  }

  /** @returns the cosine of each passage, 0 where one has no vector. */
  async cosines(query: Float32Array, places: readonly PassagePlace[]): Promise<number[]> {
    const index = await this.#load();
    if (index?.dimensions !== query.length) return places.map(() => 0);
    return index.cosines(
      query,
      places.map((place) => [place.document_id, place.chunk_index]),
    );
  }

  /** Takes vectors that have just been stored. */
  async add(
    documentId: string,
    indexId: string,
    chunkIndex: number,
    vectors: Int8Array,
    dimensions: number,
  ): Promise<void> {
    // Not loaded yet: the store has them when they are.
    if (!this.#loading) return;
    const index = (await this.#loading) ?? new VectorIndex(dimensions);
    this.#loading = Promise.resolve(index);
    if (index.dimensions === dimensions) index.add(documentId, indexId, chunkIndex, vectors);
  }

  /** Forgets a document whose passages have been removed from the store. */
  async remove(documentId: string): Promise<void> {
    (await this.#loading)?.remove(documentId);
  }

  #load(): Promise<VectorIndex | undefined> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #read(): Promise<VectorIndex | undefined> {
    const { passages } = this.#store;
    const { count, dimensions } = await passages.vectorTotals(this.#model);
    if (count === 0) return undefined;
    const index = new VectorIndex(dimensions, count + 1024);
    for await (const row of passages.allVectors(this.#model)) {
      if (row.dimensions !== dimensions) continue;
      const { buffer, byteOffset, byteLength } = row.vectors;
      index.add(
        row.document_id,
        row.index_id,
        row.chunk_index,
        new Int8Array(buffer, byteOffset, byteLength),
      );
    }
    return index;
  }
}
