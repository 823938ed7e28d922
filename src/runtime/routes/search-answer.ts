import type { ChunkHit, DocumentHit, SearchRequest } from '../../protocol';
import { badRequest } from '../http/problem';
import type { Query, Result } from '../knowledge/search';
import { shorten } from '../knowledge/shorten';

const mostResults = 100;
const usualResults = 10;
const previewLength = 240;

/** @throws Problem 400 naming the field that does not fit. */
export function readSearch(body: SearchRequest, signal: AbortSignal): Query {
  const { query, top_k: count = usualResults, min_score: minScore = 0, result_type: type } = body;
  if (!query.trim()) throw badRequest('The field "query" is empty.', { field: 'query' });
  if (!Number.isInteger(count) || count < 1 || count > mostResults) {
    throw badRequest(`The field "top_k" must be a whole number from 1 to ${mostResults}.`, {
      field: 'top_k',
    });
  }
  if (!(minScore >= 0 && minScore <= 1)) {
    throw badRequest('The field "min_score" must be a number from 0 to 1.', { field: 'min_score' });
  }
  return { text: query, count, minScore, byDocument: type === 'document', signal };
}

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
