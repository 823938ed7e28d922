/**
 * Types of the two inner modules of undici that the transport is made of. Importing them by path leaves fetch,
 * WebSocket, caches and mocks out of the bundle (286 kB instead of 523 kB, minified), and undici ships types
 * for its entry only.
 */
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici';
  export default Agent;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Readable } from 'node:stream';
  import type { Agent } from 'undici';

  interface RequestOptions {
    origin: string;
    path: string;
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    headers: Record<string, string>;
    body?: string;
    signal: AbortSignal;
    /** 0 turns undici's own, coarser timer off. */
    headersTimeout: number;
    bodyTimeout: number;
  }

  interface ResponseData {
    statusCode: number;
    headers: Record<string, string | string[] | undefined>;
    body: Readable;
  }

  export default function request(this: Agent, options: RequestOptions): Promise<ResponseData>;
}
