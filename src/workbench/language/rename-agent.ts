import * as vscode from 'vscode';
import { ApiError } from '../../client';
import { type LanguageIndex, planAgentRename, RenameRefusal } from '../../project/language';
import { assertTrusted, confirmProduction, type ServerInfo } from '../connection';
import { belongingWords, countBelongings } from '../delivery';
import { registerCommands, reportError } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { abortSignal, PoliteError } from '../shared/errors';
import { saveDocument } from '../shared/save-document';
import type { Services } from '../shared/services';
import { askAgent } from '../shared/targets';
import type { WorkspaceProject } from '../shared/workspaces';
import { toWorkspaceEdit } from './convert';
import type { Indexes } from './indexes';

/**
 * Gives an agent another id: on the server first, so that it keeps its versions and sessions, then in its config.
 * When the server refuses, nothing is changed.
 */
export class RenameAgent implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private waiting: vscode.Disposable | undefined;

  constructor(
    private readonly services: Services,
    private readonly indexes: Indexes,
  ) {
    this.store.add(registerCommands(services.log, { 'tavora.renameAgent': (value) => this.ask(value) }));
  }

  dispose(): void {
    this.waiting?.dispose();
    this.store.dispose();
  }

  /** An id that the server has already must not be lost with an editor that is closed without saving. */
  saveOnceChanged(config: vscode.Uri): void {
    this.waiting?.dispose();
    this.waiting = vscode.workspace.onDidChangeTextDocument(async ({ document }) => {
      if (document.uri.toString() !== config.toString()) return;
      this.waiting?.dispose();
      try {
        await save(document);
      } catch (error) {
        reportError(this.services.log, error);
      }
    });
  }

  /**
   * Renames an agent on the server that knows it. One that no server knows is renamed in its file alone.
   * @throws CancellationError when the person does not want it; PoliteError in Restricted Mode or when the server
   *   cannot be reached; ApiError when it refuses.
   * @returns the server that has it under the new id now; undefined when none has.
   */
  async onServer(
    project: WorkspaceProject,
    oldId: string,
    newId: string,
    token: vscode.CancellationToken,
  ): Promise<ServerInfo | undefined> {
    const { connection, drafts } = this.services;
    if (connection.state.kind === 'connected') await drafts.refresh();
    const { serverId, deployed } = drafts.record(project, oldId) ?? {};
    if (!serverId) return undefined;
    assertTrusted();
    const { server } = connection.state;
    const { signal, end } = abortSignal(token);
    try {
      if (deployed) {
        const client = await drafts.client(project, signal);
        const has = belongingWords(await countBelongings(client, oldId, serverId, signal));
        const question = `Rename the agent "${oldId}" to "${newId}" on ${server.label} too?`;
        const detail = `It is deployed there, and keeps ${has}. Callers that name it by its id must use the new one.`;
        const picked = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Rename');
        if (picked !== 'Rename') throw new vscode.CancellationError();
      }
      await confirmProduction(server, `rename ${oldId} to ${newId}`);
      await drafts.rename(project, server, [oldId, newId], signal);
      return server;
    } catch (error) {
      // The record was of a server that has since lost the agent.
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    } finally {
      end();
    }
  }

  private async ask(value: unknown): Promise<void> {
    const { project, agentId } = await askAgent(this.services.workspaces, value);
    const index = this.indexes.of(project);
    const newId = await vscode.window.showInputBox({
      title: `Rename Agent: ${agentId}`,
      prompt: 'The new id, unique in the project',
      value: agentId,
      validateInput: (text) => problem(index, agentId, text),
    });
    if (newId === undefined || newId.trim() === agentId) return;
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Renaming ${agentId}`, cancellable: true },
      (_, token) => this.rename(project, agentId, newId.trim(), token),
    );
  }

  private async rename(
    project: WorkspaceProject,
    oldId: string,
    newId: string,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const plan = planAgentRename(this.indexes.of(project), oldId, newId);
    const onServer = await this.onServer(project, oldId, newId, token);
    const edit = toWorkspaceEdit(project, plan);
    if (await vscode.workspace.applyEdit(edit, { isRefactoring: true })) {
      for (const [uri] of edit.entries()) await save(await vscode.workspace.openTextDocument(uri));
      return;
    }
    if (onServer) {
      await this.services.drafts.rename(project, onServer, [newId, oldId], AbortSignal.timeout(30_000));
    }
    throw new PoliteError(`The editor could not change the id of ${oldId}, so it keeps its name.`);
  }
}

/** @throws PoliteError when the editor does not save, as when the file has changed on disk. */
async function save(document: vscode.TextDocument): Promise<void> {
  if (await saveDocument(document)) return;
  const name = vscode.workspace.asRelativePath(document.uri);
  throw new PoliteError(
    `${name} has the new id and is not saved: it has changed on disk. Compare and save it.`,
  );
}

/** @returns what is wrong with an id, as it is typed. */
function problem(index: LanguageIndex, oldId: string, newId: string): string | undefined {
  try {
    planAgentRename(index, oldId, newId);
    return undefined;
  } catch (error) {
    if (error instanceof RenameRefusal) return error.message;
    throw error;
  }
}
