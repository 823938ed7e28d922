import type * as vscode from 'vscode';
import { DisposableStore } from '../shared/disposables';
import { Deploying } from './deploying';
import { Promoting } from './environments/promoting';
import type { GateWatcher } from './gate-watcher';
import { DeployRecorder } from './log/recorder';
import { Asking } from './preview/asking';
import type { DeliveryServices } from './services';

/** The two ways by which something goes live, with the one preview and the one log that they share. */
export class Shipping implements vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly asking: Asking;
  /** The log of deployments. */
  readonly recorder: DeployRecorder;
  readonly deploying: Deploying;
  readonly promoting: Promoting;

  /** @param gate told of the evals that decide */
  constructor(services: DeliveryServices, gate: GateWatcher) {
    this.asking = this.store.add(new Asking(services));
    this.recorder = this.store.add(new DeployRecorder(services.context, services.log));
    this.deploying = new Deploying(services, this.asking, this.recorder, gate);
    this.promoting = new Promoting(services, this.asking, this.recorder, gate);
  }

  dispose(): void {
    this.store.dispose();
  }
}
