import * as vscode from 'vscode';
import type { FilePlan } from '../../../project/merge';
import { leaves, planLines } from './summary';

/** What a person sees of a pull before it is made. */
export interface PullQuestion {
  /** What is pulled: a project, or an agent of it. */
  what: string;
  label: string;
  plans: readonly FilePlan[];
  /** The ids of agents that are not pulled, by the files that they use. */
  users: ReadonlyMap<string, readonly string[]>;
  /** Files whose common state is not known on this machine. */
  unknown: readonly string[];
  /** What cannot be pulled, in a sentence; "" when all can. */
  lacking: string;
  showChanges(): Promise<void>;
}

/**
 * Names every file and asks whether to go on; beside the changes once more, where they are looked at first.
 * @throws CancellationError when the person leaves.
 */
export async function askPull({
  what,
  label,
  plans,
  users,
  unknown,
  lacking,
  showChanges,
}: PullQuestion): Promise<void> {
  const changes = plans.filter((plan) => !leaves(plan)).length;
  const note =
    unknown.length > 0
      ? [
          `What ${unknown.join(', ')} had in common with the server is not kept here, so that every difference is yours to decide.`,
        ]
      : [];
  const detail = [...planLines(plans, users), ...note, ...(lacking ? [lacking] : [])].join('\n');
  const question = `Pull ${what} from ${label}? ${changes === 1 ? '1 file changes' : `${changes} files change`}.`;
  const choices = ['Pull', 'Show Changes'];
  let picked = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...choices);
  if (picked === 'Show Changes') {
    await showChanges();
    // Not modal: the changes are there to be read. What they do not show is said again.
    const again = [question, ...note, ...(lacking ? [lacking] : [])].join(' ');
    picked = await vscode.window.showWarningMessage(again, 'Pull', 'Cancel');
  }
  if (picked !== 'Pull') {
    throw new vscode.CancellationError();
  }
}

/**
 * Asks about each file that one side changed and the other removed.
 * @returns the plans with each of them settled.
 * @throws CancellationError when the person leaves; nothing has been written by then.
 */
export async function settleGone(plans: readonly FilePlan[], label: string): Promise<FilePlan[]> {
  const settled: FilePlan[] = [];
  for (const plan of plans) {
    settled.push(plan.kind === 'gone-here' || plan.kind === 'gone-there' ? await settle(plan, label) : plan);
  }
  return settled;
}

async function settle(
  plan: FilePlan & { kind: 'gone-here' | 'gone-there' },
  label: string,
): Promise<FilePlan> {
  const { path } = plan;
  if (plan.kind === 'gone-here') {
    const take = await pick(
      `${path} was removed here and changed on ${label}.`,
      'Take It',
      'Leave It Removed',
    );
    return take ? { path, kind: 'create', text: plan.text } : { path, kind: 'keep' };
  }
  const keep = await pick(`${path} was changed here and removed on ${label}.`, 'Keep It', 'Remove It');
  return keep ? { path, kind: 'keep' } : { path, kind: 'delete' };
}

/** @returns whether the first of the two was picked. */
async function pick(message: string, first: string, second: string): Promise<boolean> {
  const picked = await vscode.window.showWarningMessage(message, { modal: true }, first, second);
  if (picked === undefined) {
    throw new vscode.CancellationError();
  }
  return picked === first;
}
