import { type TavoraClient, unlessUnserved } from '../../../client';
import type { SourceFiles } from '../../../project';
import type { ServerInfo } from '../../connection';
import { PoliteError } from '../../shared/errors';
import type { Archive } from '../archive';
import { versionFromServer } from '../files/server-files';
import type { LiveVersion, ServerAgent } from '../preview/drift';
import { type ProjectRecords, serverKey } from '../records';
import { serverAgents } from '../server-state';

/** A version that is, or was, live in an environment, with all of its files. */
export interface LiveSource {
  agent: ServerAgent;
  version: LiveVersion;
  files: SourceFiles;
}

/** One environment, whether it is the chosen one or not, as a promotion reads it. */
export class EnvironmentReader {
  constructor(
    readonly server: ServerInfo,
    readonly project: string,
    readonly client: TavoraClient,
    private readonly archive: Archive,
  ) {}

  /** The same by another client of it. */
  by(client: TavoraClient): EnvironmentReader {
    return client === this.client
      ? this
      : new EnvironmentReader(this.server, this.project, client, this.archive);
  }

  get scope(): { project: string; environment?: string } {
    const { environment } = this.server;
    return { project: this.project, ...(environment ? { environment } : {}) };
  }

  /** What the environment has of the project. @param known what was recorded of it. Throws as `serverAgents`. */
  async agents(known: ProjectRecords, signal: AbortSignal): Promise<ServerAgent[]> {
    return await serverAgents(this.client, this.scope, known, { signal });
  }

  /** The versions of an agent, newest first; what is live alone where the server lists none. */
  async versions({ serverId, live }: ServerAgent, signal: AbortSignal): Promise<LiveVersion[]> {
    const versions = await unlessUnserved(this.client.configs.versions(serverId, { signal }));
    if (!versions) return live ? [live] : [];
    return versions.map(({ id, semver, created_at, source_hash }) => ({
      versionId: id,
      semver,
      at: created_at,
      ...(source_hash ? { hash: source_hash } : {}),
    }));
  }

  /** A version with all of its files. @throws PoliteError when they are known nowhere. */
  async source(agent: ServerAgent, version: LiveVersion, signal: AbortSignal): Promise<LiveSource> {
    const files = await this.files(agent, version, signal);
    if (!files) {
      throw new PoliteError(
        `The files of ${agent.localId} v${version.semver} are not known: ${this.server.label} does not give them out, and this workspace did not deploy it. Deploy it from its working tree instead.`,
      );
    }
    return { agent, version, files };
  }

  /** @returns whether a version went there from this workspace. */
  async isOurs(agentId: string, { versionId }: LiveVersion): Promise<boolean> {
    const place = { project: this.project, agentId };
    return (await this.archive.version(place, { server: serverKey(this.server), versionId })) !== undefined;
  }

  /** @returns undefined when neither this workspace nor the server has all of them. */
  async files(
    { localId, serverId }: ServerAgent,
    { versionId, hash }: LiveVersion,
    signal: AbortSignal,
  ): Promise<SourceFiles | undefined> {
    const place = { project: this.project, agentId: localId };
    const server = serverKey(this.server);
    const known = hash ?? (await this.archive.version(place, { server, versionId }))?.sourceHash;
    const kept = known ? await this.archive.files(place, known) : undefined;
    if (kept) {
      return new Map(kept.map(({ path, bytes }) => [path, bytes]));
    }
    const { environment = '' } = this.scope;
    const source = { server, project: this.project, environment, agentId: localId, serverId };
    const found = await versionFromServer(this.client, source, versionId, undefined, signal);
    return found.complete ? found.files : undefined;
  }
}
