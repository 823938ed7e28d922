import * as vscode from 'vscode';
import { abortSignal, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { WorkspaceProject } from '../shared/workspaces';
import { AgentRun } from './agent-run';
import { mayRun } from './ask-limit';
import { RunCoverage } from './coverage';
import { groupBy } from './group-by';
import type { EvalResults } from './results';
import type { EvalItem, EvalTree } from './tree';
import type { Verdict } from './verdict';

/** How cases are run. */
export interface RunOptions {
  target: 'draft' | 'live';
  /** How often each case is run, 1 to 20. */
  repeat: number;
  /** Without a person who has just asked for it, a question is no dialog. */
  continuous?: boolean;
  /** Shows what the cases exercise in the skills. */
  coverage?: boolean;
}

/** How many agents are run at a time; the server has a queue of its own. */
const atOnce = 3;

/** Runs cases of the Test Explorer on the server. */
export class EvalRunner {
  /** The sessions of the newest results of an item, by the message that shows them. */
  private readonly sessions = new Map<string, ReadonlyMap<string, string>>();

  constructor(
    private readonly services: Services,
    private readonly controller: vscode.TestController,
    private readonly tree: EvalTree,
    private readonly results: EvalResults,
    /** Called with what was run of each agent, before the whole run ends. */
    private readonly onEnded: (run: AgentRun) => Promise<void>,
  ) {}

  /**
   * Runs what a request asks for to its end. What goes wrong is said at the cases.
   * @returns the verdicts; undefined when nothing was run, because a limit spoke against it.
   */
  async run(
    request: vscode.TestRunRequest,
    options: RunOptions,
    token?: vscode.CancellationToken,
  ): Promise<ReadonlyMap<EvalItem, Verdict> | undefined> {
    const cases = this.tree.casesOf(request.include, request.exclude);
    if (!(await mayRun(cases, this.results, options.repeat, !options.continuous))) return undefined;
    const test = this.controller.createTestRun(request);
    const stop = abortSignal(test.token);
    const outer = token && abortSignal(token);
    const signal = outer ? AbortSignal.any([stop.signal, outer.signal]) : stop.signal;
    const verdicts = new Map<EvalItem, Verdict>();
    const coverage = options.coverage ? this.newCoverage(test) : undefined;
    try {
      for (const { item } of cases) test.enqueued(item);
      const projects = groupBy(cases, ({ project }) => project.folder.toString());
      for (const own of projects.values()) {
        for (const [one, verdict] of await this.runProject(test, own, options, signal, coverage))
          verdicts.set(one, verdict);
      }
      await coverage?.show(test);
    } finally {
      stop.end();
      outer?.end();
      test.end();
    }
    return verdicts;
  }

  /** @returns the session behind a message of an item, else behind its newest result. */
  sessionOf(item: vscode.TestItem, message?: vscode.TestMessage): string | undefined {
    const known = this.sessions.get(item.id);
    const own = message && known?.get(String(message.message));
    if (own ?? known?.get('')) return own ?? known?.get('');
    const [one] = this.tree.casesOf([item]);
    const newest = one && this.results.of(one.project, one.agent.id, one.file.name);
    return newest?.results.findLast(({ session_id: id }) => id)?.session_id ?? undefined;
  }

  private async runProject(
    test: vscode.TestRun,
    cases: readonly EvalItem[],
    options: RunOptions,
    signal: AbortSignal,
    coverage: RunCoverage | undefined,
  ): Promise<ReadonlyMap<EvalItem, Verdict>> {
    const verdicts = new Map<EvalItem, Verdict>();
    const agents = [...groupBy(cases, ({ item }) => agentKey(item)).values()];
    const [first] = cases;
    if (!first) return verdicts;
    let serverIds: ReadonlyMap<string, string>;
    try {
      serverIds = await this.serverIds(first.project, cases, options.target, signal);
    } catch (error) {
      this.refuse(test, cases, signal.aborted ? undefined : sentence(error));
      return verdicts;
    }
    const waiting = [...agents];
    const work = async () => {
      for (let own = waiting.shift(); own; own = waiting.shift()) {
        const run = await this.runAgent(test, own, serverIds, options, signal, verdicts);
        // Also of a run that was cancelled: it is what was exercised until then.
        if (run) await coverage?.collect(first.project, run.covered);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, agents.length) }, work));
    return verdicts;
  }

  private async runAgent(
    test: vscode.TestRun,
    cases: readonly EvalItem[],
    serverIds: ReadonlyMap<string, string>,
    options: RunOptions,
    signal: AbortSignal,
    verdicts: Map<EvalItem, Verdict>,
  ): Promise<AgentRun | undefined> {
    const { connection } = this.services;
    const [first, ...others] = cases;
    if (!first) return undefined;
    const { project, agent } = first;
    const serverId = serverIds.get(agent.id);
    if (serverId === undefined) {
      const missing =
        options.target === 'live'
          ? `${connection.state.server.label} has no deployed version of "${agent.id}"; deploy it, or run the draft.`
          : `${connection.state.server.label} did not take the agent "${agent.id}".`;
      this.refuse(test, cases, missing);
      return undefined;
    }
    const whole = agent.evals.every((file) => cases.some((one) => one.file.path === file.path));
    const { target, repeat, coverage = false } = options;
    const run = new AgentRun(this.services, this.results, test, {
      cases: [first, ...others],
      whole,
      target,
      repeat,
      coverage,
    });
    try {
      const client = await connection.client(signal, project.folder.toString());
      await run.execute(client, serverId, signal);
    } catch (error) {
      run.close(signal.aborted ? undefined : sentence(error));
    }
    for (const [one, verdict] of run.verdicts) {
      verdicts.set(one, verdict);
      this.sessions.set(one.item.id, verdict.sessions);
    }
    await this.onEnded(run);
    return run;
  }

  private newCoverage(test: vscode.TestRun): RunCoverage {
    const said = new Set<string>();
    return new RunCoverage(this.services.connection, (text) => {
      if (!said.has(text)) test.appendOutput(`${text}\r\n`);
      said.add(text);
    });
  }

  /** Brings the server up to date for a draft. @throws as `Drafts.ensureSynced`. */
  private async serverIds(
    project: WorkspaceProject,
    cases: readonly EvalItem[],
    target: 'draft' | 'live',
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const { drafts, connection } = this.services;
    const ids = [...new Set(cases.map(({ agent }) => agent.id))];
    if (target === 'draft') {
      const { agents } = await drafts.ensureSynced(project, signal, ids);
      return new Map(agents.map(({ localId, agentId }) => [localId, agentId]));
    }
    await connection.client(signal, project.folder.toString());
    if (ids.some((id) => drafts.agentServerId(project, id) === undefined)) await drafts.refresh();
    return new Map(
      ids.flatMap((id) => {
        const serverId = drafts.agentServerId(project, id);
        return serverId === undefined ? [] : [[id, serverId] as const];
      }),
    );
  }

  private refuse(test: vscode.TestRun, cases: readonly EvalItem[], reason: string | undefined): void {
    for (const { item } of cases) {
      if (reason === undefined) test.skipped(item);
      else test.errored(item, new vscode.TestMessage(reason));
    }
    if (reason !== undefined) test.appendOutput(`${reason.replace(/\r?\n/g, '\r\n')}\r\n`);
  }
}

/** The agent's own item, above its folders. */
function agentKey(item: vscode.TestItem): string {
  return item.id.slice(0, item.id.lastIndexOf('|'));
}
