import * as vscode from 'vscode';
import { hasEnded, isUnserved, unlessUnserved } from '../../client';
import { type Agent, CaseLabels, type EvalFile } from '../../project';
import {
  type EvalResult,
  type EvalRun,
  type EvalRunDetail,
  evalVerdict,
  tallyOf,
  withoutUnrun,
} from '../../protocol';
import type { Connection } from '../connection';
import type { Drafts } from '../delivery';
import { sentence } from '../shared/errors';
import { groupBy } from '../shared/group-by';
import type { Log } from '../shared/log';
import type { WorkspaceProject } from '../shared/workspaces';
import { GoingRuns } from './going-runs';
import type { RunContext } from './history';
import { newestRuns } from './newest-runs';
import { type Over, overOf, overText } from './over';

/** The newest results of a case: its repetitions in one run. */
export interface CaseResults {
  run: EvalRun;
  results: EvalResult[];
  over: Over;
}

/** A result in a few words, and over which source it is. */
export interface CaseScore {
  icon: 'pass' | 'error' | 'warning';
  text: string;
}

/** The newest results of an agent's cases in a few words. */
export interface AgentScore extends CaseScore {
  /** How many cases have a result. */
  cases: number;
}

/**
 * The newest results of each case, of this window's runs and of those that the connected server has. Nothing is
 * asked until somebody wants to see a result and the server is connected.
 */
