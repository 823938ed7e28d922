import * as vscode from 'vscode';
import { ConnectionError, isUnserved, type TavoraClient } from '../../client';
import { CaseLabels } from '../../project';
import { type EvalResult, type EvalRun, type EvalRunDetail, hasBroken, repeatsOfRun } from '../../protocol';
import type { ServerInfo } from '../connection';
import { isSameServer } from '../delivery';
import { sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { AskedCases, type CaseChoice, unknownText } from './asked-cases';
import type { CoveredRun } from './coverage';
import type { RunContext } from './history';
import type { EvalResults } from './results';
import { RunDraft } from './run-draft';
import { TakenRuns } from './taken-runs';
import type { EvalItem } from './tree';
import { type Verdict, verdictOf } from './verdict';

/** What of an agent is run, and how. */
export interface AgentRunPlan {
  /** Of one agent; at least one. */
  cases: readonly [EvalItem, ...EvalItem[]];
  /** Every case that the agent has is among them. */
  whole: boolean;
  target: 'draft' | 'live';
  /** Over what they are to be run, as it is known before. */
  over: RunContext;
  /** On which server. */
  server: ServerInfo;
  /** How often each case is run. */
  repeat: number;
  /** Whether the server is to note what the cases exercise in the skills. */
  coverage: boolean;
  /** Another run of the cases may follow that counts in the place of this one: what has not passed is said at the end. */
  mayBeFollowed?: boolean;
}

/** The cases of one agent on their way through the server and into the Test Explorer, whoever began their run. */
export class AgentRun {
  private readonly taken = new TakenRuns();
  private readonly started = new Set<EvalItem>();
  private readonly reported = new Map<EvalItem, Verdict>();
  /** What could not be run. */
  private readonly refused = new Set<vscode.TestItem>();
  private readonly said = new Set<string>();
  /** Why cases were not run, as the last that was said of it. */
  problem: string | undefined;
  private labels: CaseLabels;
  private readonly draft: RunDraft;
  private closing = false;

  constructor(
    private readonly services: Pick<Services, 'connection' | 'drafts'>,
    private readonly results: EvalResults,
    readonly test: vscode.TestRun,
    readonly plan: AgentRunPlan,
  ) {
    this.labels = CaseLabels.of(plan.cases[0].agent);
    this.draft = new RunDraft(services.drafts, plan);
  }

  /** Over what the cases are run: the plan's, unless this window sent another draft before their turn came. */
  get over(): RunContext {
    return this.draft.over;
  }

  /** What the cases are called, in the results of the runs too. */
  get caseLabels(): CaseLabels {
    return this.labels;
  }

  /** What has been judged, with its cases. */
  get verdicts(): ReadonlyMap<EvalItem, Verdict> {
    return this.reported;
  }

  /** The runs on the server, as they were last seen. */
  get runs(): readonly EvalRunDetail[] {
    return this.taken.all;
  }

  /** The runs on the server with the items of their cases, for what they exercised. */
  get covered(): CoveredRun[] {
    const { labels } = this;
    const items = new Map(this.plan.cases.map(({ file, item }) => [labels.ofFile(file), item]));
    return this.runs.map(({ run, results }) => {
      const names = new Map(results.map((one) => [one.case_id ?? '', labels.ofResult(one)]));
      return { runId: run.id, server: this.plan.server, itemOf: (id) => items.get(names.get(id) ?? '') };
    });
  }

  /** Runs the cases to their end; what cannot be run is said at each case. Never throws. */
  async execute(client: TavoraClient, serverId: string, signal: AbortSignal): Promise<void> {
    let reason: string | undefined;
    try {
      await this.readLabels(client, serverId, signal);
      reason = await this.rounds(client, serverId, signal);
    } catch (error) {
      if (!signal.aborted) reason = this.reasonOf(error);
    }
    this.close(reason);
  }

  /** Reads what the cases are called in the results of a server. @throws ApiError and ConnectionError. */
  async readLabels(client: TavoraClient, serverId: string, signal: AbortSignal): Promise<void> {
    const { agent } = this.plan.cases[0];
    this.labels = await CaseLabels.read(agent, () => client.evals.caseFiles(serverId, { signal }));
  }

  /** Ends every case that is open: with what was judged of it, else with the reason, else as skipped. */
  close(reason: string | undefined): void {
    this.closing = true;
    const byLabel = this.taken.byLabel(this.labels);
    for (const one of this.plan.cases) {
      if (this.reported.has(one) || this.refused.has(one.item)) continue;
      const { results, sharers } = this.resultsOf(one, byLabel);
      if (results.length > 0) {
        // A server that has given all that it has may know of fewer cases of one name than the files.
        const wanted = this.plan.repeat * (reason === undefined ? sharers : 1);
        this.report(one, results, wanted, reason);
      } else if (reason === undefined) {
        this.test.skipped(one.item);
      } else {
        this.refuse(one, reason);
      }
    }
  }

  /** A server that does not repeat so many cases at once is asked as often as it takes. @returns why cases may be without a result. */
  private async rounds(
    client: TavoraClient,
    serverId: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { cases, whole, target, repeat, coverage } = this.plan;
    const asked = new AskedCases(cases, whole, this.labels);
    for (let left = repeat; left > 0; ) {
      const times = repeatsOfRun(cases.length, left);
      const how = { target, ...(times > 1 ? { repeat: times } : {}), ...(coverage ? { coverage } : {}) };
      const run = await this.start(asked, (choice) =>
        client.evals.start(serverId, { ...how, ...choice }, { signal }),
      );
      if (!run) return undefined;
      const note = await this.draft.check(client, run, this.runs.length === 0);
      if (note) this.say(note);
      await this.follow(client, run, signal);
      const ended = this.taken.get(run.id)?.run ?? run;
      if (ended.status === 'cancelled') return undefined;
      if (ended.status !== 'completed') {
        return ended.error || `${this.server} gave the run up without saying why.`;
      }
      left -= Math.max(1, run.repeat ?? 1);
    }
    return `${this.server} gave no result for this case.`;
  }

  /** Starts a run of the cases that the server knows; of the others it is said. @returns undefined when it knows none. */
  private async start(
    asked: AskedCases,
    begin: (choice: CaseChoice) => Promise<EvalRun>,
  ): Promise<EvalRun | undefined> {
    for (let { choice } = asked; choice; { choice } = asked) {
      try {
        return await begin(choice);
      } catch (error) {
        const unknown = asked.leaveOut(error);
        if (unknown.length === 0) throw error;
        for (const one of unknown) this.refuse(one, unknownText(one, this.plan.target, this.server));
      }
    }
    return undefined;
  }

  private refuse({ item }: EvalItem, reason: string): void {
    this.refused.add(item);
    this.problem = reason;
    this.test.errored(item, new vscode.TestMessage(reason));
    this.say(reason);
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
    const { cases, server } = this.plan;
    const folder = cases[0].project.folder.toString();
    const other = await this.services.connection.clientFor({ server, client }, signal, folder);
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

  /** Shows what a run of the cases has so far. */
  take(detail: EvalRunDetail): void {
    const { cases, repeat, server } = this.plan;
    this.taken.take(detail);
    // What is shown of a case elsewhere is of the chosen server.
    if (isSameServer(server, this.services.connection.state.server)) {
      const shown = { ...detail, results: this.taken.results };
      this.results.keep(cases[0].project, cases[0].agent, shown, this.labels, this.over);
    }
    this.sayWhatIsIgnored(detail);
    // A server that does not say what is left is taken to do everything at once; of a run that broke nothing is left.
    const isSilent = detail.pending.length === 0 && !hasBroken(detail);
    const begun = new Set(
      detail.pending.filter(({ status }) => status === 'running').map((one) => this.labels.ofResult(one)),
    );
    const byLabel = this.taken.byLabel(this.labels);
    for (const one of cases) {
      if (this.refused.has(one.item)) continue;
      const { label, results, sharers } = this.resultsOf(one, byLabel);
      const begins = begun.has(label) || results.length > 0 || isSilent;
      if (begins && !this.started.has(one)) {
        this.started.add(one);
        this.test.started(one.item);
      }
      const wanted = repeat * sharers;
      if (results.length >= wanted && !this.reported.has(one)) this.report(one, results, wanted);
    }
  }

  /** @returns the results of a case so far, and of how many cases of its name they are where nobody can say whose. */
  private resultsOf(
    { file }: EvalItem,
    byLabel: ReadonlyMap<string, EvalResult[]>,
  ): { label: string; results: readonly EvalResult[]; sharers: number } {
    const label = this.labels.ofFile(file);
    const own = byLabel.get(label);
    const shared = byLabel.get(file.name);
    if (own || !shared) return { label, results: own ?? [], sharers: 1 };
    const sharers = this.plan.cases.filter((one) => one.file.name === file.name).length;
    return { label, results: shared, sharers };
  }

  private sayWhatIsIgnored({ run, results }: EvalRunDetail): void {
    const { cases, whole, repeat } = this.plan;
    const names = new Set(cases.map(({ file }) => file.name));
    const more = run.total_cases > cases.length * repeat || results.some((one) => !names.has(one.case_name));
    if (!whole && typeof run.complete_suite !== 'boolean' && more) {
      this.say(`${this.server} runs whole suites only; of this one only what was asked for is shown here.`);
    }
    if (repeat > 1 && typeof run.repeat !== 'number') {
      this.say(`${this.server} does not repeat cases by itself; the suite is run ${repeat} times.`);
    }
  }

  /** @param reason why there are fewer results than wanted; undefined where the run was stopped */
  private report(one: EvalItem, results: readonly EvalResult[], wanted: number, reason?: string): void {
    const verdict = verdictOf(one, results, wanted, reason);
    // The Test Explorer lets a case that has passed fail later in the same run, and not the other way round.
    if (this.plan.mayBeFollowed && !this.closing && verdict.kind !== 'passed') return;
    this.reported.set(one, verdict);
    const { item } = one;
    this.test.appendOutput(`${verdict.line}\r\n`, undefined, item);
    if (verdict.kind === 'passed') this.test.passed(item, verdict.durationMs);
    else this.test[verdict.kind](item, verdict.messages, verdict.durationMs);
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
    return this.plan.server.label;
  }
}
