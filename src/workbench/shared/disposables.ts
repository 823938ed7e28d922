import type * as vscode from 'vscode';

/** Owns disposables: what is added after the end is disposed at once, so that a late arrival never leaks. */
export class DisposableStore implements vscode.Disposable {
  private readonly owned = new Set<vscode.Disposable>();
  private ended = false;

  get disposed(): boolean {
    return this.ended;
  }

  /** @returns the same disposable, now owned. */
  add<T extends vscode.Disposable>(one: T): T {
    if (this.ended) {
      one.dispose();
    } else {
      this.owned.add(one);
    }
    return one;
  }

  /** Disposes one early. */
  remove(one: vscode.Disposable): void {
    if (this.owned.delete(one)) {
      one.dispose();
    }
  }

  /** Disposes everything, the newest first, even when one of them throws; throws the first error at the end. */
  dispose(): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    const errors: unknown[] = [];
    for (const one of [...this.owned].reverse()) {
      try {
        one.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    this.owned.clear();
    if (errors.length > 0) {
      throw errors[0];
    }
  }
}
