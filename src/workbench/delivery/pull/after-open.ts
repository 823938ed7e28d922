import * as vscode from 'vscode';
import type { Log } from '../../shared/log';

/** What is said once a folder is open in the window that shows it. */
export interface Outcome {
  message: string;
  /** Whether something is lacking. */
  warning: boolean;
}

const key = 'tavora.afterOpen';

/** For how long an outcome is worth telling, in milliseconds: a folder that is opened later is opened for something else. */
const freshMs = 10 * 60_000;

/** An outcome that waits for its window. */
interface Kept extends Outcome {
  folder: string;
  /** When it was kept, in milliseconds since 1970. */
  at: number;
}

/** Shows what a pull came to. */
export function tellOutcome({ message, warning }: Outcome): void {
  const tell = warning ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void tell(message);
}

/** Keeps an outcome for the window in which a folder is opened: this one ends with it, or is another. */
export async function keepOutcome(
  memory: vscode.Memento,
  folder: vscode.Uri,
  outcome: Outcome,
): Promise<void> {
  const kept: Kept = { ...outcome, folder: folder.toString(), at: Date.now() };
  await memory.update(key, kept);
}

/** Shows, once, the outcome that was kept for one of this window's folders; one that is too old is forgotten. */
export async function tellKept(
  memory: vscode.Memento,
  folders: readonly vscode.Uri[],
  log: Log,
  now = Date.now(),
): Promise<void> {
  const kept = memory.get<Kept>(key);
  if (!kept) return;
  const isFresh = now - kept.at < freshMs;
  const isHere = folders.some((folder) => folder.toString() === kept.folder);
  if (isHere || !isFresh) {
    await memory.update(key, undefined);
  }
  if (isHere && isFresh) {
    log.info(kept.message);
    tellOutcome(kept);
  }
}
