import path from 'node:path';
import type * as vscode from 'vscode';
import type { DeployResult, Manifest } from '../../../protocol';
import { sentence } from '../../shared/errors';
import type { Log } from '../../shared/log';
import { Archive } from './archive';

/**
 * Keeps what goes to servers. A disk that refuses keeps nobody from syncing or deploying: it is said in the log, and
 * that state is then known only where the server keeps it.
 */
export class Recorder {
  readonly archive: Archive;

  constructor(
    context: vscode.ExtensionContext,
    private readonly log: Log,
  ) {
    const storage = context.storageUri ?? context.globalStorageUri;
    this.archive = new Archive(path.join(storage.fsPath, 'archive'));
  }

  /** Keeps the files of a manifest that a server has taken. */
  async synced({ project, agents }: Manifest): Promise<void> {
    await this.keep(async () => {
      for (const { id, sourceHash, files } of agents) {
        await this.archive.record(
          { project, agentId: id },
          sourceHash,
          files.map((file) => ({ path: file.path, bytes: Buffer.from(file.content, 'base64') })),
        );
      }
    });
  }

  /**
   * Notes which source each deployed version was made of.
   * @param hashes the source hash of each agent
   * @param from the environment that it was promoted from
   */
  async deployed(
    at: { server: string; project: string; environment: string },
    { agents, deployedAt }: DeployResult,
    hashes: ReadonlyMap<string, string>,
    from?: string,
  ): Promise<void> {
    const { server, project, environment } = at;
    await this.keep(async () => {
      for (const { localId, versionId, semver } of agents) {
        const sourceHash = hashes.get(localId);
        if (sourceHash) {
          const entry = { server, environment, versionId, semver, sourceHash, deployedAt };
          await this.archive.recordVersion(
            { project, agentId: localId },
            { ...entry, ...(from ? { from } : {}) },
          );
        }
      }
    });
  }

  async renamed(project: string, from: string, to: string): Promise<void> {
    await this.keep(() => this.archive.renamed({ project, agentId: from }, { project, agentId: to }));
  }

  private async keep(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.log.warn(`What was sent is not kept in this workspace: ${sentence(error)}`);
    }
  }
}
