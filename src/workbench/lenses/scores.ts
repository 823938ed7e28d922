import * as vscode from 'vscode';
import { ApiError, hasEnded, type TavoraClient } from '../../client';
import type { EvalResult, EvalRun, EvalRunDetail } from '../../protocol';
import type { Connection } from '../connection';
import type { Drafts } from '../delivery';
import type { WorkspaceProject } from '../shared/workspaces';

/** What is known of the last evaluation of an agent. */
interface Score {
  run: EvalRun;
  cases: ReadonlyMap<string, EvalResult>;
}

/** The last scores of agents and their cases, as the connected server has them. Nothing is asked until somebody runs evals or the server is connected. */
export class Scores implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly known = new Map<string, Score | undefined>();
  /** False for a server that has said that it knows no evals. */
  served = true;
  readonly onDidChange = this.changed.event;
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly connection: Connection,
    private readonly drafts: Drafts,
  ) {
    this.listening = connection.onDidChange(({ kind }) => {
      if (kind !== 'connected') {
        this.known.clear();
        this.served = true;
      }
      this.changed.fire();
    });
  }

  /** @returns the last run of an agent's evals in a few words, or undefined while there is none. */
  ofAgent(project: WorkspaceProject, agentId: string): string | undefined {
    const score = this.score(project, agentId);
    if (!score) {
      return undefined;
    }
    const { passed, total_cases: total, average_score: average } = score.run;
    return `${passed === total ? '$(pass)' : '$(error)'} ${passed} of ${total} passed, ${average.toFixed(1)} of 10`;
  }

  /** @returns the last result of one case in a few words, or undefined. */
  ofCase(project: WorkspaceProject, agentId: string, name: string): string | undefined {
    const result = this.score(project, agentId)?.cases.get(name);
    if (!result) {
      return undefined;
    }
    return result.error
      ? `$(warning) ${result.error}`
      : `${result.pass ? '$(pass)' : '$(error)'} ${result.score.toFixed(1)} of 10`;
  }

  /**
   * Runs the evals of an agent's draft to their end.
   * @returns the run; a server without evals answers 404 or 405.
   */
  async evaluate(
    client: TavoraClient,
    project: WorkspaceProject,
    agentId: string,
    serverId: string,
    report: (run: EvalRun) => void,
    signal: AbortSignal,
  ): Promise<EvalRun> {
    let run: EvalRun;
    try {
      run = await client.evals.start(serverId, { target: 'draft' }, { signal });
    } catch (error) {
      if (error instanceof ApiError && [404, 405, 501].includes(error.status)) {
        this.served = false;
        this.changed.fire();
      }
      throw error;
    }
    try {
      for await (const detail of client.evals.follow(run.id, { signal })) {
        run = detail.run;
        report(run);
        this.keep(this.key(project, agentId), detail);
      }
    } catch (error) {
      if (signal.aborted) {
        await client.evals.cancel(run.id);
        throw new vscode.CancellationError();
      }
      throw error;
    }
    return run;
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }

  private key(project: WorkspaceProject, agentId: string): string {
    return `${project.folder.toString()}|${agentId}`;
  }

  /** What is known, and a question to the server where nothing is known yet. */
  private score(project: WorkspaceProject, agentId: string): Score | undefined {
    const key = this.key(project, agentId);
    const serverId = this.drafts.agentServerId(project, agentId);
    if (
      !this.known.has(key) &&
      serverId !== undefined &&
      this.connection.state.kind === 'connected' &&
      this.served
    ) {
      this.known.set(key, undefined);
      void this.ask(key, serverId);
    }
    return this.known.get(key);
  }

  private async ask(key: string, serverId: string): Promise<void> {
    try {
      const client = await this.connection.client();
      const [last] = await client.evals.ofAgent(serverId, { limit: 1 });
      if (last && hasEnded(last)) {
        this.keep(key, await client.evals.run(last.id));
      }
    } catch (error) {
      if (!(error instanceof ApiError) || ![404, 405, 501].includes(error.status)) {
        return;
      }
      this.served = error.status === 404;
      this.changed.fire();
    }
  }

  private keep(key: string, { run, results }: EvalRunDetail): void {
    this.known.set(key, { run, cases: new Map(results.map((one) => [one.case_name, one])) });
    this.changed.fire();
  }
}
