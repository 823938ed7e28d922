import * as vscode from 'vscode';

/** Passes the word that something happened in a session, so that every view of it reads it again. */
export class SessionActivity implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>();

  /** The id of a session with new steps, or with another status. */
  readonly onDidChange = this.changed.event;

  private readonly ended = new vscode.EventEmitter<string>();

  /** The id of a session whose run was followed here and is followed no more, however it ended. */
  readonly onDidEnd = this.ended.event;

  report(sessionId: string): void {
    this.changed.fire(sessionId);
  }

  /** Reports a session that is followed no more. */
  end(sessionId: string): void {
    this.changed.fire(sessionId);
    this.ended.fire(sessionId);
  }

  dispose(): void {
    this.changed.dispose();
    this.ended.dispose();
  }
}
