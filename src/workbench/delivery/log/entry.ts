import * as z from 'zod/mini';

/** What became of one agent in one deployment. Kept as a line of JSON; fields that a later version adds survive. */
export const DeployEntry = z.looseObject({
  /** ISO 8601. */
  at: z.string(),
  /** What the server is called, and its environment where it has several. */
  server: z.string(),
  environment: z.optional(z.string()),
  project: z.string(),
  agent: z.string(),
  /** `skipped` for one that did not go because of another. */
  outcome: z.enum(['deployed', 'refused', 'failed', 'cancelled', 'skipped']),
  /** The version that was live before, and the one that is now. */
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  /** How many files changed, in words: "1 new, 2 changed"; left out where it is not known. */
  files: z.optional(z.string()),
  /** What the evals said, in words, where they decided. */
  gate: z.optional(z.string()),
  /** Environment and version that it was promoted from. */
  promoted: z.optional(z.string()),
  /** The version that was brought back. */
  rollback: z.optional(z.string()),
  /** Why it was not deployed. */
  reason: z.optional(z.string()),
});
export type DeployEntry = z.infer<typeof DeployEntry>;

/** @returns an entry, or undefined for a line that is not one: cut off, or of another program. */
export function readEntry(line: string): DeployEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return DeployEntry.safeParse(value).data;
}

/** An entry as a line that a person reads. */
export function entryText(entry: DeployEntry): string {
  const {
    at,
    server,
    environment,
    project,
    agent,
    outcome,
    from,
    to,
    files,
    gate,
    promoted,
    rollback,
    reason,
  } = entry;
  const place = environment ? `${server} (${environment})` : server;
  const versions = [from && name(from), to && name(to)].filter(Boolean);
  const moved = versions.length === 2 && from === to ? `${versions[0]} kept` : versions.join(' → ');
  const parts = [
    at.replace('T', ' ').replace(/\.\d+Z$|Z$/, 'Z'),
    outcome.padEnd('cancelled'.length),
    `${project}/${agent}`,
    moved,
    promoted && `promoted from ${promoted}`,
    rollback && `rolled back to ${name(rollback)}`,
    `on ${place}`,
    files,
    gate && `evals: ${gate}`,
    reason,
  ];
  // One line an entry, whatever a server's message holds.
  return parts
    .filter((part) => part !== undefined && part !== '')
    .join('  ')
    .replaceAll(/[\r\n]+/g, ' ');
}

function name(semver: string): string {
  return `v${semver.replace(/^v/, '')}`;
}
