import * as z from 'zod/mini';

/**
 * Shared pieces of the wire's schemas.
 *
 * Objects are loose everywhere: a server may add fields at any time, and a client keeps and shows what it
 * does not know rather than failing on it.
 */

/** Opaque identifier: a UUID or `doc_…`; never parsed. */
export const Id = z.string();

/** ISO 8601 in UTC. Kept as text so that an odd server's value survives unchanged. */
export const Timestamp = z.string();

/** Free-form JSON object. */
export const JsonObject = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof JsonObject>;

/** A number that some servers send as null or leave out; read as 0. */
export const Count = z.pipe(
  z.optional(z.nullable(z.number())),
  z.transform((value) => value ?? 0),
);

/** Text that some servers send as null or leave out; read as "". */
export const Text = z.pipe(
  z.optional(z.nullable(z.string())),
  z.transform((value) => value ?? ''),
);

/** Text that may be absent: null and a missing field are one thing to a reader. */
export const OptionalText = z.optional(z.nullable(z.string()));

/**
 * A field that arrives either parsed or as a string of JSON (`skills_json`, `stores_json`). A string that is
 * not JSON is kept as it is.
 */
export const JsonOrText = z.pipe(
  z.optional(z.unknown()),
  z.transform((value): unknown => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }),
);
