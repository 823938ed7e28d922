import type { EvalRun, StartEvalRun } from '../../protocol';
import type { Audit } from '../audit';
import { conflict, notFound } from '../http/problem';
import type { Embedder } from '../knowledge';
import type { ModelPrices } from '../limits';
import type { Log } from '../log';
import type { ModelRouter } from '../models/types';
import type { LoadedAgents } from '../source/loaded';
import { type EvalRunStatus, type NewEvalResult, type PendingResult, type Store, setName } from '../store';
import { CaseCoverage, noteSkills } from './coverage';
import { chooseJudge } from './judge';
import { type EvalPlan, planRun } from './plan';
import { type CaseServices, runCase } from './run-case';
import { Slots } from './slots';
import { timeoutSignal } from './timeout';
import type { Judge } from './types';
import { judgeOutcome } from './verdict';

export interface EvalServices extends CaseServices {
  store: Store;
  loaded: LoadedAgents;
  models: ModelRouter;
  /** What the offline judge compares meanings with. */
  embedder: Embedder | undefined;
  audit: Audit;
  prices: ModelPrices;
  projectId: string;
  log: Log;
  /** Model that judges in place of the agent's own. */
  judgeModel: string | undefined;
  /** Longest time of one case, its judgement included, where a request names none. */
  caseTimeoutMs?: number;
  /** How long a deployment waits for its evals; less than clients wait for an answer. */
  gateWaitMs?: number;
  /** How many cases go on at a time, of all runs together. */
  atOnce?: number;
}

/** Why a run ended before its cases did. */
class RunEnded extends Error {
  constructor(
    readonly status: EvalRunStatus,
    message: string,
  ) {
    super(message);
    this.name = 'RunEnded';
  }
}

interface Active {
  controller: AbortController;
  ended: Promise<void>;
}

/** Runs suites of evals in the background, through sessions like those of people. */
export class EvalRuns {
  readonly #services: EvalServices;
  readonly #slots: Slots;
  readonly #active = new Map<string, Active>();
  #closed = false;

  constructor(services: EvalServices) {
    this.#services = services;
    this.#slots = new Slots(services.atOnce ?? 3);
  }

  /** Ends the runs that a dead process left behind. */
  async failInterrupted(): Promise<void> {
    const reason = 'The runtime stopped before the run was done; run it again.';
    const count = await this.#services.store.evalRuns.failInterrupted(reason);
    if (count > 0)
      this.#services.log.warn(`${count} runs of evals were under way when the last process died`);
  }

