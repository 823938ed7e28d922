import * as vscode from 'vscode';
import { ApiError, type TavoraClient } from '../../../client';
import { EvalResult, errorCodes, judgedCases } from '../../../protocol';
import { runCommand } from '../../shared/commands';
import type { Remedy } from '../../shared/errors';
import { inParallel } from '../../shared/in-parallel';
import { Refusal } from '../refusal';
import type { GatedAgent } from './through-gate';

/** How many failed cases a message names. */
const named = 3;
/** How many questions a server is asked at a time. */
const width = 8;
/** How long the failed cases are waited for, in milliseconds. */
const readMs = 10_000;

/** Where a deployment was refused, and of which agents the evals decide. */
interface Refused {
  client: TavoraClient;
  gated: readonly GatedAgent[];
  /** Whether the sessions of their runs can be opened: the studio shows those of the chosen server. */
  hasTraces: boolean;
}

/**
 * A refusal by evals as a message that names the failed cases with their scores, and leads to their traces where those
 * can be opened. A server
 * that does not name them is asked for the newest run of each agent.
 * @param what was to be deployed
 * @returns any other error as it is.
 */
export async function failedEvals(what: string, error: unknown, refused: Refused): Promise<unknown> {
  if (!(error instanceof ApiError) || error.code !== errorCodes.evalsFailed) {
    return error;
  }
  const { results } = error.details;
  const told = (Array.isArray(results) ? results : []).flatMap((one) => EvalResult.safeParse(one).data ?? []);
  const failed = told.length > 0 ? told : await newestFailures(refused);
  if (failed.length === 0) {
    return new Refusal(error.message, [showTests], { cause: error });
  }
  const cases = judgedCases(failed).flatMap(({ results: [first] }) => first ?? []);
  const count = cases.length === 1 ? '1 eval failed' : `${cases.length} evals failed`;
  const more = cases.length > named ? ` and ${cases.length - named} more` : '';
  const texts = cases.slice(0, named).map(caseText).join(', ');
  return new Refusal(
    `${what} was not deployed: ${count}. ${texts}${more}.`,
    [...(refused.hasTraces ? openTrace(failed) : []), showTests],
    { cause: error },
  );
}

/** @returns what did not pass in the newest run of each agent, if that is one of all its cases and of these files. */
async function newestFailures({ client, gated }: Refused): Promise<EvalResult[]> {
  const signal = AbortSignal.timeout(readMs);
  try {
    const failed = await inParallel(gated, width, async ({ serverId, sourceHash }) => {
      const [newest] = await client.evals.ofAgent(serverId, { limit: 1 }, { signal });
      const decides = newest?.complete_suite !== false && (newest?.source_hash || sourceHash) === sourceHash;
      if (!newest || !decides) return [];
      return (await client.evals.run(newest.id, { signal })).results.filter(({ pass }) => !pass);
    });
    return failed.flat();
  } catch {
    // The refusal is what is to be told; without the cases it says less.
    return [];
  }
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
