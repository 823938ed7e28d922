import * as vscode from 'vscode';
import { buildManifest } from '../../project';
import type { Issue } from '../../protocol';
import type { Connection } from '../connection';
import { DisposableStore } from '../shared/disposables';
import { isCancellation, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject } from '../shared/workspaces';

/** From the last key to the question. */
const quietMs = 250;
const answerMs = 10_000;

/** Asks the validators of the connected server, once it is quiet, and drops what is stale by then. */
export class ServerChecks implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly waiting = new Map<string, { timer: NodeJS.Timeout; abort: AbortController }>();
  private unsupported = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
  ) {
    this.store.add(
      connection.onDidChange(({ kind }) => {
        if (kind !== 'connected') {
          this.cancelAll();
        }
      }),
    );
  }

  /**
   * Asks about the unsaved text of one module skill.
   * @param answer called with the server's findings unless the document has moved on.
   */
  skill(document: vscode.TextDocument, name: string, answer: (issues: Issue[]) => void): void {
    this.later(document.uri.toString(), async (signal) => {
      const { version } = document;
      const { origin } = this.connection.state.server;
      if (this.unsupported.has(origin)) {
        return;
      }
      const client = await this.connection.client(signal);
      const code = document.getText();
      const found = await client.skills.validate(
        { name, type: 'module', code },
        { signal, timeoutMs: answerMs },
      );
      if (found === 'unsupported') {
        this.unsupported.add(origin);
        this.log.info(`${origin} has no validator for skills; only the rules of this extension are used.`);
      } else if (!document.isClosed && document.version === version) {
        answer(found);
      }
    });
  }

  /**
   * Asks about the saved files of a project, unless they have problems already that no server would take: it
   * gets only the files that could be read, and would add that the others are missing.
   * @param answer called with the server's findings unless the files have changed since.
   */
  project(project: WorkspaceProject, answer: (issues: Issue[]) => void): void {
    this.later(project.folder.toString(), async (signal) => {
      const asked = project.project;
      if (asked.agents.length === 0 || asked.issues.some(({ severity }) => severity === 'fatal')) {
        answer([]);
        return;
      }
      const client = await this.connection.client(signal, project.folder.toString());
      const { issues } = await client.source.validate(buildManifest(asked), { signal, timeoutMs: answerMs });
      if (project.project === asked) {
        answer(issues);
      }
    });
  }

  /** Takes back what was to be asked. */
  cancel(uri: vscode.Uri): void {
    const key = uri.toString();
    const before = this.waiting.get(key);
    clearTimeout(before?.timer);
    before?.abort.abort();
    this.waiting.delete(key);
  }

  dispose(): void {
    this.cancelAll();
    this.store.dispose();
  }

  private cancelAll(): void {
    for (const { timer, abort } of this.waiting.values()) {
      clearTimeout(timer);
      abort.abort();
    }
    this.waiting.clear();
  }

  private later(key: string, ask: (signal: AbortSignal) => Promise<void>): void {
    this.cancel(vscode.Uri.parse(key));
    // A key press starts no runtime and opens no connection: that is left to what a person asks for.
    if (!vscode.workspace.isTrusted || this.connection.state.kind !== 'connected') {
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        await ask(abort.signal);
      } catch (error) {
        if (!isCancellation(error)) {
          this.log.warn(`The server did not check the source: ${sentence(error)}`);
        }
      }
    }, quietMs);
    this.waiting.set(key, { timer, abort });
  }
}
