import path from 'node:path';
import type { Audit } from '../audit';
import type { Log } from '../log';
import type { Store } from '../store';
import { Documents } from './documents';
import type { Embedder } from './embed';
import { Reader } from './extract/reader';
import { Files } from './files';
import { ScriptKnowledge } from './for-scripts';
import { Ingest } from './ingest';
import { Search } from './search';
import { Vectors } from './search/vectors';

export { chooseEmbedder, type Embedder } from './embed';
export type { Knowledge, KnowledgeQuery } from './for-scripts';
export { chunkHit, documentHit } from './hits';
export { readUpload } from './upload';

export interface KnowledgeOptions {
  store: Store;
  audit: Audit;
  projectId: string;
  /** Absolute path of the data folder. */
  data: string;
  /** Absolute path of the folder with the runtime's bundles. */
  bundles: string;
  /** Undefined for search by words only. */
  embedder: Embedder | undefined;
  log: Log;
}

/** Documents, and what is found in them: the parts of this room, built and ended together. */
export class KnowledgeBase {
  readonly documents: Documents;
  readonly search: Search;
  readonly forScripts: ScriptKnowledge;
  readonly #options: KnowledgeOptions;
  readonly #files: Files;
  readonly #reader: Reader;
  readonly #ingest: Ingest;

  constructor(options: KnowledgeOptions) {
    const { store, audit, projectId, log, embedder } = options;
    this.#options = options;
    this.#files = new Files(path.join(options.data, 'documents'));
    this.#reader = new Reader(options.bundles);
    const meaning = embedder && { embedder, vectors: new Vectors(store, embedder.model) };
    const files = this.#files;
    this.#ingest = new Ingest({ store, files, reader: this.#reader, meaning, log });
    this.search = new Search(store, log, meaning);
    this.forScripts = new ScriptKnowledge({ store, files, search: this.search, projectId });
    this.documents = new Documents({
      store,
      audit,
      files,
      ingest: this.#ingest,
      vectors: meaning?.vectors,
      projectId,
    });
  }

  /** Takes up the reading that an earlier process left, and removes the files that it left. */
  async resume(): Promise<void> {
    const { store, log } = this.#options;
    await this.#ingest.resume();
    const swept = await this.#files.sweep((hash) => store.documents.usesBytes(hash));
    if (swept > 0) log.info(`${swept} files that no document holds were removed`);
  }

  /** Stops reading; what is unfinished goes on at the next start. The store must still be open. */
  async close(): Promise<void> {
    const stopped = this.#ingest.close();
    await this.#reader.close();
    await this.#options.embedder?.close();
    await stopped;
  }
}
