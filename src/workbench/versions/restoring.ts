import * as vscode from 'vscode';
import {
  type Agent,
  agentSourceHash,
  filesFromManifest,
  hashBytes,
  loadProject,
  pathProblem,
} from '../../project';
import { assertTrusted } from '../connection';
import type { Archive } from '../delivery';
import { changePairs, openChanges, type Snapshot, serverSide, treeSide, working } from '../delivery';
import { offer, runCommand } from '../shared/commands';
import { PoliteError, sentence } from '../shared/errors';
import { presentFiles } from '../shared/project-texts';
import type { Services } from '../shared/services';
import type { WorkspaceProject } from '../shared/workspaces';
import { type ChosenVersion, versionName } from './choose';
import { planFor, restore } from './restore';
import { isNothing, planLines, type RestorePlan } from './restore-plan';

/** Brings the files of a version back into the working tree, and on request live. */
export class Restoring {
  constructor(
    private readonly services: Services,
    private readonly archive: Archive,
  ) {}

  /**
   * Writes a version's files into the working tree, after a question that names every file.
   * @throws CancellationError when the person does not agree; PoliteError when it cannot be done.
   */
  async restore(chosen: ChosenVersion): Promise<void> {
    assertTrusted();
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
    const before = await this.write(project, agentId, plan);
    const message = `Restored ${agentId} to the files of ${name}: ${countWords(plan)}. What is live did not change.`;
    offer(this.services.log, vscode.window.showInformationMessage, message, [
      { label: 'Show Changes', run: () => this.showSince(chosen, before) },
    ]);
  }

  /**
   * Writes a version's files into the working tree and deploys them, after one question that says all of it.
   * @throws CancellationError when the person does not agree; PoliteError when it cannot be done.
   */
  async rollBack(chosen: ChosenVersion): Promise<void> {
    assertTrusted();
    const { agentId, version } = chosen;
    const name = versionName(version);
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
    await agree(
      `Roll ${agentId} back to ${name} on ${this.services.connection.state.server.label}?`,
      [...this.deployLines(chosen, project, agent), '', ...treeLines(plan)].join('\n'),
      'Roll Back',
    );
    if (!isNothing(plan)) {
      await this.write(project, agentId, plan);
    }
    const target = { folder: project.folder, agentId, agreed: true, rollback: name };
    await runCommand('tavora.deploy', target);
  }

  /** What the deployment does, a line each. */
  private deployLines(
    { agentId, version }: ChosenVersion,
    project: WorkspaceProject,
    agent: Agent,
  ): string[] {
    const live = this.services.drafts.record(project, agentId)?.deployed?.semver.replace(/^v/, '');
    const { evals, runEvals } = agent;
    const count = `${evals.length} ${evals.length === 1 ? 'eval' : 'evals'}`;
    return [
      `The files of ${versionName(version)} go live as a new version${live ? ` in place of v${live}` : ''}. The versions in between stay.`,
      runEvals
        ? `Its gate: ${count} must pass before; when they do not, what is live stays and the files stay restored.`
        : 'No evals decide on it.',
    ];
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
  ): Promise<string | undefined> {
    const before = await this.keep(project, agentId);
    await restore(project, plan);
    await this.services.workspaces.fresh(project);
    return before;
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

function treeLines(plan: RestorePlan): string[] {
  return isNothing(plan)
    ? ['The working tree has these files already; none is written.']
    : ['In the working tree:', ...planLines(plan)];
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

/** @returns the agent as a version's files make it. */
async function agentOf({ agentId, source }: ChosenVersion, { files }: Snapshot): Promise<Agent> {
  const listed = [...files].map(([path, bytes]) => ({
    path,
    hash: hashBytes(bytes),
    size: bytes.byteLength,
    content: Buffer.from(bytes).toString('base64'),
  }));
  const manifest = {
    project: source.project,
    sourceHash: '',
    generatedAt: '',
    agents: [{ id: agentId, sourceHash: '', files: listed }],
  };
  const [agent] = (await loadProject(filesFromManifest(manifest))).agents;
  if (!agent) {
    throw new PoliteError(
      `The files of this version of ${agentId} hold no agent, so that they cannot be deployed.`,
    );
  }
  return agent;
}

async function agree(message: string, detail: string, yes: string): Promise<void> {
  const picked = await vscode.window.showWarningMessage(message, { modal: true, detail }, yes);
  if (picked !== yes) {
    throw new vscode.CancellationError();
  }
}
