import * as vscode from 'vscode';
import type { EvalFile } from '../../project';
import {
  defaultPassThreshold,
  type EvalResult,
  type EvalVerdict,
  evalVerdict,
  tallyOf,
  tallyText,
} from '../../protocol';
import type { EvalItem } from './tree';

/** Marks our messages for the menus of the Test Explorer. */
export const messageContext = 'tavora.eval';

/** What the results of a case come to, as the Test Explorer shows it. */
export interface Verdict {
  kind: EvalVerdict;
  messages: vscode.TestMessage[];
  /** Milliseconds that the case took, of all repetitions together. */
  durationMs: number;
  /** For the output. */
  line: string;
  /** The session behind each message, by its text; the newest one under "". */
  sessions: ReadonlyMap<string, string>;
}

/**
 * @param results at least one
 * @param wanted how many there were to be
 * @param reason why there are no more; undefined where the run was stopped
 */
export function verdictOf(
  { file, item }: EvalItem,
  results: readonly EvalResult[],
  wanted: number,
  reason?: string,
): Verdict {
  const tally = tallyOf(results);
  const sessions = new Map<string, string>();
  const messages: vscode.TestMessage[] = [];
  const add = (message: vscode.TestMessage, { session_id: session }: EvalResult) => {
    if (item.uri && item.range) message.location = new vscode.Location(item.uri, item.range);
    message.contextValue = messageContext;
    messages.push(message);
    if (session) sessions.set(String(message.message), session);
  };
  for (const [at, result] of results.entries()) {
    if (result.session_id) sessions.set('', result.session_id);
    if (result.pass && !result.error) continue;
    const which = wanted > 1 ? `Repetition ${result.repetition ?? at + 1}. ` : '';
    if (result.error) {
      const text = `${which}Not judged: ${result.error}`;
      add(new vscode.TestMessage(result.response ? `${text}\n\nAnswer:\n${result.response}` : text), result);
      continue;
    }
    add(new vscode.TestMessage(`${which}${failureText(file, result)}`), result);
    add(
      vscode.TestMessage.diff(
        `${which}What was expected, against the answer`,
        expected(file),
        result.response,
      ),
      result,
    );
  }
  const summaryText =
    tally.total < wanted ? `${shortfall(tally.total, wanted, reason)} ${tallyText(tally)}` : tallyText(tally);
  const kind = evalVerdict(tally, wanted);
  if (wanted > 1 && kind !== 'passed') {
    const summary = new vscode.TestMessage(summaryText);
    if (item.uri && item.range) summary.location = new vscode.Location(item.uri, item.range);
    messages.unshift(summary);
  }
  const sign = { passed: '✔', failed: '✘', errored: '!' }[kind];
  const [only] = results;
  const said = wanted > 1 ? summaryText : only?.error ? only.error : `${tally.mean.toFixed(1)} of 10`;
  return {
    kind,
    messages,
    durationMs: results.reduce((sum, one) => sum + one.duration_ms, 0),
    line: `${sign} ${item.label}: ${said}`,
    sessions,
  };
}

/** Says that a case has fewer repetitions than it was to have. */
function shortfall(total: number, wanted: number, reason: string | undefined): string {
  const after = `after ${total} of ${wanted} repetitions`;
  return reason === undefined ? `Stopped ${after}; until then:` : `Ended ${after}: ${reason} Until then:`;
}

function failureText(
  file: EvalFile,
  { score, pass_threshold: threshold, reasoning, response }: EvalResult,
): string {
  const needed = threshold ?? file.passThreshold ?? defaultPassThreshold;
  return [
    `Score ${score.toFixed(1)} of 10, ${needed} needed.`,
    ...(reasoning ? [`Judge:\n${reasoning}`] : []),
    `Answer:\n${response || '(none)'}`,
  ].join('\n\n');
}

/** What a case wants, as the left side of a diff. */
function expected({ criteria, expectations }: EvalFile): string {
  const lines = expectations.map(({ kind, value }) =>
    kind === 'not_contains' ? `Must not hold: ${value}` : `Must hold: ${value}`,
  );
  return [...(criteria ? [criteria] : []), ...lines].join('\n');
}
