import type * as vscode from 'vscode';
import { registerCommands } from '../../shared/commands';
import type { PromoteTools } from './promote';

/** The command that takes what is live in one environment to the next. */
export class Promotions implements vscode.Disposable {
  private readonly registered: vscode.Disposable;

  constructor(tools: PromoteTools) {
    this.registered = registerCommands(tools.log, {
      'tavora.promote': async (value) => {
        const { promote } = await import('./promote');
        await promote(tools, value);
      },
    });
  }

  dispose(): void {
    this.registered.dispose();
  }
}