  /**
   * Starts a run and returns at once.
   * @throws Problem for what cannot be run (see `planRun`); ModelError when the agent's model or the judge cannot
   *   be called.
   */
  async start(agentId: string, target: 'draft' | 'live', request: StartEvalRun): Promise<EvalRun> {
    return this.startPlan(await planRun(this.#services, agentId, target, request));
  }

  /** Starts a run that has been planned. @throws as `start`. */
  async startPlan(plan: EvalPlan): Promise<EvalRun> {
    if (this.#closed) throw conflict('The runtime is shutting down.');
    const { store, models, projectId, audit } = this.#services;
    const judge = this.judgeOf(plan);
    const { id: model } = models.resolve(plan.source.agent.model);
    const id = await store.transaction(async (nouns) => {
      const created = await nouns.evalRuns.create(
        {
          project_id: projectId,
          agent_id: plan.agent.id,
          suite_id: plan.suite.suite_id,
          suite_version: plan.suite.semver,
          target: plan.target,
          version_id: plan.versionId,
          source_hash: plan.source.sourceHash,
          model,
          judge_model: judge.model,
          repeat: plan.repeat,
          complete_suite: plan.completeSuite ? 1 : 0,
          coverage: plan.coverage ? 1 : 0,
        },
        resultsOf(plan),
      );
      await audit.record(
        {
          action: 'eval_run.start',
          subjectType: 'eval_run',
          subjectId: created,
          agentVersionId: plan.versionId,
          metadata: { agent_id: plan.agent.id, target: plan.target, cases: plan.cases.length },
        },
        nouns,
      );
      return created;
    });
    if (this.#closed) {
      await store.evalRuns.finish(id, 'failed', shutDown);
      return this.#read(id);
    }
    const controller = new AbortController();
    const ended = this.#execute(id, plan, judge, controller.signal).finally(() => this.#active.delete(id));
    this.#active.set(id, { controller, ended });
    return this.#read(id);
  }

  /** @returns the judge that a plan's run has. @throws ModelError */
  judgeOf({ source }: EvalPlan): Judge {
    const { models, embedder, judgeModel } = this.#services;
    return chooseJudge(models, embedder, judgeModel, source.agent.model);
  }

  /**
   * Stops a run: cases under way are stopped, those that wait are not begun. One that has ended stays as it is.
   * @throws Problem 404.
   */
  async cancel(id: string): Promise<EvalRun> {
    await this.#read(id);
    const active = this.#active.get(id);
    if (active) {
      active.controller.abort(new RunEnded('cancelled', 'The run was cancelled.'));
      await active.ended;
      await this.#services.audit.record({
        action: 'eval_run.cancel',
        subjectType: 'eval_run',
        subjectId: id,
      });
    }
    return this.#read(id);
  }

  /** Waits for the end of a run of this process, but not longer than a deployment may take. */
  async settled(id: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#services.gateWaitMs ?? defaultGateWaitMs);
    });
    await Promise.race([this.#active.get(id)?.ended, waited]);
    clearTimeout(timer);
  }

  /** Stops all runs and takes no more; they are marked failed, with the reason. */
  async close(): Promise<void> {
    this.#closed = true;
    const active = [...this.#active.values()];
    for (const { controller } of active) {
      controller.abort(new RunEnded('failed', shutDown));
    }
    await Promise.all(active.map(({ ended }) => ended));
  }

  async #read(id: string): Promise<EvalRun> {
    const run = await this.#services.store.evalRuns.get(this.#services.projectId, id);
    if (!run) throw notFound(`The eval run "${id}"`);
    return run;
  }

  /** Never rejects: what goes wrong becomes the run's status. */
  async #execute(id: string, plan: EvalPlan, judge: Judge, signal: AbortSignal): Promise<void> {
    const { store, log } = this.#services;
    try {
      await store.evalRuns.start(id);
      if (plan.coverage) await noteSkills(store, id, plan.source);
      const pending = await store.evalRuns.pending(id);
      const cases = pending.map((result) =>
        this.#slots.use(async () => {
          if (!signal.aborted) await this.#executeCase(result, plan, judge, signal);
        }),
      );
      const failure = (await Promise.allSettled(cases)).find((one) => one.status === 'rejected');
      if (failure) throw failure.reason;
      signal.throwIfAborted();
      await store.evalRuns.finish(id, 'completed', null);
    } catch (error) {
      // An agent that was deleted took its runs with it.
      if (!(await store.evalRuns.get(this.#services.projectId, id))) return;
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof RunEnded)) log.error(`The run ${id} of evals broke`, error);
      await store.evalRuns.finish(id, error instanceof RunEnded ? error.status : 'failed', message);
    }
  }

  async #executeCase(
    { id, run_id, case_id, repetition }: PendingResult,
    plan: EvalPlan,
    judge: Judge,
    runSignal: AbortSignal,
  ): Promise<void> {
    const { store, projectId, caseTimeoutMs = defaultTimeoutMs } = this.#services;
    const given = plan.cases.find((one) => one.id === case_id);
    if (!given) throw new Error(`The case ${case_id} is not part of the run that it waits in.`);
    const session = await store.sessions.create({
      projectId,
      agentId: plan.agent.id,
      target: plan.target,
      versionId: plan.versionId,
      title: `Eval: ${given.name}`,
      tools: null,
      metadata: {
        agent_id: plan.agent.id,
        local_id: plan.agent.local_id,
        target: plan.target,
        ...(plan.versionId ? { agent_version_id: plan.versionId } : {}),
        eval_run_id: run_id,
        eval_case: given.name,
        repetition,
      },
      indexIds: null,
    });
    await store.evalRuns.startResult(id, session.id);
    const timeoutMs = plan.timeoutMs ?? caseTimeoutMs;
    const timeout = timeoutSignal(timeoutMs);
    const signal = AbortSignal.any([runSignal, timeout.signal]);
    const coverage = plan.coverage ? new CaseCoverage() : undefined;
    try {
      const outcome = await runCase(this.#services, session, plan.source, given, signal, coverage);
      await coverage?.keep(store, run_id, given.id);
      if (runSignal.aborted) return;
      const { models, prices } = this.#services;
      const { id: model } = models.resolve(plan.source.agent.model);
      const judged = await judgeOutcome({ judge, prices, model }, given, outcome, signal);
      if (!runSignal.aborted) await store.evalRuns.finishResult(id, judged);
    } finally {
      timeout.clear();
    }
  }
}

const shutDown = 'The runtime was shut down; run it again.';
const defaultTimeoutMs = 5 * 60_000;
const defaultGateWaitMs = 120_000;

function resultsOf({ cases, repeat, suiteAgentId }: EvalPlan): NewEvalResult[] {
  return cases.flatMap((given) =>
    Array.from({ length: repeat }, (_, at) => ({
      case_id: given.id,
      case_name: given.name,
      set_name: setName(suiteAgentId),
      repetition: at + 1,
      pass_threshold: given.pass_threshold,
    })),
  );
}
