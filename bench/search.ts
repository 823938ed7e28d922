import { readFileSync } from 'node:fs';
import { apiBase, apiKeyHeader, type ChunkHit } from '../src/protocol';
import { quantize } from '../src/runtime/knowledge/search/quantize';
import { VectorIndex } from '../src/runtime/knowledge/search/vector-index';
import { openStore } from '../src/runtime/store';
import { built } from './extension';
import { type Bench, type Figure, median, p95 } from './figure';
import { Runtime, withDataFolder } from './runtime/process';

const passages = 100_000;
const passagesEach = 50;
const dimensions = 512;
const topics = 400;
const queries = 60;

/** Searching 100,000 passages over HTTP, by their words and by the offline model's vectors. */
export const search: Bench = {
  name: 'search',
  async measure(): Promise<Figure[]> {
    return withDataFolder(async (folder) => {
      const vectors = await fill(folder);
      const runtime = await Runtime.start(folder);
      try {
        return [...(await overHttp(runtime)), ...inMemory(vectors)];
      } finally {
        await runtime.stop();
      }
    });
  },
};

/** Numbers that look random and are the same in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const next = numbers(42);

/** The whole words that the offline model knows, the most common first. */
const words = (
  JSON.parse(readFileSync(built('models/embeddings-en/vocab.json'), 'utf8')) as [string, number][]
)
  .sort(([, a], [, b]) => b - a)
  .map(([piece]) => /^\u2581([a-z]{2,})$/.exec(piece)?.[1])
  .filter((word) => word !== undefined);

/** As in a language: the n-th word is n times rarer than the first. */
function word(): string {
  return words[Math.floor(words.length ** next()) - 1] ?? '';
}

function text(): string {
  return Array.from({ length: 100 }, word).join(' ');
}

/** Vectors lie around as many topics as documents of a team have. */
function vectorsNear(centers: readonly Float32Array[]): Float32Array {
  const center = centers[Math.floor(next() * centers.length)] ?? new Float32Array(dimensions);
  return center.map((value) => value + (next() - 0.5) * 0.9);
}

/** Fills a data folder as reading so many documents would have. */
async function fill(folder: string): Promise<Int8Array> {
  const store = await openStore(folder);
  const all = new Int8Array(passages * dimensions);
  const centers = Array.from({ length: topics }, () =>
    Float32Array.from({ length: dimensions }, () => next() - 0.5),
  );
  const { id: projectId } = await store.projects.ensure('local', 'Local', '');
  const index = await store.indexes.create(projectId, { name: 'Bench', description: '', metadata: {} });
  for (let at = 0; at < passages; at += passagesEach) {
    const bytes = all.subarray(at * dimensions, (at + passagesEach) * dimensions);
    for (let row = 0; row < passagesEach; row++) bytes.set(quantize(vectorsNear(centers)), row * dimensions);
    await store.transaction(async (nouns) => {
      const name = `document-${at}.md`;
      const document = await nouns.documents.add({
        projectId,
        indexId: index.id,
        filename: name,
        contentType: 'text/markdown',
        size: 0,
        status: 'ready',
        name,
        metadata: {},
        parentId: null,
        keyId: null,
        sha256: '',
      });
      const rows = Array.from({ length: passagesEach }, () => ({
        content: text(),
        headings: [],
        page: undefined,
      }));
      await nouns.passages.add(index, document.id, 0, rows);
      await nouns.passages.addVectors({
        document_id: document.id,
        chunk_index: 0,
        model: 'local/embeddings-en',
        dimensions,
        vectors: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      });
      await nouns.documents.change(document.id, { chunk_count: passagesEach });
    });
  }
  await store.close();
  return all;
}

async function overHttp({ ready }: Runtime): Promise<Figure[]> {
  const ask = async () => {
    const query = Array.from({ length: 6 }, word).join(' ');
    const began = performance.now();
    const response = await fetch(`${ready.url}${apiBase}/search`, {
      method: 'POST',
      headers: { [apiKeyHeader]: ready.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ query, top_k: 10 }),
    });
    const { results } = (await response.json()) as { results: ChunkHit[] };
    if (results.length !== 10) throw new Error(`${response.status}: ${results.length} results.`);
    return performance.now() - began;
  };
  // The first loads the model and the vectors.
  const first = await ask();
  for (let at = 0; at < 10; at++) await ask();
  const times: number[] = [];
  for (let at = 0; at < queries; at++) times.push(await ask());
  return [
    { figure: 'search of 100,000 passages, the first after a start', unit: 'ms', value: first },
    { figure: 'search of 100,000 passages, middle', unit: 'ms', value: median(times) },
    { figure: 'search of 100,000 passages, 95th of 100', unit: 'ms', value: p95(times), budget: 50 },
  ];
}

/** The vectors alone, beside the plain loop over all of them that the short list saves. */
function inMemory(vectors: Int8Array): Figure[] {
  const index = new VectorIndex(dimensions, passages);
  for (let at = 0; at < passages; at += passagesEach) {
    index.add(`${at}`, '', 0, vectors.subarray(at * dimensions, (at + passagesEach) * dimensions));
  }
  const quick: number[] = [];
  const plain: number[] = [];
  let missed = 0;
  for (let round = 0; round < queries; round++) {
    const row = Math.floor(next() * passages) * dimensions;
    const query = Float32Array.from(
      vectors.subarray(row, row + dimensions),
      (value) => value + (next() - 0.5) * 100,
    );
    let began = performance.now();
    const hits = index.search(query, 10);
    quick.push(performance.now() - began);
    began = performance.now();
    const nearest = scan(vectors, query, 10);
    plain.push(performance.now() - began);
    const found = new Set(hits.map(({ documentId, chunkIndex }) => Number(documentId) + chunkIndex));
    missed += nearest.filter((each) => !found.has(each)).length;
  }
  const baseline = { what: 'all compared', value: median(plain) };
  return [
    { figure: 'vectors of 100,000 passages, middle', unit: 'ms', value: median(quick), baseline },
    { figure: 'of the nearest 10 not found', unit: '%', value: (missed / (queries * 10)) * 100, budget: 2 },
  ];
}

/** @returns the rows with the largest cosines. */
function scan(vectors: Int8Array, query: Float32Array, count: number): number[] {
  const cosines = new Float32Array(passages);
  for (let row = 0, at = 0; row < passages; row++) {
    let dot = 0;
    let squares = 0;
    for (let column = 0; column < dimensions; column++, at++) {
      const value = vectors[at] as number;
      dot += value * (query[column] as number);
      squares += value * value;
    }
    cosines[row] = dot / Math.sqrt(squares);
  }
  return [...cosines.keys()].sort((a, b) => (cosines[b] as number) - (cosines[a] as number)).slice(0, count);
}
