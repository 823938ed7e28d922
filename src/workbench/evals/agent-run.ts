import * as vscode from 'vscode';
import { ConnectionError, isUnserved, type TavoraClient } from '../../client';
import type { EvalResult, EvalRun, EvalRunDetail } from '../../protocol';
import { sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { CoveredRun } from './coverage';
import { groupBy } from './group-by';
import type { EvalResults } from './results';
import type { EvalItem } from './tree';
import { type Verdict, verdictOf } from './verdict';

/** What of an agent is run, and how. */
export interface AgentRunPlan {
  /** Of one agent; at least one. */
  cases: readonly [EvalItem, ...EvalItem[]];
  /** Every case that the agent has is among them. */
  whole: boolean;
  target: 'draft' | 'live';
  /** How often each case is run. */
  repeat: number;
  /** Whether the server is to note what the cases exercise in the skills. */
  coverage: boolean;
}

/** The cases of one agent on their way through the server and into the Test Explorer. */
export class AgentRun {
  private readonly details = new Map<string, EvalRunDetail>();
  private readonly started = new Set<EvalItem>();
  private readonly reported = new Map<EvalItem, Verdict>();
  private readonly said = new Set<string>();

  constructor(
    private readonly services: Pick<Services, 'connection'>,
    private readonly results: EvalResults,
    private readonly test: vscode.TestRun,
    readonly plan: AgentRunPlan,
  ) {}

  /** What has been judged, with its cases. */
  get verdicts(): ReadonlyMap<EvalItem, Verdict> {
    return this.reported;
  }

  /** The runs on the server, as they were last seen. */
  get runs(): readonly EvalRunDetail[] {
    return [...this.details.values()];
  }

  /** The runs on the server with the items of their cases, for what they exercised. */
  get covered(): CoveredRun[] {
    const items = new Map(this.plan.cases.map(({ file, item }) => [file.name, item]));
    return this.runs.map(({ run, results }) => {
      const names = new Map(results.map((one) => [one.case_id ?? '', one.case_name]));
      return { runId: run.id, itemOf: (id) => items.get(names.get(id) ?? '') };
    });
  }

  /** Runs the cases to their end; what cannot be run is said at each case. Never throws. */
  async execute(client: TavoraClient, serverId: string, signal: AbortSignal): Promise<void> {
    let reason: string | undefined;
    try {
      reason = await this.rounds(client, serverId, signal);
    } catch (error) {
      if (!signal.aborted) reason = this.reasonOf(error);
    }
    this.close(reason);
  }

  /** Ends every case that is open: with what was judged of it, else with the reason, else as skipped. */
  close(reason: string | undefined): void {
    const byName = this.byName();
    for (const one of this.plan.cases) {
      if (this.reported.has(one)) continue;
      const results = byName.get(one.file.name) ?? [];
      if (results.length > 0) {
        this.report(one, results);
      } else if (reason === undefined) {
        this.test.skipped(one.item);
      } else {
        this.test.errored(one.item, new vscode.TestMessage(reason));
        this.say(reason);
      }
    }
  }

  /** A server that does not know how to repeat is asked as often. @returns why cases may be without a result. */
  private async rounds(
    client: TavoraClient,
    serverId: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { cases, whole, target, repeat, coverage } = this.plan;
    const names = [...new Set(cases.map(({ file }) => file.name))];
    for (let left = repeat; left > 0; ) {
      const body = {
        target,
        ...(whole ? {} : { case_names: names }),
        ...(left > 1 ? { repeat: left } : {}),
        ...(coverage ? { coverage } : {}),
      };
      const run = await client.evals.start(serverId, body, { signal });
      await this.follow(client, run, signal);
      const ended = this.details.get(run.id)?.run ?? run;
      if (ended.status === 'cancelled') return undefined;
      if (ended.status !== 'completed') {
        return ended.error || `${this.server} gave the run up without saying why.`;
      }
      left -= Math.max(1, run.repeat ?? 1);
    }
    return `${this.server} gave no result for this case.`;
  }

  private async follow(client: TavoraClient, run: EvalRun, signal: AbortSignal): Promise<void> {
    try {
      for await (const detail of client.evals.follow(run.id, { signal })) this.take(detail);
    } catch (error) {
      if (signal.aborted) {
        await this.stop(client, run.id);
        throw error;
      }
      // A runtime that was started anew answers elsewhere, and knows what became of the run.
      const again = error instanceof ConnectionError ? await this.otherClient(client, signal) : undefined;
      if (!again) throw error;
      for await (const detail of again.evals.follow(run.id, { signal })) this.take(detail);
    }
  }

  private async otherClient(client: TavoraClient, signal: AbortSignal): Promise<TavoraClient | undefined> {
    const { project } = this.plan.cases[0];
    const other = await this.services.connection.client(signal, project.folder.toString());
    return other === client ? undefined : other;
  }

  /** Stops the run on the server, and takes what was judged until then. */
  private async stop(client: TavoraClient, id: string): Promise<void> {
    try {
      if (await client.evals.cancel(id)) {
        this.take(await client.evals.run(id));
      } else {
        this.say(`${this.server} cannot stop a run: it goes on there, and its results are not waited for.`);
      }
    } catch (error) {
      this.say(`The run could not be stopped on ${this.server}: ${sentence(error)}`);
    }
  }

  private take(detail: EvalRunDetail): void {
    const { cases, repeat } = this.plan;
    this.details.set(detail.run.id, detail);
    const all = [...this.details.values()].flatMap(({ results }) => results);
    this.results.keep(cases[0].project, cases[0].agent.id, { ...detail, results: all });
    this.sayWhatIsIgnored(detail);
    // A server that does not say what is left is taken to do everything at once.
    const begun = new Set(
      detail.pending.filter(({ status }) => status === 'running').map(({ case_name: name }) => name),
    );
    const byName = this.byName();
    for (const one of cases) {
      const results = byName.get(one.file.name) ?? [];
      const begins = begun.has(one.file.name) || results.length > 0 || detail.pending.length === 0;
      if (begins && !this.started.has(one)) {
        this.started.add(one);
        this.test.started(one.item);
      }
      const namesakes = cases.filter(({ file }) => file.name === one.file.name).length;
      if (results.length >= repeat * namesakes && !this.reported.has(one)) this.report(one, results);
    }
  }

  private sayWhatIsIgnored({ run, results }: EvalRunDetail): void {
    const { cases, whole, repeat } = this.plan;
    const names = new Set(cases.map(({ file }) => file.name));
    const more = run.total_cases > names.size * repeat || results.some((one) => !names.has(one.case_name));
    if (!whole && typeof run.complete_suite !== 'boolean' && more) {
      this.say(`${this.server} runs whole suites only; of this one only what was asked for is shown here.`);
    }
    if (repeat > 1 && typeof run.repeat !== 'number') {
      this.say(`${this.server} does not repeat cases by itself; the suite is run ${repeat} times.`);
    }
  }

  private report(one: EvalItem, results: readonly EvalResult[]): void {
    const verdict = verdictOf(one, results);
    this.reported.set(one, verdict);
    const { item } = one;
    this.test.appendOutput(`${verdict.line}\r\n`, undefined, item);
    if (verdict.kind === 'passed') this.test.passed(item, verdict.durationMs);
    else this.test[verdict.kind](item, verdict.messages, verdict.durationMs);
  }

  private byName(): Map<string, EvalResult[]> {
    const all = [...this.details.values()].flatMap(({ results }) => results);
    return groupBy(all, ({ case_name: name }) => name);
  }

  private reasonOf(error: unknown): string {
    if (!isUnserved(error)) return sentence(error);
    const { agent } = this.plan.cases[0];
    return `${this.server} runs no evals of "${agent.id}": ${sentence(error)}`;
  }

  /** Says something once, in the output. */
  private say(text: string): void {
    if (this.said.has(text)) return;
    this.said.add(text);
    this.test.appendOutput(`${text}\r\n`);
  }

  private get server(): string {
    return this.services.connection.state.server.label;
  }
}
