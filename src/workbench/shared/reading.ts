import * as vscode from 'vscode';
import { DisposableStore } from './disposables';

/** Texts that are opened to be read, each by a name that its tab shows and whose ending says the language. */
export class Reading implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.Uri>());

  readonly onDidChange = this.changed.event;

  /**
   * @param scheme of the addresses, unique in the editor
   * @param texts what makes each text, by its name
   */
  constructor(
    private readonly scheme: string,
    private readonly texts: Readonly<Record<string, () => string | Promise<string>>>,
  ) {
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  /** Opens a text as it is now. */
  async open(name: string): Promise<void> {
    this.refresh(name);
    const document = await vscode.workspace.openTextDocument(this.uri(name));
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** Makes a text anew, where it is open. */
  refresh(name: string): void {
    this.changed.fire(this.uri(name));
  }

  /** The address of a text. */
  uri(name: string): vscode.Uri {
    return vscode.Uri.from({ scheme: this.scheme, path: `/${name}` });
  }

  async provideTextDocumentContent({ path }: vscode.Uri): Promise<string> {
    const name = path.slice(1);
    return Object.hasOwn(this.texts, name) ? ((await this.texts[name]?.()) ?? '') : '';
  }

  dispose(): void {
    this.store.dispose();
  }
}
