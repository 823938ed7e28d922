import * as vscode from 'vscode';
import { ApiError } from '../../../client';
import { folderOf } from '../../../project';
import { assertTrusted, type Connection, confirmProduction, type ServerInfo } from '../../connection';
import { offer, registerCommands } from '../../shared/commands';
import { DisposableStore } from '../../shared/disposables';
import { PoliteError, type Remedy, sentence } from '../../shared/errors';
import { exists } from '../../shared/exists';
import type { Log } from '../../shared/log';
import { saveInside } from '../../shared/save-inside';
import { askAgent } from '../../shared/targets';
import type { WorkspaceProject, Workspaces } from '../../shared/workspaces';
import type { Drafts } from '../drafts';
import { working } from '../work';
import { type Belongings, belongingWords, countBelongings } from './belongings';
import { ownFiles } from './own-files';

type Part = 'server' | 'files' | 'both';

/** Deletes an agent: what the server has of it, its files, or both. */
export class DeleteAgent implements vscode.Disposable {
  private readonly store = new DisposableStore();

  constructor(
    private readonly log: Log,
    private readonly workspaces: Workspaces,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
  ) {
    this.store.add(registerCommands(log, { 'tavora.deleteAgent': (value) => this.delete(value) }));
  }

  dispose(): void {
    this.store.dispose();
  }

  private async delete(value: unknown): Promise<void> {
    assertTrusted();
    const asked = await askAgent(this.workspaces, value);
    const { agentId } = asked;
    await saveInside(this.workspaces, asked.project);
    const project = await this.workspaces.fresh(asked.project);
    const { server } = this.connection.state;
    const files = await ownFiles(project, agentId);
    const has = await this.onServer(project, agentId);
    const part = await this.askPart(agentId, files, has, server);
    if (part !== 'files') {
      await confirmProduction(server, `delete ${agentId}`);
      await working(`Deleting ${agentId} on ${server.label}`, false, ({ signal }) =>
        this.drafts.delete(project, server, agentId, signal),
      );
    }
    const remedies: Remedy[] = [];
    if (part !== 'server') {
      try {
        const kept = await readFiles(project, files);
        await deleteFiles(project, files);
        await this.workspaces.fresh(project);
        remedies.push({ label: 'Bring Files Back', run: () => this.bringBack(kept) });
      } catch (error) {
        if (part === 'files') throw error;
        const message = `${agentId} was deleted on ${server.label}, and its files were not: ${sentence(error)}`;
        throw new PoliteError(message, [], { cause: error });
      }
    }
    const where = {
      server: `on ${server.label}`,
      files: 'from the working tree',
      both: `on ${server.label} and from the working tree`,
    };
    const message = `Deleted ${agentId} ${where[part]}.`;
    this.log.info(message);
    offer(this.log, vscode.window.showInformationMessage, message, remedies);
  }

  /** Writes deleted files where they were, but for those that are there again. */
  private async bringBack(kept: readonly Kept[]): Promise<void> {
    for (const { uri, bytes } of kept) {
      if (!(await exists(uri))) {
        await vscode.workspace.fs.writeFile(uri, bytes);
      }
    }
    await this.workspaces.reload();
  }

  /** @returns undefined when the server does not have the agent, or cannot be asked. */
  private async onServer(project: WorkspaceProject, agentId: string): Promise<Belongings | undefined> {
    try {
      return await working(`Looking at what ${agentId} has`, false, async ({ signal }) => {
        const found = (await this.drafts.onServer(project, signal)).find(
          ({ localId }) => localId === agentId,
        );
        if (!found) {
          return undefined;
        }
        const client = await this.drafts.client(project, signal);
        return await countBelongings(client, agentId, found.serverId, signal);
      });
    } catch (error) {
      if (
        error instanceof ApiError ||
        error instanceof PoliteError ||
        this.connection.state.kind === 'failed'
      ) {
        this.log.warn(`Only the files of ${agentId} can be deleted now: ${sentence(error)}`);
        return undefined;
      }
      throw error;
    }
  }

  private async askPart(
    agentId: string,
    files: readonly string[],
    has: Belongings | undefined,
    { label }: ServerInfo,
  ): Promise<Part> {
    const count = files.length === 1 ? '1 file' : `${files.length} files`;
    const detail = [
      has
        ? `On ${label} go with it: ${belongingWords(has)}. Sessions may stay readable there. It cannot be taken back.`
        : `${label} does not have it, or could not be asked.`,
      `In the working tree: ${count} that no other agent uses. They go to the trash, where the system has one.`,
    ].join('\n\n');
    const items: [string, Part][] = has
      ? [
          ['Delete Both', 'both'],
          ['On the Server Only', 'server'],
          ['Files Only', 'files'],
        ]
      : [['Delete Files', 'files']];
    const labels = items.map(([text]) => text);
    const question = `Delete the agent "${agentId}"?`;
    const picked = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...labels);
    const part = items.find(([text]) => text === picked)?.[1];
    if (!part) {
      throw new vscode.CancellationError();
    }
    return part;
  }
}

interface Kept {
  uri: vscode.Uri;
  bytes: Uint8Array;
}

async function readFiles(project: WorkspaceProject, files: readonly string[]): Promise<Kept[]> {
  return await Promise.all(
    files.map(async (path) => {
      const uri = project.uri(path);
      return { uri, bytes: await vscode.workspace.fs.readFile(uri) };
    }),
  );
}

/**
 * Moves files to the trash, where the system has one, and takes the folders away that they leave empty.
 * @throws PoliteError when the editor does not delete them; they are all there then.
 */
async function deleteFiles(project: WorkspaceProject, files: readonly string[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const path of files) {
    edit.deleteFile(project.uri(path), { ignoreIfNotExists: true });
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new PoliteError(
      'The editor did not delete the files; they are where they were. Close them and try again.',
    );
  }
  const folders = new Set(files.map(folderOf).flatMap(selfAndParents));
  // The innermost first, as a folder is empty once those in it are gone.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    await deleteIfEmpty(project.uri(folder));
  }
}

function selfAndParents(folder: string): string[] {
  const parts = folder.split('/').filter(Boolean);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function deleteIfEmpty(folder: vscode.Uri): Promise<void> {
  const entries = (await exists(folder)) ? await vscode.workspace.fs.readDirectory(folder) : undefined;
  if (entries?.length === 0) {
    await vscode.workspace.fs.delete(folder);
  }
}
