import type { SearchRequest } from '../../protocol';
import { badRequest } from '../http/problem';
import type { Query } from '../knowledge/search';

const mostResults = 100;
const usualResults = 10;

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
