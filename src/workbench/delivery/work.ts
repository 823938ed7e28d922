import * as vscode from 'vscode';
import type { Issue } from '../../protocol';
import { abortSignal, type Remedy } from '../shared/errors';

/** Something that takes a while, with a person waiting. */
export interface Work {
  signal: AbortSignal;
  /** Says what is being done. */
  step(message: string): void;
}

/** Agents on their way to be live. */
export interface Delivering extends Work {
  /** Called with the agent whose turn it is, where each goes by itself. */
  turn(agentId: string): void;
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

/** After how long short work counts as slow, in milliseconds: it is then shown where it can be cancelled. */
const slowMs = 3_000;

/**
 * Shows short work in the status bar, so that what it leads to is the message one sees; work that turns out to be slow
 * in a notification too, where it can be cancelled.
 */
export async function briefly<T>(title: string, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const running = working(title, false, () => task(controller.signal));
  const slow = setTimeout(() => {
    void working(title, true, async ({ signal }) => {
      signal.addEventListener('abort', () => controller.abort(), { once: true });
      // Whoever asked is told of a failure.
      await Promise.allSettled([running]);
    });
  }, slowMs);
  try {
    return await running;
  } finally {
    clearTimeout(slow);
  }
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
