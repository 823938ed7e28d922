import type { SourceFiles } from '../../../project';

/** Whose files: an agent as one server knows it. Everything that is needed to ask for them again later. */
export interface AgentSource {
  /** The server as the records name it: `embedded`, or an origin. */
  server: string;
  project: string;
  environment: string;
  /** The agent's id in its files. */
  agentId: string;
  /** The server's own id of the agent; "" where no server has seen it. */
  serverId: string;
}

/** Which of an agent's files: a deployed version, the server's draft, or the state with a source hash. */
export type Which =
  | { kind: 'version'; id: string; semver: string }
  | { kind: 'draft' }
  | { kind: 'source'; hash: string };

/** The files of an agent at one time. */
export interface Snapshot {
  files: SourceFiles;
  /** False where a server gives only parts: what is not in `files` is then unknown, not absent. */
  complete: boolean;
  /** Present when it is known. */
  sourceHash?: string;
}

/** @returns what a person calls it: "v1.2.0", "draft", or the first figures of a hash. */
export function whichLabel(which: Which): string {
  switch (which.kind) {
    case 'version':
      return `v${which.semver.replace(/^v/, '')}`;
    case 'draft':
      return 'draft';
    case 'source':
      return which.hash.replace(/^sha256:/, '').slice(0, 8);
  }
}
