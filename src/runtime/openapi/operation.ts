import type * as z from 'zod/mini';
import type { Family } from './families';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a request may carry, beside JSON. */
export type BodyType = 'application/json' | 'multipart/form-data';

/** What an answer may be, beside JSON. */
export type ResponseType =
  | 'application/json'
  | 'application/octet-stream'
  | 'text/csv'
  | 'text/event-stream'
  | 'text/html'
  | 'text/markdown';

/** One route of the API: what `openapi.json` says of it and what tests hold its answers against. */
export interface Operation {
  method: Method;
  /** Below `/api/sdk`, parameters in braces: `/indexes/{id}`. */
  path: string;
  /** What it is listed under. */
  family: Family;
  /** A few words; a heading. */
  summary: string;
  /** What the summary cannot say, in Markdown. */
  description?: string;
  /** The schema that the route reads its parameters with. */
  query?: z.ZodMiniObject;
  /** Parameters in headers, with what they are for; all may be left out. */
  headers?: Record<string, string>;
  /** The schema that the route reads its body with. */
  body?: z.ZodMiniType;
  /** JSON when left out. */
  bodyType?: BodyType;
  /** Of a success in JSON. */
  response?: z.ZodMiniType;
  /** Of one event’s data, of a success that is an event stream. */
  event?: z.ZodMiniType;
  /** JSON when left out; the first is the usual one. */
  responseTypes?: readonly ResponseType[];
  /** Of a success. */
  status: 200 | 201 | 204;
  /** Statuses of its own refusals, beside those that any request may meet. */
  errors: readonly number[];
  /** What the audit log says of a success that changes something. */
  audit?: string;
  /** True when the path stands beside `/api/sdk`, not below it. */
  outside?: true;
  /** How it is opened, where that is not the key in its header: by a token, by the key in either, or by nobody's. */
  security?: 'bearer' | 'key-or-bearer' | 'none';
}

/** Refusals that any request with a key may meet: no key, another site's page, a failure of the runtime. */
export const commonErrors = [401, 403, 500] as const;

/** @returns all refusals of an operation, in order. */
export function errorsOf({ errors, body, query, security }: Operation): number[] {
  const own = [...errors, ...(body ? [400, 413] : []), ...(query ? [400] : [])];
  const common = commonErrors.filter((status) => status !== 401 || security !== 'none');
  return [...new Set([...own, ...common])].sort((left, right) => left - right);
}
