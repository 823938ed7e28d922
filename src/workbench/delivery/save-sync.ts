import * as vscode from 'vscode';
import type { Connection } from '../connection';
import { DisposableStore } from '../shared/disposables';
import { PoliteError, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import type { Drafts } from './drafts';

/** How long saves gather, so that "save all" is one sync. */
const quietMs = 100;

/** Work during which nothing is sent after a save. */
interface Hold {
  /** Whether something was saved that would have been sent. */
  saved: boolean;
}

/** Syncs a project's draft after a save, where the setting says so and a server is connected already. */
export class SaveSync implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** By the folders of projects. */
  private readonly holds = new Map<string, Set<Hold>>();
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

  /**
   * Sends nothing after saves of a project while a task runs. What was saved meanwhile is sent when the task is done, and
   * not at all where it fails or is given up: it would replace what the person has just kept from being taken.
   */
  async holdDuring<T>(project: WorkspaceProject, task: () => Promise<T>): Promise<T> {
    const key = keyOf(project);
    const hold: Hold = { saved: this.forget(key) };
    const holds = this.holds.get(key) ?? new Set();
    this.holds.set(key, holds.add(hold));
    let done = false;
    try {
      const result = await task();
      done = true;
      return result;
    } finally {
      holds.delete(hold);
      if (done && hold.saved && this.wanted()) {
        this.later(project);
      }
    }
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
    const key = keyOf(project);
    this.forget(key);
    const holds = this.holds.get(key);
    if (holds && holds.size > 0) {
      for (const hold of holds) {
        hold.saved = true;
      }
      return;
    }
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

  /** @returns whether a sync was about to begin; it does not then. */
  private forget(key: string): boolean {
    clearTimeout(this.timers.get(key));
    return this.timers.delete(key);
  }
}

function keyOf({ folder }: WorkspaceProject): string {
  return folder.toString();
}
