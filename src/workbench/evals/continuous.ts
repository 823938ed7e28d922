import * as vscode from 'vscode';
import { DisposableStore } from '../shared/disposables';
import type { Workspaces } from '../shared/workspaces';
import type { EvalItem, EvalTree } from './tree';

/** How long saves gather, so that "save all" is one run. */
const quietMs = 200;

/** Runs cases again after each save of a file that they are about, until the token says stop. */
export class ContinuousRun implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly saved = new Map<string, vscode.Uri>();
  private timer: NodeJS.Timeout | undefined;
  private current: vscode.CancellationTokenSource | undefined;

  /** @param failed is told what keeps a run from being made or from ending */
  constructor(
    private readonly workspaces: Workspaces,
    private readonly tree: EvalTree,
    private readonly request: vscode.TestRunRequest,
    private readonly run: (items: vscode.TestItem[], token: vscode.CancellationToken) => Promise<unknown>,
    private readonly failed: (error: unknown) => void,
  ) {
    this.store.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (!workspaces.find(uri)) return;
        this.saved.set(uri.toString(), uri);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.again().catch(this.failed), quietMs);
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.current?.cancel();
    this.store.dispose();
  }

  /** Of two runs the newer one counts: the one under way is stopped. */
  private async again(): Promise<void> {
    const uris = [...this.saved.values()];
    this.saved.clear();
    await this.workspaces.settled();
    await this.tree.settled();
    const items = this.meant(uris);
    if (items.length === 0 || this.store.disposed) return;
    this.current?.cancel();
    const source = new vscode.CancellationTokenSource();
    this.current = source;
    await this.run(items, source.token);
  }

  /** A case's own file means that case, any other file of an agent all of its cases. */
  private meant(uris: readonly vscode.Uri[]): vscode.TestItem[] {
    const places = uris.flatMap((uri) => this.workspaces.find(uri) ?? []);
    const concerns = ({ project, agent, file }: EvalItem) =>
      places.some(({ project: other, path }) => {
        if (other.folder.toString() !== project.folder.toString()) return false;
        const isCase = agent.evals.some((one) => one.path === path);
        return isCase ? file.path === path : path === agent.configPath || agent.files.includes(path);
      });
    return this.tree
      .casesOf(this.request.include, this.request.exclude)
      .filter(concerns)
      .map(({ item }) => item);
  }
}
