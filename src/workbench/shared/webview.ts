import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from './disposables';
import { webviewHtml } from './webview-html';

/** The pages that the build makes, one bundle each in `dist/webviews`. */
export type PageName = 'chat' | 'evals' | 'gate' | 'studio';

/**
 * The host's typed end of a page: sets up the document, delivers notifications, hands on requests. What is posted
 * before the page runs is not lost: a page asks for everything with its first request.
 */
export class PageHost<Request, Notification> implements vscode.Disposable {
  private readonly store = new DisposableStore();

  /**
   * @param onRequest called for each request of the page as it comes, also while an earlier one is still handled: a run
   *   that one of them waits for must be there to be stopped by the next
   * @param onError called when handling one throws
   */
  constructor(
    private readonly webview: vscode.Webview,
    extensionUri: vscode.Uri,
    page: PageName,
    title: string,
    onRequest: (request: Request) => Promise<void> | void,
    onError: (error: unknown) => void,
  ) {
    const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webviews');
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    this.store.add(
      webview.onDidReceiveMessage(async (request: Request) => {
        try {
          await onRequest(request);
        } catch (error) {
          onError(error);
        }
      }),
    );
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    webview.html = webviewHtml({
      title,
      nonce: randomBytes(16).toString('base64'),
      cspSource: webview.cspSource,
      script: file(`${page}.js`),
      styles: [file('codicon.css'), file(`${page}.css`)],
    });
  }

  post(notification: Notification): void {
    if (!this.store.disposed) {
      void this.webview.postMessage(notification);
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}

const openable = new Set(['https', 'http', 'mailto']);

/** Follows a link from a page in the person's browser; the editor asks first. Other schemes are not followed. */
export async function openLink(href: string): Promise<void> {
  const uri = vscode.Uri.parse(href, true);
  if (openable.has(uri.scheme)) {
    await vscode.env.openExternal(uri);
  }
}
