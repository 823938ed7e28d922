import * as vscode from 'vscode';
import type { EvalsDeployment } from '../../../webviews/evals/messages';
import { changePairs, openChanges, serverSide } from '../../delivery';
import type { Services } from '../../shared/services';
import type { EvalAgent } from './agents';

/**
 * Opens what differs in an agent's files between two states of source, in the multi-diff editor.
 * @param before and `after` are source hashes
 * @param versions whose names stand for their hashes
 * @throws PoliteError when neither the server nor this workspace has the files of one of them.
 */
export async function compareSources(
  { snapshots }: Pick<Services, 'snapshots'>,
  { project, agent }: EvalAgent,
  before: string,
  after: string,
  versions: readonly EvalsDeployment[],
): Promise<void> {
  const source = snapshots.sourceOf(project, agent.id);
  const side = (hash: string) => serverSide(snapshots, source, { kind: 'source', hash });
  const location = { location: vscode.ProgressLocation.Window, title: 'Reading the files of two states…' };
  const [left, right] = await vscode.window.withProgress(location, () =>
    Promise.all([side(before), side(after)]),
  );
  const pairs = changePairs(left, right);
  const name = (hash: string, label: string) => {
    const version = versions.findLast((one) => one.source === hash);
    return version ? `v${version.semver}` : label;
  };
  const title = `${agent.name || agent.id}: ${name(before, left.label)} ↔ ${name(after, right.label)}`;
  if (pairs.length === 0) {
    void vscode.window.showInformationMessage(`${title}: the files are the same.`);
    return;
  }
  await openChanges(title, pairs);
}
