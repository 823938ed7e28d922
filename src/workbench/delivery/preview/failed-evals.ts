import * as vscode from 'vscode';
import { ApiError } from '../../../client';
import { EvalResult, errorCodes } from '../../../protocol';
import { runCommand } from '../../shared/commands';
import { PoliteError, type Remedy } from '../../shared/errors';

/** How many failed cases a message names. */
const named = 3;

/**
 * A refusal by evals as a message that names the failed cases with their scores, and leads to their traces.
 * @returns undefined for every other error.
 */
export function failedEvals(what: string, error: unknown): PoliteError | undefined {
  if (!(error instanceof ApiError) || error.code !== errorCodes.evalsFailed) {
    return undefined;
  }
  const { results } = error.details;
  const failed = (Array.isArray(results) ? results : []).flatMap(
    (one) => EvalResult.safeParse(one).data ?? [],
  );
  if (failed.length === 0) {
    return new PoliteError(error.message, [showTests], { cause: error });
  }
  const count = failed.length === 1 ? '1 eval failed' : `${failed.length} evals failed`;
  const more = failed.length > named ? ` and ${failed.length - named} more` : '';
  const cases = failed.slice(0, named).map(caseText).join(', ');
  return new PoliteError(
    `${what} was not deployed: ${count}. ${cases}${more}.`,
    [...openTrace(failed), showTests],
    { cause: error },
  );
}

const showTests: Remedy = {
  label: 'Show in Test Explorer',
  run: () => vscode.commands.executeCommand('workbench.view.testing.focus'),
};

/** "Refund a delivered order" 4.2 of at least 7. */
function caseText({ case_name, score, pass_threshold, error }: EvalResult): string {
  if (error) {
    return `“${case_name}” could not be judged: ${error}`;
  }
  const needed = typeof pass_threshold === 'number' ? `, needs ${pass_threshold}` : '';
  return `“${case_name}” scored ${Math.round(score * 10) / 10}${needed}`;
}

function openTrace(failed: readonly EvalResult[]): Remedy[] {
  const traced = failed.flatMap((result) =>
    result.session_id ? [{ ...result, id: result.session_id }] : [],
  );
  const [only] = traced;
  if (!only) {
    return [];
  }
  if (traced.length === 1) {
    return [{ label: 'Open Trace', run: () => runCommand('tavora.openStudio', only.id) }];
  }
  const pick = async () => {
    const picked = await vscode.window.showQuickPick(
      traced.map((result) => ({
        label: result.case_name,
        description: result.error ? 'not judged' : String(Math.round(result.score * 10) / 10),
        detail: result.error ?? result.reasoning,
        id: result.id,
      })),
      { placeHolder: 'The trace of which failed eval?' },
    );
    if (picked) {
      await runCommand('tavora.openStudio', picked.id);
    }
  };
  return [{ label: 'Open Trace…', run: pick }];
}
