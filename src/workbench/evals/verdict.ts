import * as vscode from 'vscode';
import type { EvalFile } from '../../project';
import { defaultPassThreshold, type EvalResult } from '../../protocol';
import { tallyOf, tallyText } from './tally';
import type { EvalItem } from './tree';

/** Marks our messages for the menus of the Test Explorer. */
export const messageContext = 'tavora.eval';

/** What the results of a case come to, as the Test Explorer shows it. */
export interface Verdict {
  kind: 'passed' | 'failed' | 'errored';
  messages: vscode.TestMessage[];
  /** Milliseconds that the case took, of all repetitions together. */
  durationMs: number;
  /** For the output. */
  line: string;
  /** The session behind each message, by its text; the newest one under "". */
  sessions: ReadonlyMap<string, string>;
}

/** A case passes when every repetition passed; it is an error when none has a score. */
export function verdictOf({ file, item }: EvalItem, results: readonly EvalResult[]): Verdict {
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
    const which = results.length > 1 ? `Repetition ${result.repetition ?? at + 1}. ` : '';
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
  if (results.length > 1 && messages.length > 0) {
    const summary = new vscode.TestMessage(tallyText(tally));
    if (item.uri && item.range) summary.location = new vscode.Location(item.uri, item.range);
    messages.unshift(summary);
  }
  const kind =
    tally.passed === tally.total ? 'passed' : tally.unjudged === tally.total ? 'errored' : 'failed';
  const sign = { passed: '✔', failed: '✘', errored: '!' }[kind];
  const [only] = results;
  const said =
    results.length > 1 ? tallyText(tally) : only?.error ? only.error : `${tally.mean.toFixed(1)} of 10`;
  return {
    kind,
    messages,
    durationMs: results.reduce((sum, one) => sum + one.duration_ms, 0),
    line: `${sign} ${file.name}: ${said}`,
    sessions,
  };
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