export class EvalResults implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly known = new Map<string, Map<string, CaseResults>>();
  /** The questions to the server, by what they are about; one that failed is put again. */
  private readonly asked = new Map<string, Promise<boolean>>();
  /** Another number for each server that is connected: what an earlier one answers late is none of its. */
  private connections = 0;
  /** The newest run of the server when it was last looked at. */
  private newest = '';
  /** What goes on at the server without this window. */
  private readonly going: GoingRuns;
  private readonly listening: vscode.Disposable;
  /** False for a server that has said that it knows no evals. */
  served = true;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connection: Connection,
    private readonly drafts: Drafts,
    private readonly log: Log,
  ) {
    this.going = new GoingRuns(log);
    const connected = connection.onDidChange(({ kind }) => {
      if (kind !== 'connected') {
        this.known.clear();
        this.asked.clear();
        this.going.leave();
        this.connections += 1;
        this.newest = '';
        this.served = true;
      }
      this.changed.fire();
    });
    const focused = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void this.look();
    });
    this.listening = vscode.Disposable.from(connected, focused);
  }

  /** @returns the newest results of a case; undefined while none is known. */
  of(
    project: WorkspaceProject,
    agentId: string,
    file: Pick<EvalFile, 'name' | 'path'>,
  ): CaseResults | undefined {
    const agent = project.agent(agentId);
    const known = this.ofAgentByLabel(project, agentId);
    const own = agent && known?.get(CaseLabels.of(agent).ofFile(file));
    if (own) return own;
    // Where a server cannot tell cases of one name apart, their results are each one's.
    const shared = known?.get(file.name);
    return shared?.results.some(({ case_id: id }) => id) ? undefined : shared;
  }

  /** @returns the newest result of a case in a few words, or undefined. */
  ofCase(
    project: WorkspaceProject,
    agentId: string,
    file: Pick<EvalFile, 'name' | 'path'>,
  ): CaseScore | undefined {
    const found = this.of(project, agentId, file);
    const [first] = found?.results ?? [];
    if (!found || !first) return undefined;
    const tally = tallyOf(found.results);
    const { total, passed, unjudged, mean } = tally;
    const wanted = wantedOf(found);
    const stopped = total < wanted ? `, stopped after ${total} of ${wanted} repetitions` : '';
    const times = total > 1 || stopped ? `, ${passed} of ${total} passed${stopped}` : '';
    const over = this.overText(project, agentId, [found.over]);
    if (unjudged === total) return { icon: 'warning', text: `${first.error ?? 'not judged'}${times}${over}` };
    const icon = { passed: 'pass', failed: 'error', errored: 'warning' } as const;
    return { icon: icon[evalVerdict(tally, wanted)], text: `${mean.toFixed(1)} of 10${times}${over}` };
  }

  /** @returns the newest results of an agent's cases in a few words, or undefined while there are none. */
  ofAgent(project: WorkspaceProject, agentId: string): AgentScore | undefined {
    const cases = (project.agent(agentId)?.evals ?? []).flatMap((file) => {
      const found = this.of(project, agentId, file);
      return found && found.results.length > 0 ? [found] : [];
    });
    if (cases.length === 0) return undefined;
    const tallies = cases.map(({ results }) => tallyOf(results));
    const passed = cases.filter(
      (one) => evalVerdict(tallyOf(one.results), wantedOf(one)) === 'passed',
    ).length;
    const judged = tallies.filter((one) => one.unjudged < one.total);
    const mean = judged.reduce((sum, one) => sum + one.mean, 0) / Math.max(1, judged.length);
    const over = this.overText(
      project,
      agentId,
      cases.map((one) => one.over),
    );
    const score = judged.length > 0 ? `, ${mean.toFixed(1)} of 10` : '';
    return {
      icon: passed === tallies.length ? 'pass' : 'error',
      text: `${passed} of ${tallies.length} passed${score}${over}`,
      cases: tallies.length,
    };
  }

  /**
   * Takes what a run has so far; it is newer than what was known.
   * @param labels of the agent's cases
   * @param known over what it is run, should the server not say
   */
  keep(
    project: WorkspaceProject,
    agent: Agent,
    detail: EvalRunDetail,
    labels: CaseLabels,
    known: RunContext,
  ): void {
    this.merge(key(project, agent.id), detail, labels, overOf(detail.run, known));
    this.changed.fire();
  }

  /** Has the server asked anew where a run is newer than what is known: it has run an agent's evals by itself. */
  expect(project: WorkspaceProject, agentId: string, newest: EvalRun): void {
    const name = key(project, agentId);
    if (this.isKnown(name, newest)) return;
    this.known.delete(name);
    this.asked.delete(name);
    this.changed.fire();
  }

  /** Has the server asked anew what others have run since; what is known is shown until it has answered. */
  refresh(): void {
    this.asked.clear();
    this.served = true;
    this.changed.fire();
  }

  /** Settles when what the server knows of agents' cases is known here; what cannot be read is said in the log. */
  async read(agents: readonly { project: WorkspaceProject; agentId: string }[]): Promise<void> {
    try {
      await this.connection.client();
    } catch (error) {
      this.log.warn(`What evals have used is not known: ${sentence(error)}`);
      return;
    }
    const isUnknown = agents.some(
      ({ project, agentId }) => this.drafts.agentServerId(project, agentId) === undefined,
    );
    // Right after the connection is made nobody knows what the server calls its agents. Once tells of all of them.
    if (isUnknown) await this.drafts.refresh();
    for (const { project, agentId } of agents) this.ofAgentByLabel(project, agentId);
    await Promise.all(agents.map(({ project, agentId }) => this.asked.get(key(project, agentId))));
  }

  dispose(): void {
    this.listening.dispose();
    this.going.leave();
    this.changed.dispose();
  }

  /** What is known, and a question to the server where it has not been asked yet. */
  private ofAgentByLabel(project: WorkspaceProject, agentId: string): Map<string, CaseResults> | undefined {
    const name = key(project, agentId);
    const serverId = this.drafts.agentServerId(project, agentId);
    const connected = this.connection.state.kind === 'connected';
    const agent = project.agent(agentId);
    if (!this.asked.has(name) && serverId !== undefined && agent && connected && this.served) {
      const asking = this.ask(name, agent, serverId);
      this.asked.set(name, asking);
      void asking.then((answered) => {
        if (!answered && this.asked.get(name) === asking) this.asked.delete(name);
      });
    }
    return this.known.get(name);
  }

  /** @returns false when the server could not be asked, and may be asked again. */
  private async ask(name: string, agent: Agent, serverId: string): Promise<boolean> {
    const { connections } = this;
    try {
      const client = await this.connection.client();
      const { ended, going } = await newestRuns(client, serverId);
      const labels = await CaseLabels.read(agent, () => client.evals.caseFiles(serverId));
      if (connections !== this.connections) return true;
      const own = this.known.get(name);
      this.known.delete(name);
      for (const detail of ended.reverse()) this.merge(name, detail, labels, overOf(detail.run));
      if (own) this.keepNewer(name, own);
      for (const run of going.filter((one) => !this.isKnown(name, one))) {
        void this.going.follow(client, run, (detail) => {
          if (connections !== this.connections) return;
          this.merge(name, detail, labels, overOf(detail.run));
          this.changed.fire();
        });
      }
    } catch (error) {
      if (connections !== this.connections) return true;
      // A score is not worth a message; it is asked for again when somebody next wants to see it.
      if (!isUnserved(error)) {
        this.log.warn(`The results of evals could not be read: ${sentence(error)}`);
        return false;
      }
      // 404 is also how a server that has evals answers for an agent that it does not know.
      this.served = error.status === 404;
    }
    this.changed.fire();
    return true;
  }

  private isKnown(name: string, { id }: Pick<EvalRun, 'id'>): boolean {
    return [...(this.known.get(name)?.values() ?? [])].some(({ run }) => run.id === id);
  }

  /** What this window has run meanwhile is newer than what the server was asked for. */
  private keepNewer(name: string, own: ReadonlyMap<string, CaseResults>): void {
    const told = this.known.get(name) ?? new Map<string, CaseResults>();
    this.known.set(name, told);
    for (const [case_, mine] of own) {
      const theirs = told.get(case_);
      const isSame = theirs?.run.id === mine.run.id;
      const isNewer =
        !theirs ||
        (isSame
          ? mine.results.length >= theirs.results.length
          : mine.run.created_at >= theirs.run.created_at);
      if (isNewer) told.set(case_, mine);
    }
  }

  /** Asks whether there is a newer run, when the window comes to the front: others may have run evals meanwhile. */
  private async look(): Promise<void> {
    if (this.connection.state.kind !== 'connected' || this.asked.size === 0) return;
    try {
      const client = await this.connection.client();
      const [run] = (await unlessUnserved(client.evals.runs({ limit: 1 }))) ?? [];
      const newest = run ? `${run.id} ${run.status}` : '';
      if (newest !== this.newest) this.refresh();
      this.newest = newest;
    } catch (error) {
      this.log.warn(`The results of evals could not be read: ${sentence(error)}`);
    }
  }

  private merge(name: string, detail: EvalRunDetail, labels: CaseLabels, over: Over): void {
    const { run, results } = withoutUnrun(detail);
    const cases = this.known.get(name) ?? new Map<string, CaseResults>();
    this.known.set(name, cases);
    for (const [case_, own] of groupBy(results, (result) => labels.ofResult(result))) {
      const before = cases.get(case_);
      // One that began earlier may go on for longer.
      if (before && before.run.created_at > run.created_at) continue;
      // A sync while the run goes on is of another source.
      cases.set(case_, { run, results: own, over: before?.run.id === run.id ? before.over : over });
    }
  }

  private overText(project: WorkspaceProject, agentId: string, all: readonly Over[]): string {
    const { deployed } = this.drafts.record(project, agentId) ?? {};
    const now = { ...(deployed ? { deployed } : {}), sourceHash: project.agent(agentId)?.sourceHash ?? '' };
    const texts = new Set(all.map((over) => overText(over, now)));
    const [only = ''] = texts;
    const text = texts.size > 1 ? 'over several states of it' : only;
    return text && `, ${text}`;
  }
}

/** @returns how many repetitions a case was to have; while its run goes on, those that it has. */
function wantedOf({ run, results }: CaseResults): number {
  return hasEnded(run) ? Math.max(results.length, run.repeat ?? 1) : results.length;
}

function key(project: WorkspaceProject, agentId: string): string {
  return `${project.folder.toString()}|${agentId}`;
}
