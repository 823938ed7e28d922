import { type EvalRun, errorCodes, type JudgedCase, judgedCases } from '../../protocol';
import { Problem } from '../http/problem';
import type { LoadedAgent } from '../source/loaded';
import type { AgentRow, ShownResult, Store } from '../store';
import { type EvalPlan, suiteOf } from './plan';
import type { EvalRuns } from './runs';

/** What the evals of a draft say about making it live. */
export type GateVerdict = { kind: 'none' } | { kind: 'passed' | 'failed' | 'running'; run: EvalRun };

/** A draft that is to go live, and the agent that it is of. */
export interface GatedDraft {
  agent: AgentRow;
  source: LoadedAgent;
}

interface GateServices {
  store: Store;
  projectId: string;
  models: { resolve(model: string): { id: string } };
  evals: EvalRuns;
}

/**
 * Lets the evals decide whether drafts may go live.
 *
 * What counts is the newest run of the whole suite, as it is now, over exactly this source with the same models. A case
 * that it repeats has the verdict that it has everywhere: it passes when more than half of its repetitions do.
 * When there is none, or one that could not judge every case, a run is started; one under way is waited for.
 *
 * @returns the local ids of agents that have no evals.
 * @throws Problem 422 `evals_failed` with the results that did not pass, 409 `evals_running` when a run takes longer
 *   than a client waits for an answer: it goes on, and the same request made after its end takes its verdict.
 */
export async function passGate(services: GateServices, drafts: readonly GatedDraft[]): Promise<string[]> {
  const verdicts = await Promise.all(drafts.map((draft) => judgeDraft(services, draft)));
  const judged = verdicts.flatMap((verdict, at) => {
    const localId = drafts[at]?.agent.local_id ?? '';
    return verdict.kind === 'none' ? [] : [{ localId, ...verdict }];
  });
  const failed = judged.filter(({ kind }) => kind === 'failed');
  const running = judged.filter(({ kind }) => kind === 'running');
  if (failed.length > 0) throw await refusal(services, failed);
  if (running.length > 0) {
    const names = running.map(({ localId }) => `"${localId}"`).join(', ');
    const message = `The evals of ${names} are still running; wait for the end of the run and deploy again: its verdict then counts.`;
    throw new Problem(409, errorCodes.evalsRunning, message, runDetails(running));
  }
  return drafts.filter((_, at) => verdicts[at]?.kind === 'none').map(({ agent }) => agent.local_id);
}

async function judgeDraft(services: GateServices, { agent, source }: GatedDraft): Promise<GateVerdict> {
  const { store, evals, models, projectId } = services;
  const suite = await suiteOf(services, agent);
  if (!suite || suite.version.cases.length === 0) return { kind: 'none' };
  const plan: EvalPlan = {
    agent,
    target: 'draft',
    versionId: null,
    source,
    suite: suite.version,
    suiteAgentId: suite.agentId,
    cases: suite.version.cases,
    completeSuite: true,
    repeat: 1,
    coverage: false,
    timeoutMs: undefined,
  };
  const over = {
    sourceHash: source.sourceHash,
    suiteId: suite.version.suite_id,
    suiteVersion: suite.version.semver,
    judgeModel: evals.judgeOf(plan).model,
    model: models.resolve(source.agent.model).id,
  };
  const newest = await store.evalRuns.newestOver(agent.id, over, ['pending', 'running', 'completed']);
  const isOpen =
    newest?.status === 'completed' &&
    (await casesOf(store, newest)).some(({ verdict }) => verdict === 'errored');
  const run = newest && !isOpen ? newest : await evals.startPlan(plan);
  if (run.status !== 'completed') await evals.settled(run.id);
  const after = (await store.evalRuns.get(projectId, run.id)) ?? run;
  if (after.status === 'pending' || after.status === 'running') return { kind: 'running', run: after };
  const isPassed = after.status === 'completed' && !(await casesOf(store, after)).some(hasNotPassed);
  return { kind: isPassed ? 'passed' : 'failed', run: after };
}

async function casesOf(store: Store, { id }: EvalRun): Promise<JudgedCase<ShownResult>[]> {
  return judgedCases((await store.evalRuns.results(id)).results);
}

function hasNotPassed({ verdict }: JudgedCase<ShownResult>): boolean {
  return verdict !== 'passed';
}

function hasFailure({ results }: JudgedCase<ShownResult>): boolean {
  return results.some(({ pass }) => !pass);
}

async function refusal(
  { store }: GateServices,
  failed: readonly { localId: string; run: EvalRun }[],
): Promise<Problem> {
  const results = [];
  const counts = [];
  for (const { localId, run } of failed) {
    const cases = await casesOf(store, run);
    // A run that was ended early may have left most repetitions of a case passed, and is no verdict on it.
    const open = run.status === 'completed' ? cases.filter(hasNotPassed) : cases.filter(hasFailure);
    const missed = open.flatMap((one) => one.results.filter(({ pass }) => !pass));
    results.push(...missed.map((result) => ({ local_id: localId, ...result })));
    counts.push(`${open.length} of ${cases.length} of "${localId}"`);
  }
  const message = `Nothing was deployed, because evals failed: ${counts.join(', ')}. Change the draft, or run its evals again, and deploy then.`;
  return new Problem(422, errorCodes.evalsFailed, message, { ...runDetails(failed), results });
}

function runDetails(judged: readonly { localId: string; run: EvalRun }[]) {
  return {
    run_id: judged[0]?.run.id,
    runs: judged.map(({ localId, run }) => ({ local_id: localId, ...run })),
  };
}
