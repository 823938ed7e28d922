import type * as vscode from 'vscode';
import type { ServerInfo } from '../connection';

/** What is known of one agent on one server. Hashes are `sha256:` source hashes, times ISO 8601. */
export interface AgentRecord {
  /** The server's id of the agent; left out when it does not have it any more. */
  serverId?: string;
  synced?: { hash: string; at: string };
  /** `hash` is "" for a version that was deployed from somewhere else. */
  deployed?: { hash: string; at: string; semver: string; versionId: string };
  /** The version that the working tree is based on: deployed, pulled or restored from here, or the same as it. */
  base?: { semver: string; versionId: string };
  /** Source hash that working tree and server last had in common: sent from here, taken in, or found to be the same. */
  common?: string;
}

/** By the agent's id. */
export type ProjectRecords = Record<string, AgentRecord>;

type Book = Record<string, Record<string, ProjectRecords>>;

const key = 'tavora.drafts';

/** The records of each server, environment and project, kept with the workspace. */
export class Records {
  constructor(private readonly memory: vscode.Memento) {}

  get(server: ServerInfo, project: string): ProjectRecords {
    return this.memory.get<Book>(key, {})[serverKey(server)]?.[project] ?? {};
  }

  async set(server: ServerInfo, project: string, records: ProjectRecords): Promise<void> {
    const book = this.memory.get<Book>(key, {});
    const name = serverKey(server);
    await this.memory.update(key, { ...book, [name]: { ...book[name], [project]: records } });
  }
}

/**
 * Names what agents live in: a server, the project that its key is for, and an environment. The embedded runtime
 * listens on another port each time, and is still the same server.
 */
export function serverKey({ embedded, origin, project, environment }: ServerInfo): string {
  const server = embedded ? 'embedded' : origin;
  return [server, ...(project || environment ? [project ?? '', environment ?? ''] : [])].join('#');
}
