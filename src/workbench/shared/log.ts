import * as vscode from 'vscode';

/** The output channel "Tavora": what happened, for a person who looks for the cause of something. */
export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Tavora', { log: true });

  debug(message: string): void {
    this.channel.debug(message);
  }

  info(message: string): void {
    this.channel.info(message);
  }

  warn(message: string): void {
    this.channel.warn(message);
  }

  /** @param cause its stack is written too when it is an error. */
  error(message: string, cause?: unknown): void {
    this.channel.error(message);
    if (cause !== undefined) {
      this.channel.error(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    }
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
