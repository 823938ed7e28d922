import path from 'node:path';
import type * as vscode from 'vscode';
import type { DeployResult } from '../../../protocol';
import type { Connection } from '../../connection';
import { DisposableStore } from '../../shared/disposables';
import { isCancellation, sentence } from '../../shared/errors';
import type { Log } from '../../shared/log';
import { Reading } from '../../shared/reading';
import { type Gate, gateWords } from '../preview/gate';
import { changing, type DeployPlan } from '../preview/plan';
import { countsText } from '../preview/summary';
import { DeployLog } from './deploy-log';
import { type DeployEntry, entryText } from './entry';

const document = 'Tavora Deployments.log';

/** What is noted of a deployment beside its plan. */
export interface Noted {
  /** What the evals said in the end, by the agent's id. */
  gates: ReadonlyMap<string, Gate>;
  /** The version that was brought back. */
  rollback?: string;
}

/** Keeps the log of deployments with the workspace, and shows it. */
export class DeployRecorder implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly kept: DeployLog;
  private readonly reading: Reading;

  constructor(
    context: vscode.ExtensionContext,
    private readonly log: Log,
    private readonly connection: Connection,
  ) {
    const folder = (context.storageUri ?? context.globalStorageUri).fsPath;
    this.kept = new DeployLog(path.join(folder, 'deployments.jsonl'));
    this.reading = this.store.add(new Reading('tavora-deployments', { [document]: () => this.text() }));
  }

  /** Opens the log to be read. */
  async show(): Promise<void> {
    await this.reading.open(document);
  }

  /** @returns what is kept, newest first. */
  entries(): Promise<DeployEntry[]> {
    return this.kept.entries();
  }

  /** Notes what has become live. */
  async deployed(plan: DeployPlan, { agents, deployedAt }: DeployResult, noted: Noted): Promise<void> {
    const plans = new Map(plan.agents.map((agent) => [agent.id, agent]));
    await this.keep(
      agents.map(({ localId, semver }) => {
        const planned = plans.get(localId);
        const files = planned && planned.kind !== 'unknown' ? countsText(planned.counts) || 'none' : '';
        return {
          ...this.place(plan),
          at: deployedAt,
          agent: localId,
          outcome: 'deployed',
          ...(planned?.live ? { from: planned.live.semver } : {}),
          to: semver,
          ...(files ? { files: `files: ${files}` } : {}),
          ...this.about(localId, noted),
        };
      }),
    );
  }

  /** Notes a deployment that came to nothing. */
  async failed(plan: DeployPlan, error: unknown, refused: boolean, noted: Noted): Promise<void> {
    const outcome = isCancellation(error) ? 'cancelled' : refused ? 'refused' : 'failed';
    const agents = changing(plan);
    await this.keep(
      (agents.length > 0 ? agents : plan.agents).map(({ id, live }) => ({
        ...this.place(plan),
        at: new Date().toISOString(),
        agent: id,
        outcome,
        ...(live ? { from: live.semver } : {}),
        ...this.about(id, noted),
        ...(outcome === 'cancelled' ? {} : { reason: sentence(error) }),
      })),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private place({
    project,
    environment,
  }: DeployPlan): Pick<DeployEntry, 'server' | 'project' | 'environment'> {
    const { label, origin, embedded } = this.connection.state.server;
    const server = embedded ? label : `${label} (${origin})`;
    return { server, project, ...(environment ? { environment } : {}) };
  }

  private about(id: string, { gates, rollback }: Noted): Pick<DeployEntry, 'gate' | 'rollback'> {
    const gate = gates.get(id);
    return { ...(gate ? { gate: gateWords(gate) } : {}), ...(rollback ? { rollback } : {}) };
  }

  /** A disk that refuses undoes no deployment. */
  private async keep(entries: DeployEntry[]): Promise<void> {
    try {
      await this.kept.append(entries);
    } catch (error) {
      this.log.warn(`The log of deployments was not written: ${sentence(error)}`);
    }
    this.reading.refresh(document);
  }

  private async text(): Promise<string> {
    const entries = await this.entries();
    return entries.length === 0
      ? 'Nothing has been deployed from this workspace yet.\n'
      : entries.map((entry) => `${entryText(entry)}\n`).join('');
  }
}
