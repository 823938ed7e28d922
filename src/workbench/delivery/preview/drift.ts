/** A version that is live on a server. */
export interface LiveVersion {
  versionId: string;
  semver: string;
  /** When it was made, ISO 8601; "" when the server does not say. */
  at: string;
  /** Who made it, where the server says. */
  by?: string;
  /** Source hash of its files, where the server says or it was deployed from here. */
  hash?: string;
}

/** What a server has of one agent now. */
export interface ServerAgent {
  serverId: string;
  localId: string;
  live?: LiveVersion;
  /**
   * Source hash of the staged draft; "" when nothing is staged, undefined when the server does not say whose draft
   * it holds.
   */
  draft?: string;
}

/** What a working tree has seen of one agent on a server. */
export interface Seen {
  /** The version that the files are based on: deployed, pulled or restored from here. */
  base?: { versionId: string; semver: string };
  /** Source hash of the draft that was synced last from here. */
  synced?: string;
}

/** A way in which a server is not as the working tree last saw it. */
export type Drift =
  /** Another version is live than the one that the files are based on. */
  | { kind: 'live'; base?: { versionId: string; semver: string }; now: LiveVersion }
  /** Nothing is live any more. */
  | { kind: 'undeployed'; seen: string }
  /** The staged draft was not synced from here; a deployment replaces it. */
  | { kind: 'draft' }
  /** The agent is not on the server any more. */
  | { kind: 'lost'; seen: string };

/**
 * Says how a server has moved on since a working tree last saw it. Files that are the same on both sides are no
 * drift, whoever brought them there.
 * @param local source hash of the agent's files in the working tree
 */
export function driftOf(local: string, server: ServerAgent | undefined, seen: Seen): Drift[] {
  const { base } = seen;
  if (!server) {
    return base ? [{ kind: 'lost', seen: base.semver }] : [];
  }
  const found: Drift[] = [];
  const { live, draft } = server;
  if (live) {
    const known = live.versionId === base?.versionId || live.hash === local;
    if (!known) {
      found.push({ kind: 'live', now: live, ...(base ? { base } : {}) });
    }
  } else if (base) {
    found.push({ kind: 'undeployed', seen: base.semver });
  }
  const ours = draft === local || draft === live?.hash || draft === seen.synced;
  if (draft && !ours) {
    found.push({ kind: 'draft' });
  }
  return found;
}
