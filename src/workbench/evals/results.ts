import * as vscode from 'vscode';
import { hasEnded, isUnserved, type TavoraClient } from '../../client';
import type { EvalResult, EvalRun, EvalRunDetail } from '../../protocol';
import type { Connection } from '../connection';
import type { Drafts } from '../delivery';
import { sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject } from '../shared/workspaces';
import { groupBy } from './group-by';
import { tallyOf } from './tally';

/** The newest results of a case: its repetitions in one run. */
export interface CaseResults {
  run: EvalRun;
  results: EvalResult[];
}

/** A result in a few words. */
export interface CaseScore {
  icon: 'pass' | 'error' | 'warning';
  text: string;
}

/** How many of an agent's runs are looked at, newest first, until one of the whole suite is met. */
const mostRuns = 5;

/**
 * The newest results of each case, of this window's runs and of those that the connected server has. Nothing is
 * asked until somebody wants to see a result and the server is connected.
 */
export class EvalResults implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly known = new Map<string, Map<string, CaseResults>>();
  private readonly asked = new Set<string>();
  private readonly listening: vscode.Disposable;
  /** False for a server that has said that it knows no evals. */
  served = true;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connection: Connection,
    private readonly drafts: Drafts,
    private readonly log: Log,
  ) {
    this.listening = connection.onDidChange(({ kind }) => {
      if (kind !== 'connected') {
        this.known.clear();
        this.asked.clear();
        this.served = true;
      }
      this.changed.fire();
    });
  }

  /** @returns the newest results of a case; undefined while none is known. */
  of(project: WorkspaceProject, agentId: string, name: string): CaseResults | undefined {
    return this.ofAgentByName(project, agentId)?.get(name);
  }

  /** @returns the newest result of a case in a few words, or undefined. */
  ofCase(project: WorkspaceProject, agentId: string, name: string): CaseScore | undefined {
    const found = this.of(project, agentId, name);
    const [first] = found?.results ?? [];
    if (!found || !first) return undefined;
    const { total, passed, unjudged, mean } = tallyOf(found.results);
    const times = total > 1 ? `, ${passed} of ${total} passed` : '';
    if (unjudged === total) return { icon: 'warning', text: `${first.error ?? 'not judged'}${times}` };
    return { icon: passed === total ? 'pass' : 'error', text: `${mean.toFixed(1)} of 10${times}` };
  }

  /** @returns the newest results of an agent's cases in a few words, or undefined while there are none. */
  ofAgent(project: WorkspaceProject, agentId: string): string | undefined {
    const known = this.ofAgentByName(project, agentId);
    const tallies = (project.agent(agentId)?.evals ?? []).flatMap(({ name }) => {
      const results = known?.get(name)?.results ?? [];
      return results.length > 0 ? [tallyOf(results)] : [];
    });
    if (tallies.length === 0) return undefined;
    const passed = tallies.filter((one) => one.passed === one.total).length;
    const judged = tallies.filter((one) => one.unjudged < one.total);
    const mean = judged.reduce((sum, one) => sum + one.mean, 0) / Math.max(1, judged.length);
    const icon = passed === tallies.length ? '$(pass)' : '$(error)';
    return `${icon} ${passed} of ${tallies.length} passed, ${mean.toFixed(1)} of 10`;
  }

  /** Takes what a run has so far; it is newer than what was known. */
  keep(project: WorkspaceProject, agentId: string, detail: EvalRunDetail): void {
    this.merge(key(project, agentId), detail);
    this.changed.fire();
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }

  /** What is known, and a question to the server where it has not been asked yet. */
  private ofAgentByName(project: WorkspaceProject, agentId: string): Map<string, CaseResults> | undefined {
    const name = key(project, agentId);
    const serverId = this.drafts.agentServerId(project, agentId);
    const connected = this.connection.state.kind === 'connected';
    if (!this.asked.has(name) && serverId !== undefined && connected && this.served) {
      this.asked.add(name);
      void this.ask(name, serverId);
    }
    return this.known.get(name);
  }

  private async ask(name: string, serverId: string): Promise<void> {
    try {
      const client = await this.connection.client();
      const older = await newestRuns(client, serverId);
      const own = this.known.get(name);
      this.known.delete(name);
      for (const detail of older.reverse()) this.merge(name, detail);
      // What came meanwhile is newer than what the server was asked for.
      for (const [case_, results] of own ?? []) this.known.get(name)?.set(case_, results);
      if (own && !this.known.has(name)) this.known.set(name, own);
    } catch (error) {
      // A score is not worth a message; it is asked for again with the next connection.
      // 404 is also how a server that has evals answers for an agent that it does not know.
      if (isUnserved(error)) this.served = error.status === 404;
      else this.log.warn(`The results of evals could not be read: ${sentence(error)}`);
    }
    this.changed.fire();
  }

  private merge(name: string, { run, results }: EvalRunDetail): void {
    const cases = this.known.get(name) ?? new Map<string, CaseResults>();
    this.known.set(name, cases);
    for (const [case_, own] of groupBy(results, (result) => result.case_name)) {
      cases.set(case_, { run, results: own });
    }
  }
}

/** @returns the newest ended runs, newest first, as far as they have anything to say. */
async function newestRuns(client: TavoraClient, serverId: string): Promise<EvalRunDetail[]> {
  const runs = (await client.evals.ofAgent(serverId, { limit: mostRuns })).filter(hasEnded);
  const whole = runs.findIndex((run) => run.complete_suite !== false && run.status === 'completed');
  const wanted = whole < 0 ? runs : runs.slice(0, whole + 1);
  return await Promise.all(wanted.map(({ id }) => client.evals.run(id)));
}

function key(project: WorkspaceProject, agentId: string): string {
  return `${project.folder.toString()}|${agentId}`;
}
