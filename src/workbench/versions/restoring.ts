import * as vscode from 'vscode';
import { ApiError, ConnectionError } from '../../client';
import { agentSourceHash, pathProblem } from '../../project';
import { assertTrusted, confirmProduction } from '../connection';
import type { Archive, Delivery } from '../delivery';
import {
  changePairs,
  openChanges,
  type Snapshot,
  serverKey,
  serverSide,
  treeSide,
  working,
} from '../delivery';
import { offer, runCommand } from '../shared/commands';
import { isCancellation, PoliteError, type Remedy, sentence } from '../shared/errors';
import { presentFiles } from '../shared/project-texts';
import type { Services } from '../shared/services';
import type { WorkspaceProject } from '../shared/workspaces';
import { type ChosenVersion, versionName } from './choose';
import { planFor, restore } from './restore';
import { isNothing, planLines, type RestorePlan } from './restore-plan';
import { agentOf, type LiveVersion, rollbackDetail } from './rollback-question';

/** Brings the files of a version back into the working tree, and on request live. */
export class Restoring {
  /** Agents whose files are being brought back, with what that is called. */
  private readonly underWay = new Map<string, string>();

  constructor(
    private readonly services: Services,
    private readonly archive: Archive,
    private readonly delivery: Pick<Delivery, 'rollBack'>,
  ) {}

  /**
   * Writes a version's files into the working tree, after a question that names every file.
   * @throws CancellationError when the person does not agree; PoliteError when it cannot be done, also while files of
   *   the agent are being brought back already.
   */
  async restore(chosen: ChosenVersion): Promise<void> {
    assertTrusted();
    await this.alone(chosen, 'restored to', () => this.restoreNow(chosen));
  }

  /** Writes a version's files into the working tree and deploys them, after one question that says all of it. Throws as `restore`. */
  async rollBack(chosen: ChosenVersion): Promise<void> {
    assertTrusted();
    await this.alone(chosen, 'rolled back to', () => this.rollBackNow(chosen));
  }

  /** Does one thing with an agent's files at a time: a second would write into what the first was agreed to with. */
  private async alone(
    { project, agentId, version }: ChosenVersion,
    what: string,
    task: () => Promise<void>,
  ): Promise<void> {
    const key = JSON.stringify([project.folder.toString(), agentId]);
    const other = this.underWay.get(key);
    const name = `${what} ${versionName(version)}`;
    if (other !== undefined) {
      throw new PoliteError(
        `${agentId} is not ${name}: it is just being ${other}. Answer that first, or wait for its end.`,
      );
    }
    this.underWay.set(key, name);
    try {
      await task();
    } finally {
      this.underWay.delete(key);
    }
  }

  private async restoreNow(chosen: ChosenVersion): Promise<void> {
    const { agentId, version } = chosen;
    const name = versionName(version);
    const snapshot = await this.snapshot(chosen);
    const project = await this.services.workspaces.fresh(chosen.project);
    const plan = await planFor(project, agentId, snapshot);
    if (isNothing(plan)) {
      const message = `The working tree has the files of ${agentId} ${name} already.`;
      offer(this.services.log, vscode.window.showInformationMessage, message, []);
      return;
    }
    const detail = [...planLines(plan), ...(snapshot.complete ? [] : [partsLine])].join('\n');
    await agree(`Restore the files of ${agentId} ${name} into the working tree?`, detail, 'Restore');
    const before = await this.write(project, agentId, plan, snapshot);
    const message = `Restored ${agentId} to the files of ${name}: ${countWords(plan)}. What is live did not change.`;
    offer(this.services.log, vscode.window.showInformationMessage, message, [
      { label: 'Show Changes', run: () => this.showSince(chosen, before) },
    ]);
  }

