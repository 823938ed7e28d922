import { createHash } from 'node:crypto';
import path from 'node:path';

/** Whose source it is: an agent of a project by the ids that its files give. */
export interface AgentPlace {
  project: string;
  agentId: string;
}

/** A deployed version as a server names it. `server` is the key that the records use. */
export interface VersionPlace {
  server: string;
  versionId: string;
}

/** Where the archive keeps what, below its folder. Names are hashes, so that odd ids make no odd paths. */
export class ArchivePlaces {
  constructor(readonly root: string) {}

  agent({ project, agentId }: AgentPlace): string {
    return path.join(this.root, nameOf([project, agentId]));
  }

  trees(agent: AgentPlace): string {
    return path.join(this.agent(agent), 'trees');
  }

  /** @param sourceHash `sha256:` and hex, or what else a server calls a state of source */
  tree(agent: AgentPlace, sourceHash: string): string {
    return path.join(this.trees(agent), `${hexOf(sourceHash)}.json`);
  }

  versions(agent: AgentPlace): string {
    return path.join(this.agent(agent), 'versions');
  }

  version(agent: AgentPlace, { server, versionId }: VersionPlace): string {
    return path.join(this.versions(agent), `${nameOf([server, versionId])}.json`);
  }

  blobs(agent: AgentPlace): string {
    return path.join(this.agent(agent), 'blobs');
  }

  blob(agent: AgentPlace, hash: string): string {
    return path.join(this.blobs(agent), hexOf(hash));
  }
}

/** @returns the hex of a `sha256:` hash; for anything else the hex of its own hash. */
export function hexOf(hash: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/i.exec(hash)?.[1];
  return hex ? hex.toLowerCase() : createHash('sha256').update(hash).digest('hex');
}

function nameOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
