import type * as vscode from 'vscode';
import type { Diagnostics } from '../diagnostics';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import { HostCommands } from './hosts';
import { SecretCommands } from './secrets';
import { ResourcesView } from './view';

export type { ResourceRow } from './rows';

/** What agents need beside their source: the secrets of a server's vaults, and the hosts that skills may call. */
export class ServerResources implements vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly view: ResourcesView;

  constructor(services: Services, diagnostics: Diagnostics) {
    this.view = this.store.add(new ResourcesView(services));
    const secrets = new SecretCommands(services, async () => {
      diagnostics.askServerAgain();
      await this.view.reread();
    });
    const hosts = new HostCommands(services, () => this.view.reread());
    this.store.add(
      registerCommands(services.log, {
        'tavora.refreshResources': () => this.view.refresh(),
        'tavora.addSecret': (value) => secrets.add(value),
        'tavora.replaceSecret': (value) => secrets.replace(value),
        'tavora.deleteSecret': (value) => secrets.delete(value),
        'tavora.allowHost': (value) => hosts.allow(value),
        'tavora.removeHost': (value) => hosts.remove(value),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }
}
