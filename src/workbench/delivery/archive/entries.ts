import * as z from 'zod/mini';

/** One state of an agent's source, as it was sent to a server. */
export const TreeEntry = z.looseObject({
  project: z.string(),
  agentId: z.string(),
  sourceHash: z.string(),
  /** ISO 8601. */
  recordedAt: z.string(),
  files: z.array(z.looseObject({ path: z.string(), sha256: z.string() })),
});
export type TreeEntry = z.infer<typeof TreeEntry>;

/** What this workspace deployed. */
export const VersionEntry = z.looseObject({
  server: z.string(),
  environment: z.string(),
  versionId: z.string(),
  semver: z.string(),
  sourceHash: z.string(),
  /** ISO 8601. */
  deployedAt: z.string(),
  /** The environment that it was promoted from, as it is called; left out for one of the working tree. */
  from: z.optional(z.string()),
});
export type VersionEntry = z.infer<typeof VersionEntry>;

/** @returns an entry, or undefined for bytes that are not one: cut off, or of another program. */
export function readEntry<T extends z.ZodMiniObject>(
  schema: T,
  bytes: Uint8Array | undefined,
): z.infer<T> | undefined {
  if (!bytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  return schema.safeParse(value).data;
}
