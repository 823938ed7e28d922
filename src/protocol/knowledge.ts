import * as z from 'zod/mini';
import { Count, Id, JsonObject, OptionalText, Text, Timestamp } from './base';

export const Index = z.looseObject({
  id: Id,
  project_id: OptionalText,
  name: z.string(),
  description: Text,
  metadata: z.optional(z.nullable(JsonObject)),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Index = z.infer<typeof Index>;

export const CreateIndex = z.looseObject({
  name: z.string(),
  description: z.optional(z.string()),
  metadata: z.optional(JsonObject),
});
export type CreateIndex = z.infer<typeof CreateIndex>;

/** What is left out is kept; `metadata: {}` clears it. */
export const UpdateIndex = z.looseObject({
  name: z.optional(z.string()),
  description: z.optional(z.string()),
  metadata: z.optional(JsonObject),
});
export type UpdateIndex = z.infer<typeof UpdateIndex>;

export const DocumentStatus = z.enum(['pending', 'processing', 'ready', 'stored', 'error']);
export type DocumentStatus = z.infer<typeof DocumentStatus>;

export const Document = z.looseObject({
  id: Id,
  project_id: OptionalText,
  index_id: Id,
  filename: z.string(),
  content_type: Text,
  file_size: Count,
  status: z.string(),
  error_message: OptionalText,
  page_count: Count,
  chunk_count: Count,
  name: z.string(),
  version: z.number(),
  is_latest: z.boolean(),
  metadata: z.optional(z.nullable(JsonObject)),
  parent_id: OptionalText,
  created_by_api_key_id: OptionalText,
  content_sha256: Text,
  deleted_at: OptionalText,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Document = z.infer<typeof Document>;

export const SearchRequest = z.looseObject({
  query: z.string(),
  top_k: z.optional(z.number()),
  min_score: z.optional(z.number()),
  result_type: z.optional(z.enum(['chunk', 'document'])),
  index_id: z.optional(Id),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

export const ChunkHit = z.looseObject({
  chunk_id: Id,
  document_id: Id,
  filename: Text,
  document_name: Text,
  document_metadata: z.optional(z.nullable(JsonObject)),
  content: z.string(),
  score: z.number(),
  chunk_index: z.number(),
  metadata: z.optional(z.nullable(JsonObject)),
});
export type ChunkHit = z.infer<typeof ChunkHit>;

export const DocumentHit = z.looseObject({
  document_id: Id,
  index_id: Id,
  filename: Text,
  document_name: Text,
  document_metadata: z.optional(z.nullable(JsonObject)),
  parent_id: OptionalText,
  content_sha256: Text,
  score: z.number(),
  best_chunk: z.looseObject({ chunk_id: Id, chunk_index: z.number(), preview: z.string() }),
});
export type DocumentHit = z.infer<typeof DocumentHit>;

export const IndexList = z.looseObject({ indexes: z.array(Index) });
export const IndexAnswer = z.looseObject({ index: Index });
export const DocumentPage = z.looseObject({
  data: z.array(Document),
  total: z.number(),
  has_more: z.boolean(),
});
export type DocumentPage = z.infer<typeof DocumentPage>;
export const DocumentVersions = z.looseObject({ versions: z.array(Document) });

/** Rows of one kind: what `result_type` asked for. */
export const SearchResults = z.looseObject({ results: z.union([z.array(ChunkHit), z.array(DocumentHit)]) });

/** The form of an upload. Text fields that are empty count as left out; `metadata` is a JSON object as text. */
export const UploadForm = z.looseObject({
  file: z.file(),
  index_id: z.optional(z.string()),
  name: z.optional(z.string()),
  parent_id: z.optional(z.string()),
  if_version: z.optional(z.string()),
  metadata: z.optional(z.string()),
});
