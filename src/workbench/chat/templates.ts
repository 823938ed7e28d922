import type * as vscode from 'vscode';
import type { PromptTemplate } from '../../protocol';
import { DisposableStore } from '../shared/disposables';
import { sentence } from '../shared/errors';
import type { Services } from '../shared/services';

/** The prompt templates of the connected server. It is never started or connected for their sake. */
export class Templates implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private known: readonly PromptTemplate[] = [];

  constructor(
    private readonly services: Services,
    private readonly onChange: () => void,
  ) {
    this.store.add(services.connection.onDidChange(() => void this.read()));
  }

  get list(): readonly PromptTemplate[] {
    return this.known;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async read(): Promise<void> {
    const { connection, log } = this.services;
    let found: readonly PromptTemplate[] = [];
    if (connection.state.kind === 'connected') {
      try {
        found = (await (await connection.client()).templates.list()) ?? [];
      } catch (error) {
        log.warn(
          `The prompt templates of ${connection.state.server.label} could not be read: ${sentence(error)}`,
        );
      }
    }
    if (!this.store.disposed && found.length + this.known.length > 0) {
      this.known = found;
      this.onChange();
    }
  }
}
