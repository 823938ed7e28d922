import * as z from 'zod/mini';

/** The single line a runtime prints on stdout once it listens. */
export const ReadyLine = z.looseObject({
  url: z.string(),
  apiKey: z.string(),
  pid: z.number(),
  version: z.string(),
});
export type ReadyLine = z.infer<typeof ReadyLine>;

/** Path under which the REST surface lives, on every server. */
export const apiBase = '/api/sdk';

/** Header that carries the API key. */
export const apiKeyHeader = 'X-API-Key';

/** Header that names the folder a client syncs from, so that a server can warn of two authors. */
export const sourceHeader = 'X-Tavora-Source';
