import * as vscode from 'vscode';
import { estimate, overLimit, type Prices } from './estimate';
import type { EvalResults } from './results';
import type { EvalItem } from './tree';

/**
 * Asks where a run would pass a limit, or nothing is known of what it uses and there is a limit.
 * @param modal false where nobody has just asked for the run
 * @returns false when it is not to be run
 */
export async function mayRun(
  cases: readonly EvalItem[],
  results: Pick<EvalResults, 'of'>,
  repeat: number,
  modal: boolean,
): Promise<boolean> {
  const settings = vscode.workspace.getConfiguration('tavora');
  const limits = {
    tokens: settings.get('evals.maxTokens', 0),
    cost: settings.get('evals.maxCost', 0),
  };
  const against = overLimit(
    estimate(cases, results, repeat, settings.get<Prices>('modelPrices', {})),
    limits,
  );
  if (against === undefined) return true;
  const runs = cases.length === 1 ? 'one eval' : `${cases.length} evals`;
  const question = `Run ${runs}${repeat > 1 ? `, ${repeat} times` : ''}?`;
  const answer = modal
    ? await vscode.window.showWarningMessage(question, { modal, detail: against }, 'Run Anyway')
    : await vscode.window.showWarningMessage(`${question} ${against}`, 'Run Anyway');
  return answer === 'Run Anyway';
}
