import * as vscode from 'vscode';
import type { FilePlan } from '../../../project/merge';
import { planLines } from './summary';

/** What a person sees of a pull before it is made. */
export interface PullQuestion {
  /** What is pulled: a project, or an agent of it. */
  what: string;
  label: string;
  plans: readonly FilePlan[];
  /** Files whose common state is not known on this machine. */
  unknown: readonly string[];
  showChanges(): Promise<void>;
}

/**
 * Names every file and asks whether to go on.
 * @throws CancellationError when the person leaves, or looks at the changes first.
 */
export async function askPull({ what, label, plans, unknown, showChanges }: PullQuestion): Promise<void> {
  const changes = plans.filter(({ kind }) => kind !== 'keep').length;
  const note =
    unknown.length > 0
      ? [
          `What ${unknown.join(', ')} had in common with the server is not kept here, so that every difference is yours to decide.`,
        ]
      : [];
  const detail = [...planLines(plans), ...note].join('\n');
  const question = `Pull ${what} from ${label}? ${changes === 1 ? '1 file changes' : `${changes} files change`}.`;
  const picked = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail },
    'Pull',
    'Show Changes',
  );
  if (picked === 'Show Changes') {
    await showChanges();
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
