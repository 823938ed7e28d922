import * as vscode from 'vscode';
import type { DeployResult, Issue } from '../../protocol';
import type { Connection } from '../connection';
import { offer, runCommand } from '../shared/commands';
import type { Log } from '../shared/log';
import type { Target } from '../shared/targets';
import type { Drafts } from './drafts';
import { failedEvals } from './preview/failed-evals';
import type { DeployPlan } from './preview/plan';
import { versionName } from './preview/summary';
import { deployThroughGate } from './preview/through-gate';
import { fatalIssues, refusal } from './refusal';
import { firstOf, showProblems, type Work } from './work';

/** A deployment that was agreed to: checks, syncs, passes the gate, and tells what became of it. */
export class Deployment {
  constructor(
    private readonly log: Log,
    private readonly connection: Connection,
    private readonly drafts: Drafts,
  ) {}

  /** @throws PoliteError for problems that must be fixed first. */
  assertSound({ project, agentId }: Target): void {
    const fatal = fatalIssues(project, agentId ? [agentId] : undefined);
    if (fatal.length > 0) {
      throw refusal(`Deployment of ${agentId ?? project.project.name}`, fatal);
    }
  }

  /**
   * Asks the server what it finds in the files, and shows it in the editor.
   * @returns what it warns of.
   * @throws PoliteError for what it would refuse.
   */
  async check({ project, agentId }: Target, ids: readonly string[], signal: AbortSignal): Promise<Issue[]> {
    const issues = await this.drafts.validate(project, signal, ids);
    const fatal = issues.filter(({ severity }) => severity === 'fatal');
    if (fatal.length > 0) {
      const what = `${this.connection.state.server.label}: deployment of ${agentId ?? project.project.name}`;
      throw refusal(what, fatal);
    }
    return issues;
  }

  /**
   * Makes what was planned live.
   * @throws PoliteError when evals refuse it; ApiError for every other refusal.
   */
  async make({ project, agentId }: Target, plan: DeployPlan, work: Work): Promise<DeployResult> {
    const ids = agentId ? [agentId] : undefined;
    work.step('syncing');
    const { agents } = await this.drafts.sync(project, work.signal, ids);
    const hashes = this.drafts.syncedHashes(project);
    const gated = plan.agents.flatMap(({ id, gated }) => {
      const serverId = gated && agents.find(({ localId }) => localId === id)?.agentId;
      return serverId ? [{ localId: id, serverId }] : [];
    });
    work.step('deploying');
    const client = await this.drafts.client(project, work.signal);
    const request = { ...this.drafts.scope(project), ...(agentId ? { localAgentId: agentId } : {}) };
    let result: DeployResult;
    try {
      result = await deployThroughGate(client, request, gated, work);
    } catch (error) {
      throw failedEvals(agentId ?? project.project.name, error) ?? error;
    }
    await this.drafts.deployed(project, result, hashes);
    return result;
  }

  /** Says what has become live, and offers to look at it. */
  tell({ project, agentId }: Target, plan: DeployPlan, result: DeployResult): void {
    const kinds = new Map(plan.agents.map(({ id, kind }) => [id, kind === 'first' ? 'new' : kind]));
    const versions = result.agents.map(({ localId, semver }) => {
      const kind = kinds.get(localId);
      return `${localId} ${versionName(semver)} (${kind === undefined || kind === 'unknown' ? 'changed' : kind})`;
    });
    const shown = versions.slice(0, 5).join(', ');
    const more = versions.length > 5 ? ` and ${versions.length - 5} more` : '';
    const message = `Deployed ${project.project.name}: ${shown}${more}.`;
    const [only] = result.agents;
    const agent = agentId ?? (result.agents.length === 1 ? only?.localId : undefined);
    const target = { folder: project.folder, ...(agent ? { agentId: agent } : {}) };
    this.log.info(message);
    const remedies = [
      { label: 'Chat', run: () => runCommand('tavora.chat', target) },
      { label: 'Show', run: () => runCommand('tavora.revealAgent', target) },
    ];
    const warnings = result.serverIssues ?? [];
    if (warnings.length > 0) {
      const text = `${message} The server warns: ${firstOf(warnings)}`;
      offer(this.log, vscode.window.showWarningMessage, text, [showProblems, ...remedies]);
    } else {
      offer(this.log, vscode.window.showInformationMessage, message, remedies);
    }
  }
}
