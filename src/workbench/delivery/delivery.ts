import * as vscode from 'vscode';
import type { DeployResult, Issue, SyncResult } from '../../protocol';
import { assertTrusted, type Connection } from '../connection';
import { offer, registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import type { Log } from '../shared/log';
import { saveInside } from '../shared/save-inside';
import { askTarget, type Target } from '../shared/targets';
import type { Workspaces } from '../shared/workspaces';
import type { Deploying, DeployOptions } from './deploying';
import type { Drafts } from './drafts';
import type { Snapshots } from './files';
import type { DeployEntry } from './log/entry';
import { fatalIssues } from './refusal';
import { SaveSync } from './save-sync';
import { firstOf, showProblems, working } from './work';

/** The commands that bring a project to the server: validate, sync, deploy, and the sync on save. */
export class Delivery implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private made: Promise<Deploying> | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: Log,
    private readonly workspaces: Workspaces,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
    private readonly snapshots: Snapshots,
  ) {
    this.store.add(new SaveSync(log, workspaces, connection, drafts));
    this.store.add(
      registerCommands(log, {
        'tavora.validate': (value) => this.validate(value),
        'tavora.sync': (value) => this.sync(value),
        'tavora.deploy': (value) => this.deploy(value),
        'tavora.acceptDeploy': async () => (await this.deploying()).answer('deploy'),
        'tavora.cancelDeploy': async () => (await this.deploying()).answer('cancel'),
        'tavora.showDeployLog': async () => (await this.deploying()).recorder.show(),
      }),
    );
  }

  /** @returns the log of this workspace's deployments, newest first. */
  async entries(): Promise<DeployEntry[]> {
    return await (await this.deploying()).recorder.entries();
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
      : await working(`Validating ${name}`, true, ({ signal }) => this.drafts.validate(project, signal));
    const all = [...project.project.issues, ...issues];
    if (all.length === 0) {
      offer(this.log, vscode.window.showInformationMessage, `${name} has no problems.`, []);
    } else {
      offer(this.log, vscode.window.showWarningMessage, `${name} has problems: ${firstOf(all)}`, [
        showProblems,
      ]);
    }
    return all;
  }

  private async sync(value: unknown): Promise<SyncResult> {
    const { project, agentId } = await this.prepare(value);
    const { name } = project.project;
    const result = await working(`Syncing ${name}`, false, ({ signal }) =>
      this.drafts.sync(project, signal, agentId ? [agentId] : undefined),
    );
    const warnings = result.serverIssues ?? [];
    const { label } = this.connection.state.server;
    if (warnings.length > 0) {
      const message = `${name} is synced to ${label}, which warns: ${firstOf(warnings)}`;
      offer(this.log, vscode.window.showWarningMessage, message, [showProblems]);
    } else {
      vscode.window.setStatusBarMessage(`$(cloud-upload) ${name} is synced to ${label}`, 5_000);
    }
    return result;
  }

  private async deploy(value: unknown): Promise<DeployResult> {
    const target = await this.prepare(value);
    return await (await this.deploying()).deploy(target, optionsOf(value));
  }

  /** Loaded when first asked for, as most windows never deploy. */
  private deploying(): Promise<Deploying> {
    this.made ??= import('./deploying').then(({ Deploying }) => {
      const { context, log, workspaces, connection, drafts, snapshots } = this;
      return this.store.add(new Deploying(context, { log, workspaces, connection, drafts, snapshots }));
    });
    return this.made;
  }

  /** @returns the target with its files saved and read. */
  private async prepare(value: unknown): Promise<Target> {
    assertTrusted();
    const { project, agentId } = await askTarget(this.workspaces, value);
    await saveInside(this.workspaces, project);
    return { project: await this.workspaces.fresh(project), ...(agentId ? { agentId } : {}) };
  }
}

/** How a deployment was asked for, by whoever ran the command. */
function optionsOf(value: unknown): DeployOptions {
  if (typeof value !== 'object' || value === null) {
    return {};
  }
  const { agreed, rollback } = value as Record<string, unknown>;
  return {
    ...(agreed === true ? { agreed } : {}),
    ...(typeof rollback === 'string' ? { rollback } : {}),
  };
}
