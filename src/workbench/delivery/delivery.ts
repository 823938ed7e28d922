import * as vscode from 'vscode';
import type { DeployResult, Issue, SyncResult } from '../../protocol';
import { assertTrusted, type Connection, confirmProduction } from '../connection';
import { offer, registerCommands, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { abortSignal } from '../shared/errors';
import type { Log } from '../shared/log';
import { askTarget, type Target } from '../shared/targets';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import type { Drafts } from './drafts';
import { fatalIssues, refusal } from './refusal';
import { SaveSync } from './save-sync';

interface Work {
  signal: AbortSignal;
  /** Says what is being done. */
  step(message: string): void;
}

/** The commands that bring a project to the server: validate, sync, deploy, and the sync on save. */
export class Delivery implements vscode.Disposable {
  private readonly store = new DisposableStore();

  constructor(
    private readonly log: Log,
    private readonly workspaces: Workspaces,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
  ) {
    this.store.add(new SaveSync(log, workspaces, connection, drafts));
    this.store.add(
      registerCommands(log, {
        'tavora.validate': (value) => this.validate(value),
        'tavora.sync': (value) => this.sync(value),
        'tavora.deploy': (value) => this.deploy(value),
      }),
    );
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
      : await this.working(`Validating ${name}`, true, (work) => this.check(project, work));
    const all = [...project.project.issues, ...issues];
    if (all.length === 0) {
      offer(this.log, vscode.window.showInformationMessage, `${name} has no problems.`, []);
    } else {
      offer(this.log, vscode.window.showWarningMessage, `${name} has problems: ${first(all)}`, [
        showProblems,
      ]);
    }
    return all;
  }

  private async sync(value: unknown): Promise<SyncResult> {
    const { project, agentId } = await this.prepare(value);
    const { name } = project.project;
    const result = await this.working(`Syncing ${name}`, false, ({ signal }) =>
      this.drafts.sync(project, signal, agentId ? [agentId] : undefined),
    );
    const warnings = result.serverIssues ?? [];
    const { label } = this.connection.state.server;
    if (warnings.length > 0) {
      const message = `${name} is synced to ${label}, which warns: ${first(warnings)}`;
      offer(this.log, vscode.window.showWarningMessage, message, [showProblems]);
    } else {
      vscode.window.setStatusBarMessage(`$(cloud-upload) ${name} is synced to ${label}`, 5_000);
    }
    return result;
  }

  private async deploy(value: unknown): Promise<DeployResult> {
    const target = await this.prepare(value);
    const { project, agentId } = target;
    const { name } = project.project;
    const ids = agentId ? [agentId] : undefined;
    await confirmProduction(this.connection.state.server, `deploy ${agentId ?? name}`);
    return await this.working(`Deploying ${agentId ?? name}`, true, async (work) => {
      const fatal = fatalIssues(project, ids);
      if (fatal.length > 0) {
        throw refusal(`Deployment of ${agentId ?? name}`, fatal);
      }
      work.step('checking');
      const found = (await this.check(project, work, ids)).filter(({ severity }) => severity === 'fatal');
      if (found.length > 0) {
        throw refusal(`${this.connection.state.server.label}: deployment of ${agentId ?? name}`, found);
      }
      work.step('syncing');
      const before = this.stands(project);
      await this.drafts.sync(project, work.signal, ids);
      const hashes = this.drafts.syncedHashes(project);
      work.step('deploying');
      const client = await this.drafts.client(project, work.signal);
      const request = { ...this.drafts.scope(project), ...(agentId ? { localAgentId: agentId } : {}) };
      const result = await client.source.deploy(request, { signal: work.signal });
      await this.drafts.deployed(project, result, hashes);
      this.tell(target, result, before);
      return result;
    });
  }

  /** @returns the target with its files saved and read. */
  private async prepare(value: unknown): Promise<Target> {
    assertTrusted();
    const { project, agentId } = await askTarget(this.workspaces, value);
    const inside = vscode.workspace.textDocuments.filter(
      (document) => document.isDirty && this.workspaces.find(document.uri)?.project.folder === project.folder,
    );
    await Promise.all(inside.map((document) => document.save()));
    return { project: await this.workspaces.fresh(project), ...(agentId ? { agentId } : {}) };
  }

  /** @returns what the server finds in the files, which is shown in the editor too. */
  private async check(project: WorkspaceProject, work: Work, agentIds?: string[]): Promise<Issue[]> {
    const client = await this.drafts.client(project, work.signal);
    const manifest = this.drafts.manifest(project, agentIds);
    const { issues } = await client.source.validate(manifest, { signal: work.signal });
    this.drafts.receive(project, issues);
    return issues;
  }

  /** @returns the deployed hash of each agent. */
  private stands(project: WorkspaceProject): Map<string, string> {
    return new Map(
      project.project.agents.flatMap(({ id }) => {
        const deployed = this.drafts.record(project, id)?.deployed;
        return deployed ? [[id, deployed.hash]] : [];
      }),
    );
  }

  private tell({ project, agentId }: Target, result: DeployResult, before: Map<string, string>): void {
    const changes = result.agents.map(({ localId, semver }) => {
      const hash = before.get(localId);
      const now = this.drafts.record(project, localId)?.deployed?.hash;
      const change = hash === undefined ? 'new' : hash === now ? 'unchanged' : 'changed';
      return `${localId} v${semver.replace(/^v/, '')} (${change})`;
    });
    const warnings = result.serverIssues ?? [];
    const message = `Deployed ${project.project.name}: ${changes.join(', ')}.`;
    const [only] = result.agents;
    const agent = agentId ?? (result.agents.length === 1 ? only?.localId : undefined);
    const target = { folder: project.folder, ...(agent ? { agentId: agent } : {}) };
    this.log.info(message);
    const remedies = [
      { label: 'Chat', run: () => runCommand('tavora.chat', target) },
      { label: 'Show', run: () => runCommand('tavora.revealAgent', target) },
    ];
    if (warnings.length > 0) {
      const text = `${message} The server warns: ${first(warnings)}`;
      offer(this.log, vscode.window.showWarningMessage, text, [showProblems, ...remedies]);
    } else {
      offer(this.log, vscode.window.showInformationMessage, message, remedies);
    }
  }

  /** Shows progress in a notification that can be cancelled, or in the status bar. */
  private async working<T>(title: string, notify: boolean, task: (work: Work) => Promise<T>): Promise<T> {
    const location = notify ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window;
    return await vscode.window.withProgress(
      { location, title, cancellable: notify },
      async (progress, token) => {
        const { signal, end } = abortSignal(token);
        try {
          return await task({ signal, step: (message) => progress.report({ message }) });
        } finally {
          end();
        }
      },
    );
  }
}

const showProblems = {
  label: 'Show Problems',
  run: () => vscode.commands.executeCommand('workbench.actions.view.problems'),
};

/** @returns the first issue, and how many more there are. */
function first(issues: readonly Issue[]): string {
  const [one] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${one?.file ? `${one.file}: ` : ''}${one?.message ?? ''}${more}`;
}
