import * as vscode from 'vscode';
import type { GatedDeployment, GateWatch } from '../delivery';
import { abortSignal, sentence } from '../shared/errors';
import { groupBy } from '../shared/group-by';
import type { Services } from '../shared/services';
import type { AgentRun } from './agent-run';
import type { RunCoverage } from './coverage/coverage';
import { GateRun } from './gate-run';
import type { EvalOutcome } from './outcome';
import type { EvalResults } from './results';
import { placeOf, type RunPlace } from './run-place';
import type { EvalItem, EvalTree } from './tree';

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
   * @returns what it came to; undefined when nothing was run, because a limit spoke against it.
   */
  async run(
    request: vscode.TestRunRequest,
    options: RunOptions,
    token?: vscode.CancellationToken,
  ): Promise<EvalOutcome | undefined> {
    await this.tree.settled();
    const cases = this.tree.casesOf(request.include, request.exclude);
    const { mayRun } = await import('./ask-limit');
    const asked = { repeat: options.repeat, modal: !options.continuous };
    if (!(await mayRun(cases, this.results, asked))) return undefined;
    const test = this.controller.createTestRun(request);
    const stop = abortSignal(test.token);
    const outer = token && abortSignal(token);
    const stopping = new AbortController();
    const signal = AbortSignal.any([stopping.signal, stop.signal, ...(outer ? [outer.signal] : [])]);
    const runs: AgentRun[] = [];
    const problems: string[] = [];
    const coverage = options.coverage ? await this.newCoverage(test) : undefined;
    try {
      for (const { item } of cases) test.enqueued(item);
      const projects = groupBy(cases, ({ project }) => project.folder.toString());
      for (const own of projects.values()) {
        const refused = await this.runProject(test, own, options, { stopping, signal }, runs, coverage);
        if (refused !== undefined) problems.push(refused);
      }
      await coverage?.show(test);
    } finally {
      stop.end();
      outer?.end();
      test.end();
    }
    const [problem] = [...problems, ...runs.flatMap((run) => run.problem ?? [])];
    return {
      verdicts: new Map(runs.flatMap((run) => [...run.verdicts])),
      stopped: signal.aborted,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** @returns what shows the evals that decide on a deployment, as a run of its own. */
  watch(deployment: GatedDeployment): GateWatch {
    const { services, controller, tree, results } = this;
    return new GateRun({ services, controller, tree, results }, deployment, (run) => this.keep(run));
  }

  /** @returns the session behind a message of an item, else behind its newest result. */
  sessionOf(item: vscode.TestItem, message?: vscode.TestMessage): string | undefined {
    const known = this.sessions.get(item.id);
    const own = message && known?.get(String(message.message));
    if (own ?? known?.get('')) return own ?? known?.get('');
    const [one] = this.tree.casesOf([item]);
    const newest = one && this.results.of(one.project, one.agent.id, one.file);
    return newest?.results.findLast(({ session_id: id }) => id)?.session_id ?? undefined;
  }

  /** @returns why nothing was run, where that is so. */
  private async runProject(
    test: vscode.TestRun,
    cases: readonly EvalItem[],
    options: RunOptions,
    { stopping, signal }: { stopping: AbortController; signal: AbortSignal },
    runs: AgentRun[],
    coverage: RunCoverage | undefined,
  ): Promise<string | undefined> {
    const agents = [...groupBy(cases, ({ item }) => agentKey(item)).values()];
    const [first] = cases;
    if (!first) return undefined;
    let place: RunPlace;
    try {
      const ids = [...new Set(cases.map(({ agent }) => agent.id))];
      place = await placeOf(this.services, first.project, ids, options.target, signal);
    } catch (error) {
      return this.refuse(test, cases, signal.aborted ? undefined : sentence(error));
    }
    for (const note of place.notes) test.appendOutput(`${note}\r\n`);
    const waiting = [...agents];
    const work = async () => {
      for (let own = waiting.shift(); own; own = waiting.shift()) {
        const run = await this.runAgent(test, own, place, options, signal);
        // Also of a run that was cancelled: it is what was exercised until then.
        if (!run) continue;
        runs.push(run);
        await coverage?.collect(first.project, place, run.covered);
      }
    };
    const { connection } = this.services;
    const told = {
      what: `Evals of ${first.project.project.name} are running on ${place.server.label}.`,
      kept: 'They are stopped; what was judged until then is kept.',
    };
    await connection.finishing(place, () =>
      connection.leaving.holding(place.server, told, async (leaving) => {
        leaving.addEventListener('abort', () => stopping.abort(), { once: true });
        await Promise.all(Array.from({ length: Math.min(atOnce, agents.length) }, work));
      }),
    );
    return undefined;
  }

  private async runAgent(
    test: vscode.TestRun,
    cases: readonly EvalItem[],
    { server, client: begun, agents }: RunPlace,
    options: RunOptions,
    signal: AbortSignal,
  ): Promise<AgentRun | undefined> {
    const { connection } = this.services;
    const [first, ...others] = cases;
    if (!first) return undefined;
    const { project, agent } = first;
    const placed = agents.get(agent.id);
    if (!placed) {
      const missing =
        options.target === 'live'
          ? `${server.label} has no deployed version of "${agent.id}"; deploy it, or run the draft.`
          : `${server.label} did not take the agent "${agent.id}".`;
      this.refuse(test, cases, missing);
      return undefined;
    }
    const whole = agent.evals.every((file) => cases.some((one) => one.file.path === file.path));
    const { target, repeat, coverage = false } = options;
    const { AgentRun } = await import('./agent-run');
    const run = new AgentRun(this.services, this.results, test, {
      cases: [first, ...others],
      whole,
      target,
      over: placed.over,
      server,
      repeat,
      coverage,
    });
    try {
      const began = { server, client: begun };
      const client = await connection.clientFor(began, signal, project.folder.toString());
      await run.execute(client, placed.serverId, signal);
    } catch (error) {
      run.close(signal.aborted ? undefined : sentence(error));
    }
    await this.keep(run);
    return run;
  }

  /** Takes what was run of an agent, once it has ended. */
  private async keep(run: AgentRun): Promise<void> {
    for (const [{ item }, { sessions }] of run.verdicts) this.sessions.set(item.id, sessions);
    await this.onEnded(run);
  }

  private async newCoverage(test: vscode.TestRun): Promise<RunCoverage> {
    const { RunCoverage } = await import('./coverage/coverage');
    const said = new Set<string>();
    return new RunCoverage(this.services.connection, (text) => {
      if (!said.has(text)) test.appendOutput(`${text}\r\n`);
      said.add(text);
    });
  }

  /** @returns the reason. */
  private refuse(
    test: vscode.TestRun,
    cases: readonly EvalItem[],
    reason: string | undefined,
  ): string | undefined {
    for (const { item } of cases) {
      if (reason === undefined) test.skipped(item);
      else test.errored(item, new vscode.TestMessage(reason));
    }
    if (reason !== undefined) test.appendOutput(`${reason.replace(/\r?\n/g, '\r\n')}\r\n`);
    return reason;
  }
}

/** The agent's own item, above its folders. */
function agentKey(item: vscode.TestItem): string {
  return item.id.slice(0, item.id.lastIndexOf('|'));
}
