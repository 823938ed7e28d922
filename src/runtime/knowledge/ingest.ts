import type { Log } from '../log';
import type { DocumentRow, IndexRow, Store } from '../store';
import type { Chunk } from './chunk';
import { type Embedder, EmbeddingError } from './embed';
import { type Format, formatOf } from './extract/format';
import type { Reader } from './extract/reader';
import { ExtractionError } from './extract/types';
import type { Files } from './files';
import { quantize } from './search/quantize';
import type { Vectors } from './search/vectors';

export interface IngestServices {
  store: Store;
  files: Files;
  reader: Reader;
  meaning?: { embedder: Embedder; vectors: Vectors };
  log: Log;
}

/** Passages that are stored in one go, so that other requests get their turn. */
const passagesAtOnce = 200;
/**
 * A document whose reading was under way this often when the process died is left alone: it may be what kills
 * it. So many, because most processes die of something else, and documents without such a past go first.
 */
const mostAttempts = 20;

/**
 * Reads documents in the background, one at a time, in the order in which they came. What is to be done is
 * what the store says is pending or processing, so that a new process goes on where the last one stopped.
 *
 * A Markdown document gets passages and vectors and becomes `ready`. Another one gets a Markdown sibling with
 * its text, which is read in its turn, and becomes `stored`.
 */
export class Ingest {
  readonly #services: IngestServices;
  readonly #stop = new AbortController();
  #working: Promise<void> | undefined;
  #wakened = false;

  constructor(services: IngestServices) {
    this.#services = services;
  }

  /** Takes up what an earlier process left, and what the present model has no vectors of. */
  async resume(): Promise<void> {
    const { store, meaning, log } = this.#services;
    if (meaning) {
      const count = await store.documents.requeueWithoutVectors(meaning.embedder.model);
      if (count > 0) log.info(`${count} documents are embedded with ${meaning.embedder.model}`);
    }
    this.wake();
  }

  /** Says that there may be something to read. */
  wake(): void {
    this.#wakened = true;
    if (this.#stop.signal.aborted) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Stops after what cannot be interrupted; what is unfinished stays in the store. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('The runtime is shutting down.'));
    await this.#working;
  }

  async #work(): Promise<void> {
    const { store, log } = this.#services;
    while (this.#wakened && !this.#stop.signal.aborted) {
      this.#wakened = false;
      try {
        for (let next = await store.documents.nextToRead(); next; next = await store.documents.nextToRead()) {
          await this.#read(next);
          if (this.#stop.signal.aborted) return;
        }
      } catch (error) {
        // The store itself failed; the next document that comes in tries again.
        if (!this.#stop.signal.aborted) log.error('Documents cannot be read', error);
      }
    }
  }

  async #read(document: DocumentRow): Promise<void> {
    const { store, log } = this.#services;
    if (document.attempts >= mostAttempts) {
      const message = `The runtime ended ${mostAttempts} times while it read this file, so it is not tried again.`;
      await store.documents.change(document.id, { status: 'error', error_message: message });
      return;
    }
    await store.documents.change(document.id, {
      status: 'processing',
      error_message: null,
      attempts: document.attempts + 1,
    });
    try {
      const format = formatOf(document.filename, document.content_type);
      if (format === 'markdown') await this.#readMarkdown(document);
      else if (format) await this.#extract(document, format);
      else await store.documents.change(document.id, { status: 'stored', attempts: 0 });
    } catch (error) {
      if (this.#stop.signal.aborted) {
        // A shutdown is no attempt that failed.
        await store.documents.change(document.id, { attempts: document.attempts });
        return;
      }
      const known = error instanceof ExtractionError || error instanceof EmbeddingError;
      if (!known) log.error(`The document ${document.id} (${document.filename}) could not be read`, error);
      const message = known ? error.message : 'The runtime failed on this file; its log says why.';
      await store.documents.change(document.id, { status: 'error', error_message: message, attempts: 0 });
    }
  }

  /** Keeps a document's text as its Markdown sibling. */
  async #extract(document: DocumentRow, format: Format): Promise<void> {
    const { store, files, reader } = this.#services;
    const { markdown, pageCount } = await reader.extract(format, await files.get(document.content_sha256));
    const bytes = new TextEncoder().encode(markdown);
    const hash = await files.put(bytes);
    await store.transaction(async ({ documents }) => {
      const now = await documents.get(document.project_id, document.id);
      if (!now || now.deleted_at) return;
      await documents.add({
        projectId: document.project_id,
        indexId: document.index_id,
        filename: `${document.filename}.md`,
        contentType: 'text/markdown',
        size: bytes.length,
        status: 'pending',
        name: `${document.name}.md`,
        metadata: { ...JSON.parse(document.metadata), derived_from: 'extraction' },
        parentId: document.id,
        keyId: document.created_by_api_key_id,
        sha256: hash,
      });
      await documents.change(document.id, { status: 'stored', page_count: pageCount, attempts: 0 });
    });
  }

