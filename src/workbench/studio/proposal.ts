import * as vscode from 'vscode';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';

/** A file as it is to become. */
export interface ProposedFile {
  uri: vscode.Uri;
  isNew: boolean;
  text: string;
}

const scheme = 'tavora-proposal';

/** What would become of files, in the editor's multi-diff. One object a window. */
export class Proposals implements vscode.Disposable {
  private readonly store = new DisposableStore();
  /** The texts of the last diff of each title, by their paths; `query` sets them apart from those of the one before. */
  private readonly shown = new Map<string, { query: string; texts: ReadonlyMap<string, string> }>();
  private count = 0;
  /** The opening or closing of a diff that goes on: one after the other, or two would stand beside each other. */
  private working: Promise<unknown> = Promise.resolve();

  constructor() {
    this.store.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        provideTextDocumentContent: ({ path, query }) =>
          [...this.shown.values()].find((one) => one.query === query)?.texts.get(path),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Shows a diff, in the place of one of the same title, which stays until the person closes it. */
  async show(title: string, files: readonly ProposedFile[]): Promise<void> {
    await this.open(title, this.take(title, files), files);
  }

  /**
   * Shows a diff, and asks. The question may stand while another diff of the same title is shown; that one's texts are
   * not what it asked about, so it writes nothing any more.
   * @returns whether the person wants it; the diff is closed then.
   * @throws PoliteError when it is wanted, and another is shown
   */
  async ask(title: string, files: readonly ProposedFile[]): Promise<boolean> {
    const query = this.take(title, files);
    try {
      await this.open(title, query, files);
      const names = files.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ');
      const answer = await vscode.window.showInformationMessage(
        `Write the suggestion into ${names}?`,
        'Write',
        'Discard',
      );
      if (answer === 'Write' && !this.isShown(title, query)) {
        throw new PoliteError(
          'The suggestion is not written: its diff was shown anew in the meantime. Apply it again.',
        );
      }
      return answer === 'Write';
    } finally {
      if (this.isShown(title, query)) {
        this.shown.delete(title);
        await this.next(() => this.close(title));
      }
    }
  }

  /** Has a title stand for these texts from now on. @returns what sets them apart */
  private take(title: string, files: readonly ProposedFile[]): string {
    this.count += 1;
    const query = `${this.count}`;
    this.shown.set(title, { query, texts: new Map(files.map(({ uri, text }) => [uri.path, text])) });
    return query;
  }

  private isShown(title: string, query: string): boolean {
    return this.shown.get(title)?.query === query;
  }

  private async open(title: string, query: string, files: readonly ProposedFile[]): Promise<void> {
    const rows = files.map(({ uri, isNew }) => [
      uri,
      isNew ? undefined : uri,
      vscode.Uri.from({ scheme, path: uri.path, query }),
    ]);
    await this.next(async () => {
      await this.close(title);
      await vscode.commands.executeCommand('vscode.changes', title, rows);
    });
  }

  private async next(work: () => Promise<void>): Promise<void> {
    const done = this.working.then(work, work);
    this.working = done;
    await done;
  }

  /** @param title of the diff; the editor puts the number of its files behind it. */
  private async close(title: string): Promise<void> {
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ label }) => label === title || label.startsWith(`${title} (`));
    await vscode.window.tabGroups.close(tabs);
  }
}
