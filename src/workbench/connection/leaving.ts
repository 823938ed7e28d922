import * as vscode from 'vscode';
import { abortSignal } from '../shared/errors';

/** Something on the chosen server that would break off were another one chosen. */
export interface Underway {
  /** A sentence that says what goes on: "Greeter is still working in the chat." */
  what: string;
  /** What is kept of it where it is ended, as sentences. */
  kept: string;
  /** Settles at its end, however it comes. Never rejects. */
  ended(): Promise<void>;
  /** Ends it there; settles once it has ended. Never rejects. */
  end(): Promise<void>;
}

/** Tells of what goes on, while something does. */
export type Watch = () => Underway | undefined;

const wait = 'Wait until It Is Done';
const now = 'Switch Now';

/** Who is to be asked before another server is chosen. */
export class Leaving {
  private readonly watches = new Set<Watch>();

  /** Has a person asked while the watch tells of something. */
  add(watch: Watch): vscode.Disposable {
    this.watches.add(watch);
    return { dispose: () => this.watches.delete(watch) };
  }

  /**
   * Settles once nothing breaks off any more: at once where nothing goes on, else as the person says.
   * @param label of the server that is to be chosen
   * @throws CancellationError where the person stays.
   */
  async leave(label: string): Promise<void> {
    for (let going = this.going(); going.length > 0; going = this.going()) {
      const detail = going.map(({ what, kept }) => `${what} ${kept}`).join('\n\n');
      const picked = await vscode.window.showWarningMessage(
        `Switch to ${label} and break off what goes on here?`,
        { modal: true, detail },
        wait,
        now,
      );
      if (picked === now) {
        await vscode.window.withProgress(
          { location: vscode.ProgressLocation.Notification, title: 'Ending what goes on here…' },
          () => Promise.all(going.map((one) => one.end())),
        );
        return;
      }
      if (picked !== wait) throw new vscode.CancellationError();
      await waitFor(going, label);
    }
  }

  private going(): Underway[] {
    return [...this.watches].flatMap((watch) => watch() ?? []);
  }
}

/** @throws CancellationError where the person does not want to wait any longer, and stays. */
async function waitFor(going: readonly Underway[], label: string): Promise<void> {
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Switching to ${label} when this is done: ${going.map(({ what }) => what).join(' ')}`,
      cancellable: true,
    },
    async (_, token) => {
      const { signal, end } = abortSignal(token);
      const left = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new vscode.CancellationError()), { once: true });
      });
      try {
        await Promise.race([left, Promise.all(going.map((one) => one.ended()))]);
      } finally {
        end();
      }
    },
  );
}
