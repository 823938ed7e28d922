import * as vscode from 'vscode';
import { inputRequestOf, type RunEvent } from '../../protocol';
import { offer } from '../shared/commands';
import type { Log } from '../shared/log';

/**
 * Says that a replay, or the check of a suggestion, asks something and waits, where nobody looks at its trace.
 * @param panel the one that the question can be answered in
 * @param agent its name; "" where nobody knows
 */
export function tellQuestion(log: Log, panel: vscode.WebviewPanel, agent: string, event: RunEvent): void {
  if (panel.visible) {
    return;
  }
  const question = inputRequestOf(event.args)?.message ?? event.content ?? '';
  offer(log, vscode.window.showInformationMessage, `${agent || 'The agent'} asks in a replay: ${question}`, [
    { label: 'Answer', run: async () => panel.reveal() },
  ]);
}
