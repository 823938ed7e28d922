import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { hashBytes } from '../../../project';
import { namesIn, readIfThere, writeAtomically } from '../../shared/atomic';
import { copyAgent } from './copy';
import type { TreeEntry, VersionEntry } from './entries';
import { type ArchiveLimits, usualLimits } from './limits';
import { type AgentPlace, ArchivePlaces, type VersionPlace } from './place';

/** Loaded with the first thing that is read. */
const reading = () => import('./entries');

/** A file of an agent: `path` relative to the folder with `tavora.jsonc`, with `/`. */
export interface SourceBytes {
  path: string;
  bytes: Uint8Array;
}

/** Tells which states of an agent's source are still spoken of, by their hashes: these are kept whatever their age. */
export type Spoken = (agent: AgentPlace) => Promise<ReadonlySet<string>>;

/**
 * What this workspace has sent to servers: the files of each sync and deployment of an agent, stored once by
 * content. Everything is written whole or not at all and never changed, so that two windows can share it; what
 * cannot be read any more counts as not kept.
 */
export class Archive {
  private readonly places: ArchivePlaces;
  private readonly recorded = new Map<string, number>();
  private spoken: Spoken = async () => new Set();

  /** @param folder where it lies, made when something is kept */
  constructor(
    folder: string,
    private readonly limits: ArchiveLimits = usualLimits,
  ) {
    this.places = new ArchivePlaces(folder);
  }

  /** Has states that others speak of stay. @param spoken asked when the oldest are to go; when it fails, none does */
  keepSpoken(spoken: Spoken): void {
    this.spoken = spoken;
  }

  /**
   * Keeps a state of an agent's source. The oldest states that were never deployed go when there are too many.
   * @throws what the disk throws.
   */
  async record(agent: AgentPlace, sourceHash: string, files: readonly SourceBytes[]): Promise<void> {
    const tree = this.places.tree(agent, sourceHash);
    if (await this.files(agent, sourceHash)) {
      // Seen again: the last to go.
      await touch(tree);
      return;
    }
    const hashed = files.map(({ path: file, bytes }) => ({ path: file, bytes, sha256: hashBytes(bytes) }));
    await Promise.all(hashed.map((one) => this.putBlob(agent, one.sha256, one.bytes)));
    const entry: TreeEntry = {
      ...agent,
      sourceHash,
      recordedAt: new Date().toISOString(),
      files: hashed.map(({ path: file, sha256 }) => ({ path: file, sha256 })),
    };
    await writeAtomically(tree, JSON.stringify(entry));
    await this.pruneNowAndThen(agent);
  }

  /** Notes which source a deployed version was made of. */
  async recordVersion(agent: AgentPlace, entry: VersionEntry): Promise<void> {
    await writeAtomically(this.places.version(agent, entry), JSON.stringify(entry));
  }

  /** @returns the files of a state of source, or undefined when it is not kept, or not whole. */
  async files(agent: AgentPlace, sourceHash: string): Promise<SourceBytes[] | undefined> {
    const { readEntry, TreeEntry } = await reading();
    const entry = readEntry(TreeEntry, await readIfThere(this.places.tree(agent, sourceHash)));
    if (!entry) return undefined;
    const files = await Promise.all(
      entry.files.map(async ({ path: file, sha256 }) => {
        const bytes = await readIfThere(this.places.blob(agent, sha256));
        return bytes && hashBytes(bytes) === sha256 ? { path: file, bytes } : undefined;
      }),
    );
    const whole = files.filter((file) => file !== undefined);
    return whole.length === files.length ? whole : undefined;
  }

  /** @returns what is known of a version that this workspace deployed, or undefined. */
  async version(agent: AgentPlace, version: VersionPlace): Promise<VersionEntry | undefined> {
    const { readEntry, VersionEntry } = await reading();
    return readEntry(VersionEntry, await readIfThere(this.places.version(agent, version)));
  }

  /** @returns the versions of an agent that this workspace deployed to a server, newest first. */
  async versions(agent: AgentPlace, server: string, environment: string): Promise<VersionEntry[]> {
    const { readEntry, VersionEntry } = await reading();
    const folder = this.places.versions(agent);
    const entries = await Promise.all(
      (await namesIn(folder)).map(async (name) =>
        readEntry(VersionEntry, await readIfThere(path.join(folder, name))),
      ),
    );
    return entries
      .filter((entry) => entry !== undefined)
      .filter((entry) => entry.server === server && entry.environment === environment)
      .sort((a, b) => (a.deployedAt < b.deployedAt ? 1 : -1));
  }

  /** Lets an agent's new id find what its old one kept; what stands under the old id stays. */
  async renamed(from: AgentPlace, to: AgentPlace): Promise<void> {
    await copyAgent(this.places.agent(from), this.places.agent(to));
  }

  private async putBlob(agent: AgentPlace, sha256: string, bytes: Uint8Array): Promise<void> {
    const file = this.places.blob(agent, sha256);
    const there = await readIfThere(file);
    if (there && Buffer.compare(there, bytes) === 0) {
      // Young again, so that a window that tidies up just now leaves it for the tree that follows.
      await touch(file);
    } else {
      await writeAtomically(file, bytes);
    }
  }

  private async pruneNowAndThen(agent: AgentPlace): Promise<void> {
    const key = this.places.agent(agent);
    const count = (this.recorded.get(key) ?? 0) + 1;
    this.recorded.set(key, count % this.limits.pruneEvery);
    if (count >= this.limits.pruneEvery) {
      const { prune } = await import('./prune');
      await prune(this.places, agent, this.limits, await this.spoken(agent));
    }
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now);
}