  private async rollBackNow(chosen: ChosenVersion): Promise<void> {
    const { agentId, source, version } = chosen;
    const name = versionName(version);
    const { server } = this.services.connection.state;
    if (source.server !== serverKey(server)) {
      throw new PoliteError(
        `${agentId} is not rolled back to ${name}: that is a version of another server or environment than ${server.label}, which is chosen.`,
      );
    }
    if (version.live) {
      throw new PoliteError(`${agentId} ${name} is live already.`, [
        { label: 'Restore Its Files…', run: async () => this.restore(chosen) },
      ]);
    }
    const snapshot = await this.snapshot(chosen);
    if (!snapshot.complete) {
      throw new PoliteError(
        `${agentId} cannot be rolled back to ${name}: the server gives only parts of that version, and it was not deployed from this workspace.`,
      );
    }
    const project = await this.services.workspaces.fresh(chosen.project);
    const plan = await planFor(project, agentId, snapshot);
    const agent = await agentOf(chosen, snapshot);
    const live = await this.liveNow(project, agentId);
    await agree(
      `Roll ${agentId} back to ${name} on ${server.label}?`,
      rollbackDetail(chosen, agent, live, plan),
      'Roll Back',
    );
    // Before anything is written: who leaves here has the files that they had.
    await confirmProduction(server, `roll ${agentId} back to ${name}`);
    const before = isNothing(plan) ? undefined : await this.write(project, agentId, plan, snapshot);
    try {
      await this.assertExact(chosen, project, snapshot);
      const sourceHash = hashOf(snapshot);
      await this.delivery.rollBack({ project, agentId }, { name, server, live: live?.versionId, sourceHash });
    } catch (error) {
      throw this.unfinished(chosen, error, before);
    }
  }

  /**
   * Says in what state a roll back is that ended between the files and the deployment.
   * @returns what its caller is to throw.
   */
  private unfinished(chosen: ChosenVersion, error: unknown, before: string | undefined): unknown {
    const { agentId, version } = chosen;
    const remedies: Remedy[] = [
      { label: 'Retry', run: () => this.rollBack(chosen) },
      ...(before === undefined ? [] : [{ label: 'Show Changes', run: () => this.showSince(chosen, before) }]),
    ];
    const state = `The working tree has the files of ${versionName(version)}, saved`;
    const live = isUncertain(error) ? 'whether they went live is not known' : 'what is live did not change';
    if (isCancellation(error)) {
      const message = `Rolling ${agentId} back was given up. ${state}; ${live}.`;
      offer(this.services.log, vscode.window.showWarningMessage, message, remedies);
      return error;
    }
    const more = error instanceof PoliteError ? error.remedies : [];
    return new PoliteError(`${ended(sentence(error))} ${state}; ${live}.`, [...remedies, ...more], {
      cause: error,
    });
  }

  /** The version of an agent that is live at this moment, as the chosen server says; undefined for none. */
  private async liveNow(project: WorkspaceProject, agentId: string): Promise<LiveVersion | undefined> {
    const there = await working(`Asking what is live of ${agentId}`, false, ({ signal }) =>
      this.services.drafts.onServer(project, signal),
    );
    return there.find(({ localId }) => localId === agentId)?.live;
  }

  private async snapshot({ source, version }: ChosenVersion): Promise<Snapshot> {
    const which = { kind: 'version', id: version.id, semver: version.semver } as const;
    const snapshot = await working(
      `Reading ${versionName(version)} of ${source.agentId}`,
      false,
      ({ signal }) => this.services.snapshots.read(source, which, signal),
    );
    for (const path of snapshot.files.keys()) {
      const problem = pathProblem(path);
      if (problem !== undefined) {
        throw new PoliteError(
          `${source.agentId} ${versionName(version)} is not restored: the path ${JSON.stringify(path)} ${problem}.`,
        );
      }
    }
    if (snapshot.files.size === 0) {
      throw new PoliteError(
        `The server has no file of ${source.agentId} ${versionName(version)} to restore.`,
      );
    }
    return snapshot;
  }

