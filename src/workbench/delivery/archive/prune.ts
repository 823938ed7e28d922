import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { allIn, isUnfinished, namesIn, readIfThere } from '../../shared/atomic';
import { readEntry, TreeEntry, VersionEntry } from './entries';
import type { ArchiveLimits } from './limits';
import { type AgentPlace, type ArchivePlaces, hexOf } from './place';

/**
 * Drops the oldest versions and states of an agent that are too many, and the bytes that only they held.
 * @param spoken hashes of states that stay, and do not count
 */
export async function prune(
  places: ArchivePlaces,
  agent: AgentPlace,
  limits: ArchiveLimits,
  spoken: ReadonlySet<string>,
): Promise<void> {
  const deployed = await pruneVersions(places, agent, limits);
  const trees = await byAge(places.trees(agent));
  const wanted = new Set([...spoken].map(treeName));
  const drafts = trees.filter(({ name }) => !deployed.has(name) && !wanted.has(name));
  const dropped = new Set(drafts.slice(limits.drafts).map(({ file }) => file));
  await Promise.all([...dropped].map((file) => rm(file, { force: true })));
  const kept = trees.filter(({ file }) => !dropped.has(file));
  const entries = await Promise.all(
    kept.map(async ({ file }) => readEntry(TreeEntry, await readIfThere(file))),
  );
  const named = new Set(entries.flatMap((entry) => entry?.files.map(({ sha256 }) => hexOf(sha256)) ?? []));
  const before = Date.now() - limits.graceMs;
  for (const folder of [places.blobs(agent), places.trees(agent), places.versions(agent)]) {
    const spare = (await allIn(folder)).filter(
      (name) => isUnfinished(name) || (folder === places.blobs(agent) && !named.has(name)),
    );
    for (const name of spare) {
      const file = path.join(folder, name);
      if ((await ageOf(file)) < before) await rm(file, { force: true });
    }
  }
}

/** @returns the names of the trees of the versions that stay. */
async function pruneVersions(
  places: ArchivePlaces,
  agent: AgentPlace,
  limits: ArchiveLimits,
): Promise<Set<string>> {
  const files = await byAge(places.versions(agent));
  await Promise.all(files.slice(limits.versions).map(({ file }) => rm(file, { force: true })));
  const kept = await Promise.all(
    files.slice(0, limits.versions).map(async ({ file }) => readEntry(VersionEntry, await readIfThere(file))),
  );
  return new Set(kept.flatMap((entry) => (entry ? [treeName(entry.sourceHash)] : [])));
}

function treeName(sourceHash: string): string {
  return `${hexOf(sourceHash)}.json`;
}

/** @returns the finished files of a folder, newest first. */
async function byAge(folder: string): Promise<{ name: string; file: string }[]> {
  const files = await Promise.all(
    (await namesIn(folder)).map(async (name) => {
      const file = path.join(folder, name);
      return { name, file, at: await ageOf(file) };
    }),
  );
  return files.sort((a, b) => b.at - a.at);
}

/** @returns when a file was written last, in milliseconds; one that is gone counts as new. */
async function ageOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Number.POSITIVE_INFINITY;
    throw error;
  }
}
