import * as vscode from 'vscode';
import type { DeployResult, Issue, SyncResult } from '../../protocol';
import { assertTrusted } from '../connection';
import { offer, registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { saveInside } from '../shared/save-inside';
import { askTarget, type Target } from '../shared/targets';
import type { DeployOptions, Rollback } from './deploying';
import type { GateWatcher } from './gate-watcher';
import type { DeployEntry } from './log/entry';
import type { GatePage } from './preview/gate-page';
import { fatalIssues } from './refusal';
import type { DeliveryServices } from './services';
import type { Shipping } from './shipping';
import { firstOf, showProblems, working } from './work';

/** The commands that bring a project to the server: validate, sync, deploy, promote. */
export class Delivery implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private made: Promise<Shipping> | undefined;

  /** @param gate told of the evals that decide on a deployment */
  constructor(
    private readonly services: DeliveryServices,
    private readonly gate: GateWatcher,
  ) {
    const { log } = services;
    this.store.add(
      registerCommands(log, {
        'tavora.validate': (value) => this.validate(value),
        'tavora.sync': (value) => this.sync(value),
        'tavora.deploy': (value) => this.deploy(value),
        'tavora.acceptDeploy': async () => (await this.shipping()).asking.answer('deploy'),
        'tavora.cancelDeploy': async () => (await this.shipping()).asking.answer('cancel'),
        'tavora.showDecidingEvals': async () => (await this.deciding())?.open(),
        'tavora.showDeployLog': async () => (await this.shipping()).recorder.show(),
        'tavora.promote': async (value) => (await this.shipping()).promoting.promote(value),
      }),
    );
  }

  /** @returns the page of the evals that decide on the deployment that is shown, if there is one. */
  async deciding(): Promise<GatePage | undefined> {
    return (await this.shipping()).asking.deciding;
  }

  /** @returns the log of this workspace's deployments, newest first. */
  async entries(): Promise<DeployEntry[]> {
    return await (await this.shipping()).recorder.entries();
  }

  /**
   * Brings a version's files live that are in the working tree again, without another question: whoever calls has asked.
   * @param rollback what they have agreed to
   * @throws CancellationError, PoliteError and ApiError when nothing goes live by it: PoliteError, too, when it would
   *   not be what was agreed to.
   */
  async rollBack({ project, agentId }: Target, rollback: Rollback): Promise<DeployResult> {
    const target = await this.prepare({ folder: project.folder, agentId });
    const { deploying } = await this.shipping();
    return await deploying.deploy(target, { agreed: true, confirmed: true, rollback });
  }

  dispose(): void {
    this.store.dispose();
  }

  private async validate(value: unknown): Promise<Issue[]> {
    const { project } = await this.prepare(value);
    const { name } = project.project;
    // A server gets only what could be read, and would add that the rest is missing.
    const broken = fatalIssues(project).length > 0;
    const issues = broken
      ? []
      : await working(`Validating ${name}`, true, ({ signal }) =>
          this.services.drafts.validate(project, signal),
        );
    const all = [...project.project.issues, ...issues];
    if (all.length === 0) {
      offer(this.services.log, vscode.window.showInformationMessage, `${name} has no problems.`, []);
    } else {
      offer(this.services.log, vscode.window.showWarningMessage, `${name} has problems: ${firstOf(all)}`, [
        showProblems,
      ]);
    }
    return all;
  }

  private async sync(value: unknown): Promise<SyncResult> {
    const { project, agentId } = await this.prepare(value);
    const { name } = project.project;
    const result = await working(`Syncing ${name}`, false, ({ signal }) =>
      this.services.drafts.sync(project, signal, agentId ? [agentId] : undefined),
    );
    const warnings = result.serverIssues ?? [];
    const { label } = this.services.connection.state.server;
    if (warnings.length > 0) {
      const message = `${name} is synced to ${label}, which warns: ${firstOf(warnings)}`;
      offer(this.services.log, vscode.window.showWarningMessage, message, [showProblems]);
    } else {
      vscode.window.setStatusBarMessage(`$(cloud-upload) ${name} is synced to ${label}`, 5_000);
    }
    return result;
  }

  private async deploy(value: unknown): Promise<DeployResult> {
    const target = await this.prepare(value);
    return await (await this.shipping()).deploying.deploy(target, optionsOf(value));
  }

  /** Loaded when first asked for, as most windows never deploy. */
  private shipping(): Promise<Shipping> {
    this.made ??= import('./shipping').then(({ Shipping }) =>
      this.store.add(new Shipping(this.services, this.gate)),
    );
    return this.made;
  }

  /** @returns the target with its files saved and read. */
  private async prepare(value: unknown): Promise<Target> {
    assertTrusted();
    const { project, agentId } = await askTarget(this.services.workspaces, value);
    await saveInside(this.services.workspaces, project);
    return { project: await this.services.workspaces.fresh(project), ...(agentId ? { agentId } : {}) };
  }
}

/** How a deployment was asked for, by whoever ran the command. */
function optionsOf(value: unknown): DeployOptions {
  if (typeof value !== 'object' || value === null) {
    return {};
  }
  const { agreed } = value as Record<string, unknown>;
  return agreed === true ? { agreed } : {};
}
