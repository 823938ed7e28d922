import type * as vscode from 'vscode';
import type { WorkspaceProject } from '../../shared/workspaces';
import { type ChangePair, versionUri } from '../files';
import { changing, type DeployPlan } from './plan';
import type { Planner } from './planner';
import { shownChanges } from './question';

/** @returns the rows of the comparison of a plan: what is live on the left, the working tree on the right. */
export function planPairs(
  project: WorkspaceProject,
  plan: DeployPlan,
  planner: Pick<Planner, 'source'>,
): ChangePair[] {
  return changing(plan).flatMap((agent) => {
    const { live } = agent;
    const source = planner.source(project, agent.id, agent.serverId);
    const before = (path: string, beside?: vscode.Uri) => {
      if (!live) return {};
      const which = { kind: 'version', id: live.versionId, semver: live.semver } as const;
      return { before: versionUri(source, which, path, beside) };
    };
    return shownChanges(agent).map((change): ChangePair => {
      const after = { after: project.uri(change.path) };
      switch (change.state) {
        case 'new':
          return after;
        case 'gone':
          return before(change.path);
        case 'moved':
          return { ...before(change.from), ...after };
        default:
          return { ...before(change.path, after.after), ...after };
      }
    });
  });
}
