import { codeLength, popCount, writeCode } from './quantize';

/** A passage near a query. */
export interface VectorHit {
  documentId: string;
  chunkIndex: number;
  /** -1 to 1. */
  cosine: number;
}

interface Entry {
  id: string;
  indexId: string;
  /** Runs of rows, each of consecutive chunks. */
  runs: { row: number; chunkIndex: number; count: number }[];
}

/**
 * How many rows the signs alone leave over for exact comparison. Among 100,000 vectors of the offline model's
 * kind, all of the nearest 10 are among the first 1,000 (`npm run bench -- search` says how many are missed).
 */
const shortlist = 1500;

/**
 * The vectors of one embedding model, in memory, compared in two passes: the Hamming distance of the signs of
 * all components (64 bytes a row of 512 dimensions) picks a short list, which is then ordered by cosine. Both
 * passes are plain loops over typed arrays; there is nothing to train and nothing to rebuild.
 */
export class VectorIndex {
  readonly dimensions: number;
  readonly #words: number;
  #vectors: Int8Array;
  #codes: Uint32Array;
  #inverseNorms: Float32Array;
  /** Ordinal of each row's document. */
  #owners: Uint32Array;
  #distances: Uint16Array;
  #rows = 0;
  #deadRows = 0;
  #entries: (Entry | undefined)[] = [];
  readonly #ordinals = new Map<string, number>();

  /** @param capacity rows to make room for at once. */
  constructor(dimensions: number, capacity = 1024) {
    this.dimensions = dimensions;
    this.#words = codeLength(dimensions);
    this.#vectors = new Int8Array(capacity * dimensions);
    this.#codes = new Uint32Array(capacity * this.#words);
    this.#inverseNorms = new Float32Array(capacity);
    this.#owners = new Uint32Array(capacity);
    this.#distances = new Uint16Array(capacity);
  }

  /** Rows that can be found. */
  get size(): number {
    return this.#rows - this.#deadRows;
  }

  /**
   * Adds the vectors of consecutive chunks of a document.
   * @param vectors quantized, one after another.
   */
  add(documentId: string, indexId: string, chunkIndex: number, vectors: Int8Array): void {
    const count = vectors.length / this.dimensions;
    const ordinal = this.#ordinals.get(documentId) ?? this.#newEntry(documentId, indexId);
    const runs = this.#entries[ordinal]?.runs;
    // Vectors that were stored while all of them were being loaded arrive twice.
    if (!runs || runs.some((run) => run.chunkIndex === chunkIndex)) return;
    this.#reserve(this.#rows + count);
    runs.push({ row: this.#rows, chunkIndex, count });
    this.#vectors.set(vectors, this.#rows * this.dimensions);
    for (let at = 0; at < count; at++) this.#describe(this.#rows++, ordinal);
  }

  remove(documentId: string): void {
    const ordinal = this.#ordinals.get(documentId);
    if (ordinal === undefined) return;
    for (const { count } of this.#entries[ordinal]?.runs ?? []) this.#deadRows += count;
    this.#entries[ordinal] = undefined;
    this.#ordinals.delete(documentId);
    if (this.#deadRows > 1024 && this.#deadRows * 4 > this.#rows) this.#compact();
  }

  /**
   * The nearest passages, nearest first.
   * @param indexIds indexes to look into; undefined for all.
   */
  search(query: Float32Array, count: number, indexIds?: ReadonlySet<string>): VectorHit[] {
    const eligible = this.#eligible(indexIds);
    const unit = unitVector(query);
    if (!unit) return [];
    const hits = this.#near(unit, eligible).map((row) => ({ row, cosine: this.#dot(unit, row) }));
    hits.sort((a, b) => b.cosine - a.cosine || a.row - b.row);
    return hits.slice(0, count).flatMap(({ row, cosine }) => this.#hit(row, cosine));
  }

  /** @returns the cosine of each passage (document and place), 0 where one has no vector here. */
  cosines(query: Float32Array, places: readonly (readonly [string, number])[]): number[] {
    const unit = unitVector(query);
    return places.map(([documentId, chunkIndex]) => {
      const entry = this.#entries[this.#ordinals.get(documentId) ?? -1];
      const run = entry?.runs.find(
        (each) => chunkIndex >= each.chunkIndex && chunkIndex < each.chunkIndex + each.count,
      );
      return run && unit ? this.#dot(unit, run.row + chunkIndex - run.chunkIndex) : 0;
    });
  }

  /** Which rows may be found: 1 at the ordinal of each document. */
  #eligible(indexIds?: ReadonlySet<string>): Uint8Array {
    const eligible = new Uint8Array(this.#entries.length);
    this.#entries.forEach((entry, ordinal) => {
      if (entry && (!indexIds || indexIds.has(entry.indexId))) eligible[ordinal] = 1;
    });
    return eligible;
  }

  /** The rows whose signs are most like the query's, at least `shortlist` where there are so many. */
  #near(query: Float32Array, eligible: Uint8Array): number[] {
    const words = this.#words;
    const count = this.#rows;
    const code = new Uint32Array(words);
    writeCode(query, 0, this.dimensions, code, 0);
    const codes = this.#codes;
    const distances = this.#distances;
    const owners = this.#owners;
    const tooFar = this.dimensions + 1;
    const histogram = new Uint32Array(tooFar + 1);
    for (let row = 0, at = 0; row < count; row++) {
      let distance = 0;
      for (let word = 0; word < words; word++) {
        distance += popCount((codes[at++] as number) ^ (code[word] as number));
      }
      if (eligible[owners[row] as number] === 0) distance = tooFar;
      distances[row] = distance;
      (histogram[distance] as number)++;
    }
    let farthest = 0;
    for (let found = histogram[0] as number; found < shortlist && farthest < this.dimensions; ) {
      found += histogram[++farthest] as number;
    }
    const rows: number[] = [];
    for (let row = 0; row < count; row++) {
      if ((distances[row] as number) <= farthest) rows.push(row);
    }
    return rows;
  }

  #dot(query: Float32Array, row: number): number {
    const vectors = this.#vectors;
    const dimensions = this.dimensions;
    let sum = 0;
    for (let at = 0, from = row * dimensions; at < dimensions; at++, from++) {
      sum += (query[at] as number) * (vectors[from] as number);
    }
    return sum * (this.#inverseNorms[row] as number);
  }

  #hit(row: number, cosine: number): VectorHit[] {
    const entry = this.#entries[this.#owners[row] ?? -1];
    const run = entry?.runs.find((each) => row >= each.row && row < each.row + each.count);
    return entry && run ? [{ documentId: entry.id, chunkIndex: run.chunkIndex + row - run.row, cosine }] : [];
  }

  #newEntry(id: string, indexId: string): number {
    const ordinal = this.#entries.push({ id, indexId, runs: [] }) - 1;
    this.#ordinals.set(id, ordinal);
    return ordinal;
  }

