import * as vscode from 'vscode';
import type { EvalFile } from '../../project';
import type { EvalRun } from '../../protocol';
import type { Connection, ServerInfo } from '../connection';
import {
  type CaseNews,
  type GatedDeployment,
  type GateWatch,
  type GateWatcher,
  isSameServer,
} from '../delivery';
import { sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import type { WorkspaceProject } from '../shared/workspaces';
import type { EvalHistory } from './history';
import type { EvalResults } from './results';
import type { EvalRunner } from './runner';
import type { EvalTree } from './tree';

/** Of a server that is not the chosen one: what is known of cases is of that one. */
const nothing: Pick<EvalResults, 'of' | 'read'> = { of: () => undefined, read: async () => undefined };

/** The evals that decide on deployments, among all others: asked about, shown and kept like them. */
export class EvalGate implements GateWatcher {
  readonly onDidChange: vscode.Event<void>;

  constructor(
    private readonly runner: EvalRunner,
    private readonly tree: EvalTree,
    /** What a run of the draft is called in the Test Explorer. */
    private readonly draft: vscode.TestRunProfile,
    private readonly results: EvalResults,
    private readonly history: EvalHistory,
    private readonly connection: Connection,
    private readonly log: Log,
  ) {
    this.onDidChange = results.onDidChange;
  }

  async mayRun(
    project: WorkspaceProject,
    server: ServerInfo,
    what: string,
    agents: () => Promise<readonly string[]>,
  ): Promise<boolean> {
    const { hasLimit, mayRun } = await import('./ask-limit');
    if (!hasLimit()) return true;
    const cases = (await agents()).flatMap((id) =>
      (project.agent(id)?.evals ?? []).map((file) => ({ project, agent: { id }, file })),
    );
    const results = isSameServer(server, this.connection.state.server) ? this.results : nothing;
    return await mayRun(cases, results, { repeat: 1, modal: true, when: `before the ${what}` });
  }

  async sources(
    project: WorkspaceProject,
    server: ServerInfo,
    agentId: string,
  ): Promise<ReadonlyMap<string, string>> {
    try {
      const records = await this.history.of(this.history.owner(project, agentId, server));
      return new Map(
        records.flatMap(({ runId, sourceHash }) => (sourceHash ? [[runId, sourceHash] as const] : [])),
      );
    } catch (error) {
      this.log.warn(`The history of evals of ${agentId} could not be read: ${sentence(error)}`);
      return new Map();
    }
  }

  newest(
    project: WorkspaceProject,
    agentId: string,
    file: EvalFile,
    sourceHash: string,
  ): CaseNews | undefined {
    const known = this.results.of(project, agentId, file);
    if (!known || known.over.sourceHash !== sourceHash) return undefined;
    const { run, results } = known;
    return { run, results, kind: 'judged' };
  }

  async run(
    project: WorkspaceProject,
    wanted: ReadonlyMap<string, readonly string[]>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    await this.tree.settled();
    const items = [...wanted].flatMap(([agentId, paths]) => {
      const agent = this.tree.find(project, agentId);
      const among = new Set(paths);
      const cases = agent ? this.tree.casesOf([agent]) : [];
      return cases.flatMap(({ file, item }) => (among.has(file.path) ? item : []));
    });
    const source = new vscode.CancellationTokenSource();
    const stop = () => source.cancel();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      const request = new vscode.TestRunRequest(items, undefined, this.draft);
      return (await this.runner.run(request, { target: 'draft', repeat: 1 }, source.token))?.problem;
    } finally {
      signal.removeEventListener('abort', stop);
      source.dispose();
    }
  }

  watch(deployment: GatedDeployment): GateWatch {
    return this.runner.watch(deployment);
  }

  judged(project: WorkspaceProject, agentId: string, run: EvalRun): void {
    this.results.expect(project, agentId, run);
  }
}