  /** @returns the source hash under which the working tree as it was before is kept; undefined when it is not. */
  private async write(
    project: WorkspaceProject,
    agentId: string,
    plan: RestorePlan,
    snapshot: Snapshot,
  ): Promise<string | undefined> {
    const now = await planFor(await this.services.workspaces.fresh(project), agentId, snapshot);
    if (planLines(now).join('\n') !== planLines(plan).join('\n')) {
      throw new PoliteError(
        `Files of ${agentId} have changed since you were asked, so none was written. Look again, then restore.`,
      );
    }
    const before = await this.keep(project, agentId);
    await restore(project, plan);
    await this.services.workspaces.fresh(project);
    return before;
  }

  /**
   * A config of then may bind files that have come since: with them something else than the version would go live.
   * @throws PoliteError that names them, and offers the deployment with its preview.
   */
  private async assertExact(
    { agentId, version }: ChosenVersion,
    project: WorkspaceProject,
    snapshot: Snapshot,
  ): Promise<void> {
    const { files } = snapshot;
    const agent = (await this.services.workspaces.fresh(project)).agent(agentId);
    if (agent?.sourceHash === hashOf(snapshot)) {
      return;
    }
    const more = (agent?.files ?? []).filter((path) => !files.has(path));
    const why = more.length > 0 ? `it did not have ${more.join(', ')}` : 'its files are others by now';
    throw new PoliteError(`${agentId} was not rolled back to ${versionName(version)}: ${why}.`, [
      { label: 'Deploy…', run: () => runCommand('tavora.deploy', { folder: project.folder, agentId }) },
    ]);
  }

  private async keep(project: WorkspaceProject, agentId: string): Promise<string | undefined> {
    const present = presentFiles(project);
    const paths = project.agent(agentId)?.files ?? [];
    const files = await Promise.all(paths.map(async (path) => ({ path, bytes: await present.read(path) })));
    const there = files.flatMap(({ path, bytes }) => (bytes ? [{ path, bytes }] : []));
    const hash = agentSourceHash(there);
    try {
      await this.archive.record({ project: project.project.name, agentId }, hash, there);
      return hash;
    } catch (error) {
      this.services.log.warn(`The files before the restoration are not kept: ${sentence(error)}`);
      return undefined;
    }
  }

  private async showSince({ project, agentId, source }: ChosenVersion, before: string | undefined) {
    if (before === undefined) {
      throw new PoliteError('The files before the restoration were not kept; the log says why.');
    }
    const { snapshots } = this.services;
    const then = await serverSide(snapshots, source, { kind: 'source', hash: before });
    const now = await treeSide(snapshots, project, agentId);
    await openChanges(`${agentId}: before ↔ restored`, changePairs(then, now));
  }
}

const partsLine =
  'The server gives only parts of this version: its other files are not known and stay as they are.';

/**
 * @returns whether a deployment may have been made though it ended like this: the server's answer is lost, or tells of
 *   its own failure. A person's no comes before anything is sent.
 */
function isUncertain(error: unknown): boolean {
  return (
    error instanceof ConnectionError ||
    (error instanceof ApiError && error.status >= 500) ||
    (isCancellation(error) && !(error instanceof vscode.CancellationError))
  );
}

function hashOf({ files }: Snapshot): string {
  return agentSourceHash([...files].map(([path, bytes]) => ({ path, bytes })));
}

function countWords({ written, deleted }: RestorePlan): string {
  const files = (count: number) => `${count} ${count === 1 ? 'file' : 'files'}`;
  return [
    written.length > 0 ? `${files(written.length)} written` : '',
    deleted.length > 0 ? `${files(deleted.length)} deleted` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** @returns a message that another sentence can follow. */
function ended(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

async function agree(message: string, detail: string, yes: string): Promise<void> {
  const picked = await vscode.window.showWarningMessage(message, { modal: true, detail }, yes);
  if (picked !== yes) {
    throw new vscode.CancellationError();
  }
}
