import type { ChunkHit, DocumentHit } from '../../protocol';
import type { Result } from './search';
import { shorten } from './shorten';

const previewLength = 240;

/** A result as the wire shows a passage. */
export function chunkHit(result: Result): ChunkHit {
  return {
    chunk_id: chunkId(result),
    document_id: result.document_id,
    filename: result.filename,
    document_name: result.name,
    document_metadata: JSON.parse(result.metadata),
    content: result.content,
    score: result.score,
    chunk_index: result.chunk_index,
    metadata: {
      index_id: result.index_id,
      headings: result.headings.split('\n').filter(Boolean),
      ...(result.page === null ? {} : { page: result.page }),
    },
  };
}

/** A result as the wire shows a document. */
export function documentHit(result: Result): DocumentHit {
  return {
    document_id: result.document_id,
    index_id: result.index_id,
    filename: result.filename,
    document_name: result.name,
    document_metadata: JSON.parse(result.metadata),
    parent_id: result.parent_id,
    content_sha256: result.content_sha256,
    score: result.score,
    best_chunk: {
      chunk_id: chunkId(result),
      chunk_index: result.chunk_index,
      preview: shorten(result.content, previewLength),
    },
  };
}

/** Passages have no row of their own to a client: their document and place name them. */
function chunkId({ document_id, chunk_index }: Result): string {
  return `${document_id}:${chunk_index}`;
}
