/** How much an archive keeps. */
export interface ArchiveLimits {
  /** How many states that were never deployed, and that nobody speaks of, are kept of an agent. */
  drafts: number;
  /** How many deployed versions are kept of an agent. */
  versions: number;
  /** How many new states come between two times of tidying up. */
  pruneEvery: number;
  /** How old a file that nothing names must be before it goes, in milliseconds: another window may be writing. */
  graceMs: number;
}

export const usualLimits: ArchiveLimits = { drafts: 100, versions: 200, pruneEvery: 20, graceMs: 600_000 };
