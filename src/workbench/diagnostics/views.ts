import * as vscode from 'vscode';
import { type RuleView, readLevels, type ServerFacts } from '../../project';
import type { Connection } from '../connection';
import { DisposableStore } from '../shared/disposables';
import { isCancellation, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject } from '../shared/workspaces';

const answerMs = 10_000;
/** Between two questions to the same server; a secret that somebody else puts into a vault is known this late. */
const freshMs = 30_000;

/** How a person sees the rules: by their settings, and by what the connected server has. */
export class RuleViews implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly views = new Map<string, RuleView>();
  private facts: ServerFacts | undefined;
  private asking = new AbortController();
  private askedAt = 0;

  /** The rules may say something else of every file. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
  ) {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('tavora.rules')) {
          this.forget();
        }
      }),
    );
    this.store.add(connection.onDidChange(({ kind }) => (kind === 'connected' ? this.ask() : this.drop())));
  }

  /** @returns the same value while nothing changes. */
  of({ folder }: WorkspaceProject): RuleView {
    const key = folder.toString();
    const known = this.views.get(key);
    if (known) {
      return known;
    }
    const levels = readLevels(vscode.workspace.getConfiguration('tavora', folder).get('rules'));
    const view: RuleView = { levels, ...(this.facts ? { server: this.facts } : {}) };
    this.views.set(key, view);
    return view;
  }

  /** Asks the server again when its last answer is old: someone may have put a secret into a vault. */
  refresh(): void {
    if (Date.now() - this.askedAt > freshMs) {
      this.ask();
    }
  }

  /** Asks the connected server what it has, however new its last answer is. */
  ask(): void {
    if (this.connection.state.kind !== 'connected') {
      return;
    }
    this.asking.abort();
    this.asking = new AbortController();
    this.askedAt = Date.now();
    void this.read(this.asking.signal);
  }

  dispose(): void {
    this.asking.abort();
    this.store.dispose();
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { label, embedded } = this.connection.state.server;
    try {
      const client = await this.connection.client(signal);
      const o = { signal, timeoutMs: answerMs };
      const [secrets, models] = await Promise.all([
        this.part('secrets', client.vaults.secretNames(o)),
        this.part('models', client.models.ids(o)),
      ]);
      const facts: ServerFacts = {
        label,
        hosted: !embedded,
        ...(secrets ? { secrets } : {}),
        ...(models ? { models } : {}),
      };
      if (!signal.aborted && JSON.stringify(facts) !== JSON.stringify(this.facts)) {
        this.facts = facts;
        this.forget();
      }
    } catch (error) {
      if (!isCancellation(error)) {
        this.log.info(`${label} could not be asked what it has: ${sentence(error)}`);
      }
    }
  }

  /** One part that cannot be had does not keep the other away. */
  private async part<T>(what: string, answer: Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.log.info(`The server does not tell which ${what} it has: ${sentence(error)}`);
      return undefined;
    }
  }

  private drop(): void {
    this.asking.abort();
    if (this.facts) {
      this.facts = undefined;
      this.forget();
    }
  }

  private forget(): void {
    this.views.clear();
    this.changed.fire();
  }
}
