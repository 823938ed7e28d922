import { chunkMarkdown } from '../chunk';
import { serve } from '../worker-server';
import { extract } from './index';
import type { ReadAnswer, ReadRequest } from './reader';

// A file may be anything, also something made to hang or fill the memory of whoever opens it. It is read in
// this thread, which can be ended.
serve<ReadRequest, ReadAnswer>(async (request) => {
  if (request.kind === 'extract') return extract(request.format, request.bytes);
  return { chunks: chunkMarkdown(request.markdown) };
});
