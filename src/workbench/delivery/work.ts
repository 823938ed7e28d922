import * as vscode from 'vscode';
import type { Issue } from '../../protocol';
import { abortSignal, type Remedy } from '../shared/errors';

/** Something that takes a while, with a person waiting. */
export interface Work {
  signal: AbortSignal;
  /** Says what is being done. */
  step(message: string): void;
}

/** Shows progress in a notification that can be cancelled, or in the status bar. */
export async function working<T>(
  title: string,
  notify: boolean,
  task: (work: Work) => Promise<T>,
): Promise<T> {
  const location = notify ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window;
  return await vscode.window.withProgress(
    { location, title, cancellable: notify },
    async (progress, token) => {
      const { signal, end } = abortSignal(token);
      try {
        return await task({ signal, step: (message) => progress.report({ message }) });
      } finally {
        end();
      }
    },
  );
}

export const showProblems: Remedy = {
  label: 'Show Problems',
  run: () => vscode.commands.executeCommand('workbench.actions.view.problems'),
};

/** @returns the first issue, and how many more there are. */
export function firstOf(issues: readonly Issue[]): string {
  const [one] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${one?.file ? `${one.file}: ` : ''}${one?.message ?? ''}${more}`;
}
