import * as vscode from 'vscode';
import type { AgentSource } from '../delivery';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import { relativeTime } from '../shared/session-text';
import { readTarget } from '../shared/targets';
import type { WorkspaceProject } from '../shared/workspaces';
import { askVersionedAgent } from './ask-agent';
import type { VersionHistory, VersionInfo } from './history';

/** One deployed version of an agent of the working tree. */
export interface ChosenVersion {
  project: WorkspaceProject;
  agentId: string;
  source: AgentSource;
  version: VersionInfo;
}

/** @returns what a row of a version says beside its number. @param now milliseconds since 1970 */
export function versionWords({ live, score, at, by }: VersionInfo, now = Date.now()): string {
  const verdict = score && `${score.average.toFixed(1)} of 10, ${score.passed}/${score.total} passed`;
  return [live ? 'live' : '', relativeTime(at, now), by ?? '', verdict ?? ''].filter(Boolean).join(' · ');
}

/** @returns "v1.2.0". */
export function versionName({ semver }: Pick<VersionInfo, 'semver'>): string {
  return `v${semver.replace(/^v/, '')}`;
}

/** Reads what a command was given: the row of a version. @returns undefined for anything else. */
export function readVersion({ workspaces }: Services, value: unknown): ChosenVersion | undefined {
  const target = readTarget(workspaces, value);
  if (!target?.agentId || typeof value !== 'object' || value === null || !('version' in value)) {
    return undefined;
  }
  // Only the rows of the view carry a version, and they are ours.
  const { version } = value as { version?: { source: AgentSource; info: VersionInfo } };
  const { project, agentId } = target;
  return version && { project, agentId, source: version.source, version: version.info };
}

/**
 * The version that a command was given, else one that the person picks.
 * @throws CancellationError when nothing is picked, PoliteError when there are none.
 */
export async function askVersion(
  services: Services,
  history: VersionHistory,
  value: unknown,
  placeHolder: string,
): Promise<ChosenVersion> {
  const given = readVersion(services, value);
  if (given) {
    return given;
  }
  const { project, agentId } = await askVersionedAgent(services, value);
  const source = services.snapshots.sourceOf(project, agentId);
  const versions = await versionsOf(services, history, project, agentId);
  const version = await pickVersion(versions, placeHolder);
  return { project, agentId, source, version };
}

/** @returns an agent's versions, newest first. @throws PoliteError when there are none. */
export async function versionsOf(
  { snapshots, drafts }: Services,
  history: VersionHistory,
  project: WorkspaceProject,
  agentId: string,
): Promise<VersionInfo[]> {
  const live = drafts.record(project, agentId)?.deployed?.versionId;
  const { versions, note } = await history.list(snapshots.sourceOf(project, agentId), live);
  if (versions.length === 0) {
    throw new PoliteError(note ?? `${agentId} was never deployed, so that it has no versions.`);
  }
  return versions;
}

/** @throws CancellationError when nothing is picked. */
export async function pickVersion(
  versions: readonly VersionInfo[],
  placeHolder: string,
): Promise<VersionInfo> {
  const items = versions.map((version) => ({
    label: `$(${version.live ? 'pass-filled' : 'tag'}) ${versionName(version)}`,
    description: versionWords(version),
    version,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.version;
}