  async #readMarkdown(document: DocumentRow): Promise<void> {
    const { store, files, reader } = this.#services;
    if (!document.is_latest) {
      // A newer version came before this one was read: nobody is to find it.
      await store.documents.change(document.id, { status: 'ready', attempts: 0 });
      return;
    }
    if (document.chunk_count === 0) {
      const { markdown } = await reader.extract('markdown', await files.get(document.content_sha256));
      const index = await store.indexes.get(document.project_id, document.index_id);
      if (!index || !(await this.#keepPassages(index, document, await reader.chunk(markdown)))) return;
    }
    if (!(await this.#keepVectors(document))) return;
    await store.documents.change(document.id, { status: 'ready', error_message: null, attempts: 0 });
  }

  /** @returns false when the document was deleted meanwhile. */
  async #keepPassages(index: IndexRow, document: DocumentRow, chunks: readonly Chunk[]): Promise<boolean> {
    const { store, meaning } = this.#services;
    await store.passages.removeOf(document.id);
    for (let from = 0; from < chunks.length; from += passagesAtOnce) {
      this.#stop.signal.throwIfAborted();
      const kept = await this.#ifAlive(document, async ({ passages }) => {
        await passages.add(index, document.id, from, chunks.slice(from, from + passagesAtOnce));
      });
      if (!kept) return false;
    }
    // Only now may the version before be forgotten: until here it was the one to be found.
    const older = await store.passages.otherVersions(document.id);
    const kept = await this.#ifAlive(document, async ({ passages, documents }) => {
      for (const id of older) {
        await passages.removeOf(id);
        await documents.change(id, { chunk_count: 0 });
      }
      await documents.change(document.id, { chunk_count: chunks.length });
    });
    for (const id of older) await meaning?.vectors.remove(id);
    return kept;
  }

  /** @returns false when the document was deleted meanwhile. */
  async #keepVectors(document: DocumentRow): Promise<boolean> {
    const { store, meaning } = this.#services;
    if (!meaning) return true;
    const { embedder, vectors } = meaning;
    await store.passages.removeOtherVectors(document.id, embedder.model);
    for (let at = await store.passages.vectorCount(document.id); ; ) {
      const passages = await store.passages.of(document.id, at, embedder.batchSize);
      if (passages.length === 0) return true;
      const texts = passages.map(({ content, headings }) => textToEmbed(headings, content));
      const embedded = await embedder.embed(texts, this.#stop.signal);
      const dimensions = embedded[0]?.length ?? 0;
      const bytes = new Int8Array(dimensions * embedded.length);
      embedded.forEach((vector, row) => {
        bytes.set(quantize(vector), row * dimensions);
      });
      const row = { document_id: document.id, chunk_index: at, model: embedder.model, dimensions };
      const kept = await this.#ifAlive(document, ({ passages: store }) =>
        store.addVectors({ ...row, vectors: new Uint8Array(bytes.buffer) }),
      );
      if (!kept) return false;
      await vectors.add(document.id, document.index_id, at, bytes, dimensions);
      at += passages.length;
    }
  }

  /** Stores something of a document, unless it is gone. @returns whether it was there. */
  async #ifAlive(
    document: DocumentRow,
    work: (nouns: Pick<Store, 'documents' | 'passages'>) => Promise<void>,
  ): Promise<boolean> {
    return this.#services.store.transaction(async (nouns) => {
      const now = await nouns.documents.get(document.project_id, document.id);
      if (!now || now.deleted_at) return false;
      await work(nouns);
      return true;
    });
  }
}

/** A passage says more of itself under its headings: "Refunds", then "Fourteen days." */
function textToEmbed(headings: string, content: string): string {
  const path = headings.split('\n').filter((heading) => heading && !content.includes(heading));
  return [...path, content].join('\n');
}