  /** Derives what a row's comparison needs from its vector. */
  #describe(row: number, ordinal: number): void {
    const from = row * this.dimensions;
    let squares = 0;
    for (let at = from; at < from + this.dimensions; at++) squares += (this.#vectors[at] as number) ** 2;
    this.#inverseNorms[row] = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    this.#owners[row] = ordinal;
    writeCode(this.#vectors, from, this.dimensions, this.#codes, row * this.#words);
  }

  #reserve(rows: number): void {
    const capacity = this.#owners.length;
    if (rows <= capacity) return;
    this.#resize(Math.max(rows, Math.ceil(capacity * 1.5)));
  }

  #resize(capacity: number): void {
    const grown = <T extends Int8Array | Uint32Array | Float32Array>(next: T, held: T): T => {
      next.set(held.subarray(0, Math.min(held.length, next.length)));
      return next;
    };
    this.#vectors = grown(new Int8Array(capacity * this.dimensions), this.#vectors);
    this.#codes = grown(new Uint32Array(capacity * this.#words), this.#codes);
    this.#inverseNorms = grown(new Float32Array(capacity), this.#inverseNorms);
    this.#owners = grown(new Uint32Array(capacity), this.#owners);
    this.#distances = new Uint16Array(capacity);
  }

  /** Moves the living rows together. */
  #compact(): void {
    const entries = this.#entries.filter((entry) => entry !== undefined);
    const next = new VectorIndex(this.dimensions, this.size + 1024);
    for (const { id, indexId, runs } of entries) {
      for (const { row, chunkIndex, count } of runs) {
        const from = row * this.dimensions;
        next.add(id, indexId, chunkIndex, this.#vectors.subarray(from, from + count * this.dimensions));
      }
    }
    this.#vectors = next.#vectors;
    this.#codes = next.#codes;
    this.#inverseNorms = next.#inverseNorms;
    this.#owners = next.#owners;
    this.#distances = next.#distances;
    this.#entries = next.#entries;
    this.#rows = next.#rows;
    this.#deadRows = 0;
    this.#ordinals.clear();
    next.#entries.forEach((entry, ordinal) => {
      if (entry) this.#ordinals.set(entry.id, ordinal);
    });
  }
}

/** @returns the vector with length 1, undefined for one of zeros. */
function unitVector(vector: Float32Array): Float32Array | undefined {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm > 0 ? vector.map((value) => value / norm) : undefined;
}
