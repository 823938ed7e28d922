/** A passage that answers a query. */
export interface Passage {
  content: string;
  snippet: string;
  score: number;
  document_id: string;
  filename: string;
}

export interface KnowledgeQuery {
  query: string;
  limit: number;
  minScore: number;
  /** Name of the one index to look into; undefined for all that may be read. */
  index?: string;
  /** One row a document, with its best passage. */
  byDocument: boolean;
}

export interface KnowledgeDocument {
  id: string;
  filename: string;
  content: string;
  metadata: Record<string, unknown>;
}

/** The documents that a session may read. `indexIds` null means every index of the project. */
export interface Knowledge {
  search(indexIds: readonly string[] | null, query: KnowledgeQuery): Promise<Passage[]>;
  indexes(indexIds: readonly string[] | null): Promise<{ id: string; name: string; description: string }[]>;
  /** @returns undefined for a document that is not there, or in no index that may be read. */
  document(indexIds: readonly string[] | null, id: string): Promise<KnowledgeDocument | undefined>;
}

/** The knowledge of a project without indexes, as every project of this runtime is until it can hold some. */
export const emptyKnowledge: Knowledge = {
  search: async () => [],
  indexes: async () => [],
  document: async () => undefined,
};
