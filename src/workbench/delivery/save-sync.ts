import * as vscode from 'vscode';
import type { Connection } from '../connection';
import { DisposableStore } from '../shared/disposables';
import { PoliteError, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import type { Drafts } from './drafts';

/** How long saves gather, so that "save all" is one sync. */
const quietMs = 100;

/** Syncs a project's draft after a save, where the setting says so and a server is connected already. */
export class SaveSync implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly abort = new AbortController();

  constructor(
    private readonly log: Log,
    workspaces: Workspaces,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
  ) {
    this.store.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        const project = workspaces.find(uri)?.project;
        if (project && this.wanted()) {
          this.later(project);
        }
      }),
    );
  }

  dispose(): void {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.abort.abort();
    this.store.dispose();
  }

  private wanted(): boolean {
    const { kind, server } = this.connection.state;
    const setting = vscode.workspace.getConfiguration('tavora').get<string>('syncOnSave', 'embedded');
    const here = setting === 'always' || (setting === 'embedded' && server.embedded);
    return here && kind === 'connected' && vscode.workspace.isTrusted;
  }

  private later(project: WorkspaceProject): void {
    const key = project.folder.toString();
    clearTimeout(this.timers.get(key));
    // Drafts takes one sync of a project at a time, and each sends what is newest by its turn.
    this.timers.set(
      key,
      setTimeout(async () => {
        this.timers.delete(key);
        try {
          await this.drafts.ensureSynced(project, this.abort.signal);
        } catch (error) {
          if (!this.abort.signal.aborted) {
            // Nobody asked for this sync, so nobody is interrupted: problems stand in the editor already.
            this.log.warn(
              `${error instanceof PoliteError ? 'Not synced on save' : 'Sync on save failed'}: ${sentence(error)}`,
            );
          }
        }
      }, quietMs),
    );
  }
}
