import type * as vscode from 'vscode';
import { agentSourceHash, fileUsers } from '../../../project';
import type { ReceivedAgent, ReceivedSource, Texts } from '../../../project/merge';
import { PoliteError } from '../../shared/errors';
import type { WorkspaceProject } from '../../shared/workspaces';
import type { AgentPlace, Archive } from '../archive';
import { type AgentSource, versionUri } from '../files';
import type { AgentRecord } from '../records';

/** The three sides of a merge. */
export interface Sides {
  base: Texts;
  ours: Texts;
  theirs: Texts;
  /** The agents whose common state with the server is not kept here. */
  unknown: string[];
  /** The ids of agents here that are not pulled, by the files that they use. */
  users: ReadonlyMap<string, readonly string[]>;
}

/** Reads the sides of a merge: what both came from, what is on disk, and what the server gave. */
export class SideReader {
  /** @param server the key that the records use */
  constructor(
    private readonly archive: Archive,
    private readonly project: WorkspaceProject,
    private readonly server: string,
  ) {}

  /** @param record what is known of an agent on the server. @throws PoliteError for a file here that is no text. */
  async read(source: ReceivedSource, record: (agentId: string) => AgentRecord | undefined): Promise<Sides> {
    const base = new Map<string, string>();
    const unknown: string[] = [];
    for (const { id, sourceHash, paths, partial } of source.agents) {
      const files = await this.common(id, record(id));
      for (const [path, text] of files ?? []) {
        if (!partial || paths.includes(path)) base.set(path, text);
      }
      const here = this.project.agent(id);
      if (!files && here && here.sourceHash !== sourceHash) {
        unknown.push(id);
      }
    }
    const ours = await this.ours([...base.keys(), ...source.files.keys()]);
    return { base, ours, theirs: source.files, unknown, users: fileUsers(this.notIn(source.agents)) };
  }

  /** What stands on disk of some paths. */
  async ours(paths: Iterable<string>): Promise<Texts> {
    const texts = new Map<string, string>();
    for (const path of new Set(paths)) {
      const bytes = await this.project.files.read(path);
      if (bytes) {
        const text = decode(bytes);
        if (text === undefined) {
          throw new PoliteError(
            `Nothing was pulled: ${path} is no UTF-8 text here, so that it cannot be merged. Save it as UTF-8, or move it away.`,
          );
        }
        texts.set(path, text);
      }
    }
    return texts;
  }

  /** Keeps a source in this workspace, as what a later merge comes from. Parts of an agent are no state of it. */
  async keep({ agents, files }: ReceivedSource): Promise<void> {
    for (const { id, sourceHash, paths } of agents.filter(({ partial }) => !partial)) {
      const texts = new Map(paths.map((path) => [path, files.get(path) ?? '']));
      await this.archive.record(this.place(id), sourceHash, bytesOf(texts));
    }
  }

  /** Keeps texts under an agent. @returns the address of each, for an editor that shows it read-only. */
  async show(agentId: string, texts: Texts): Promise<(path: string, beside?: vscode.Uri) => vscode.Uri> {
    const files = bytesOf(texts);
    const hash = agentSourceHash(files);
    await this.archive.record(this.place(agentId), hash, files);
    const agent: AgentSource = {
      server: this.server,
      project: this.project.project.name,
      environment: '',
      agentId,
      serverId: '',
    };
    return (path, beside) => versionUri(agent, { kind: 'source', hash }, path, beside);
  }

  /**
   * What this working tree and the server last had in common: what was sent or taken in last, else the version that
   * the files are based on, else the files themselves where they were sent as they are.
   */
  private async common(agentId: string, record: AgentRecord | undefined): Promise<Texts | undefined> {
    const place = this.place(agentId);
    const version =
      record?.base && (await this.archive.version(place, { server: this.server, ...record.base }));
    const hashes = [record?.common, version?.sourceHash, this.project.agent(agentId)?.sourceHash];
    for (const hash of hashes) {
      const files = hash ? await this.archive.files(place, hash) : undefined;
      if (files) {
        return new Map(files.map(({ path, bytes }) => [path, decode(bytes) ?? '']));
      }
    }
    return undefined;
  }

  /** The agents here that are not among those pulled; of one that is pulled in part, the files that are not known. */
  private notIn(pulled: readonly ReceivedAgent[]): { id: string; files: string[] }[] {
    return this.project.project.agents.map(({ id, files }) => {
      const one = pulled.find((agent) => agent.id === id);
      if (!one) return { id, files };
      return { id, files: one.partial ? files.filter((path) => !one.paths.includes(path)) : [] };
    });
  }

  private place(agentId: string): AgentPlace {
    return { project: this.project.project.name, agentId };
  }
}

function bytesOf(texts: Texts): { path: string; bytes: Uint8Array }[] {
  return [...texts].map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
}

/** @returns undefined for bytes that are not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
