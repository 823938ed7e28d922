import path from 'node:path';
import type * as vscode from 'vscode';
import type { DeployResult } from '../../../protocol';
import type { ServerInfo } from '../../connection';
import { DisposableStore } from '../../shared/disposables';
import { sentence } from '../../shared/errors';
import type { Log } from '../../shared/log';
import { Reading } from '../../shared/reading';
import { type Gate, gateWords } from '../preview/gate';
import type { DeployPlan } from '../preview/plan';
import { countsText, versionName } from '../preview/summary';
import { DeployLog } from './deploy-log';
import { type DeployEntry, entryText } from './entry';
import { type Failure, fates } from './failure';

const document = 'Tavora Deployments.log';

/** What is noted of a deployment beside its plan. */
export interface Noted {
  /** Where it went, or was to go. */
  server: ServerInfo;
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
          ...placeOf(plan, noted),
          at: deployedAt,
          agent: localId,
          outcome: 'deployed',
          ...(planned?.live ? { from: planned.live.semver } : {}),
          to: semver,
          ...(files ? { files: `files: ${files}` } : {}),
          ...about(localId, plan, noted),
        };
      }),
    );
  }

  /** Notes a deployment that came to nothing: refused by rules or evals, given up, or kept from its end by an error. */
  async failed(plan: DeployPlan, failure: Failure, noted: Noted): Promise<void> {
    const lives = new Map(plan.agents.map(({ id, live }) => [id, live]));
    await this.keep(
      fates(plan, failure, noted.gates).map(({ id, outcome, reason }) => {
        const live = lives.get(id);
        return {
          ...placeOf(plan, noted),
          at: new Date().toISOString(),
          agent: id,
          outcome,
          ...(live ? { from: live.semver } : {}),
          ...about(id, plan, noted),
          ...(reason ? { reason } : {}),
        };
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
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

function placeOf(
  { project, environment }: DeployPlan,
  { server: { label, origin, embedded } }: Noted,
): Pick<DeployEntry, 'server' | 'project' | 'environment'> {
  const server = embedded || !origin ? label : `${label} (${origin})`;
  return { server, project, ...(environment ? { environment } : {}) };
}

function about(
  id: string,
  { from }: DeployPlan,
  { gates, rollback }: Noted,
): Pick<DeployEntry, 'gate' | 'promoted' | 'rollback'> {
  const gate = gates.get(id);
  const version = from?.versions.get(id);
  return {
    ...(gate ? { gate: gateWords(gate) } : {}),
    ...(from ? { promoted: [from.server, ...(version ? [versionName(version)] : [])].join(' ') } : {}),
    ...(rollback ? { rollback } : {}),
  };
}
