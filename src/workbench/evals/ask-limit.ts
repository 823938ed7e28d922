import * as vscode from 'vscode';
import { groupBy } from '../shared/group-by';
import { type EvalLimits, type EvalPlace, estimate, overLimit, type Prices, withSuites } from './estimate';
import type { EvalResults } from './results';

/** How a run is asked about. */
export interface RunQuestion {
  /** How often each case is run. */
  repeat: number;
  /** False where nobody has just asked for the run. */
  modal: boolean;
  /** What else is said of the run: "before the deployment of support". */
  when?: string;
}

/** @returns whether any run of evals is asked about. */
export function hasLimit(): boolean {
  const { tokens, cost } = limits();
  return tokens > 0 || cost > 0;
}

/**
 * Asks where a run would pass a limit, or nothing is known of what it uses and there is a limit.
 * @returns false when it is not to be run
 */
export async function mayRun(
  cases: readonly EvalPlace[],
  results: Pick<EvalResults, 'of' | 'read'>,
  { repeat, modal, when }: RunQuestion,
): Promise<boolean> {
  if (!hasLimit()) return true;
  const agents = groupBy(cases, ({ project, agent }) =>
    JSON.stringify([project.folder.toString(), agent.id]),
  );
  await results.read(
    [...agents.values()].flatMap(([one]) => (one ? { project: one.project, agentId: one.agent.id } : [])),
  );
  const all = withSuites(cases, results);
  const prices = vscode.workspace.getConfiguration('tavora').get<Prices>('modelPrices', {});
  const over = overLimit(estimate(all, results, repeat, prices), limits());
  if (over === undefined) return true;
  const whole = all.length > cases.length ? `The server runs whole suites: ${evals(all.length)}. ` : '';
  const against = `${whole}${over}`;
  const times = repeat > 1 ? `, ${repeat} times` : '';
  const question = `Run ${evals(cases.length)}${times}${when ? ` ${when}` : ''}?`;
  const answer = modal
    ? await vscode.window.showWarningMessage(question, { modal, detail: against }, 'Run Anyway')
    : await vscode.window.showWarningMessage(`${question} ${against}`, 'Run Anyway');
  return answer === 'Run Anyway';
}

function limits(): EvalLimits {
  const settings = vscode.workspace.getConfiguration('tavora');
  return { tokens: settings.get('evals.maxTokens', 0), cost: settings.get('evals.maxCost', 0) };
}

function evals(count: number): string {
  return count === 1 ? 'one eval' : `${count} evals`;
}
