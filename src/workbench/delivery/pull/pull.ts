import * as vscode from 'vscode';
import { type FilePlan, planMerge, type ReceivedSource } from '../../../project/merge';
import type { Connection } from '../../connection';
import { offer, runCommand } from '../../shared/commands';
import { abortSignal, PoliteError } from '../../shared/errors';
import type { Log } from '../../shared/log';
import { saveInside } from '../../shared/save-inside';
import type { Target } from '../../shared/targets';
import type { WorkspaceProject, Workspaces } from '../../shared/workspaces';
import type { Archive } from '../archive';
import type { Drafts } from '../drafts';
import { type ChangePair, openChanges } from '../files';
import type { ServerAgent } from '../preview/drift';
import { serverKey } from '../records';
import { applyPlans, openMerge } from './apply';
import { askPull, settleGone } from './ask';
import { fetchSource, onlyAgent } from './fetch';
import { assertInside } from './safe-folder';
import { SideReader, type Sides } from './sides';
import { outcome } from './summary';

/** What pulls are made with. */
export interface PullTools {
  log: Log;
  workspaces: Workspaces;
  connection: Connection;
  drafts: Drafts;
  archive: Archive;
}

interface Fetched {
  source: ReceivedSource;
  server: ServerAgent[];
}

/**
 * Takes what the server has of a project into its working tree: a three-way merge with what both last had in common.
 * Open files are saved first, every file is named before, and nothing is written until all is answered.
 * @throws PoliteError with a sentence; CancellationError when the person leaves.
 */
export async function pullInto(tools: PullTools, target: Target): Promise<void> {
  const { connection, drafts, workspaces, log } = tools;
  await saveInside(workspaces, target.project);
  const project = await workspaces.fresh(target.project);
  const { label } = connection.state.server;
  const what = target.agentId ?? project.project.name;
  const { source, server } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Pulling ${what} from ${label}`,
      cancellable: true,
    },
    (_, token) => fetchFrom(tools, project, target.agentId, token),
  );
  const reader = new SideReader(tools.archive, project, serverKey(connection.state.server));
  const sides = await reader.read(source, (id) => drafts.record(project, id));
  const names = { ours: 'Working Tree', theirs: label };
  const plans = planMerge(sides.base, sides.ours, sides.theirs, names);
  await assertInside(
    project.folder,
    plans.map(({ path }) => path),
  );
  await reader.keep(source);
  const changes = plans.filter(({ kind }) => kind !== 'keep');
  if (changes.length > 0) {
    const shown = await showable(reader, source, sides, plans);
    const showChanges = () => openChanges(`${what}: ${label} ↔ Working Tree`, pairsOf(project, plans, shown));
    await askPull({ what, label, plans, unknown: sides.unknown, showChanges });
  }
  const settled = await settleGone(plans, label);
  await assertUnchanged(tools, project, reader, sides);
  await applyPlans(project, settled);
  await workspaces.fresh(project);
  await adopt(drafts, project, source, server);
  await openConflicts(reader, project, source, settled, label);
  const message = `Pulled ${what} from ${label}: ${outcome(settled)}.`;
  log.info(message);
  const show = { label: 'Show', run: () => runCommand('tavora.revealAgent', { folder: project.folder }) };
  offer(log, vscode.window.showInformationMessage, message, [show]);
}

async function fetchFrom(
  { connection, drafts }: PullTools,
  project: WorkspaceProject,
  agentId: string | undefined,
  token: vscode.CancellationToken,
): Promise<Fetched> {
  const { signal, end } = abortSignal(token);
  try {
    const client = await drafts.client(project, signal);
    const { label } = connection.state.server;
    const all = await fetchSource(client, label, drafts.scope(project), signal);
    return {
      source: onlyAgent(all, label, agentId),
      server: await drafts.onServer(project, signal),
    };
  } finally {
    end();
  }
}

/** Theirs as the editor can show it, by path. */
async function showable(
  reader: SideReader,
  source: ReceivedSource,
  { theirs }: Sides,
  plans: readonly FilePlan[],
): Promise<(path: string) => vscode.Uri | undefined> {
  const texts = new Map(
    plans.flatMap(({ path }) => {
      const text = theirs.get(path);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
  const uri = await reader.show(source.agents[0]?.id ?? '', texts);
  return (path) => (texts.has(path) ? uri(path) : undefined);
}

function pairsOf(
  project: WorkspaceProject,
  plans: readonly FilePlan[],
  theirs: (path: string) => vscode.Uri | undefined,
): ChangePair[] {
  return plans
    .filter(({ kind }) => kind !== 'keep')
    .map(({ path, kind }) => {
      const after = theirs(path);
      const here = kind !== 'create' && kind !== 'gone-here';
      return { ...(here ? { before: project.uri(path) } : {}), ...(after ? { after } : {}) };
    });
}

/** What was typed while questions stood open is not written over. */
async function assertUnchanged(
  { workspaces }: PullTools,
  project: WorkspaceProject,
  reader: SideReader,
  { base, ours, theirs }: Sides,
): Promise<void> {
  await saveInside(workspaces, project);
  await workspaces.fresh(project);
  const paths = new Set([...base.keys(), ...theirs.keys()]);
  const now = await reader.ours(paths);
  const changed = [...paths].find((path) => now.get(path) !== ours.get(path));
  if (changed !== undefined) {
    throw new PoliteError(`Nothing was pulled: ${changed} changed in the meantime.`, [
      { label: 'Pull Again', run: () => runCommand('tavora.pull', { folder: project.folder }) },
    ]);
  }
}

async function adopt(
  drafts: Drafts,
  project: WorkspaceProject,
  { agents }: ReceivedSource,
  server: readonly ServerAgent[],
): Promise<void> {
  for (const { id, sourceHash } of agents) {
    const known = server.find(({ localId }) => localId === id);
    if (known) {
      await drafts.adopt(project, { ...known, draft: sourceHash });
    }
  }
}

async function openConflicts(
  reader: SideReader,
  project: WorkspaceProject,
  source: ReceivedSource,
  plans: readonly FilePlan[],
  label: string,
): Promise<void> {
  for (const plan of plans) {
    if (plan.kind !== 'conflict') {
      continue;
    }
    const { path, sides } = plan;
    const owner = source.agents.find(({ paths }) => paths.includes(path))?.id ?? '';
    const side = async (text: string) => (await reader.show(owner, new Map([[path, text]])))(path);
    await openMerge(
      {
        output: project.uri(path),
        base: await side(sides.base ?? ''),
        ours: await side(sides.ours),
        theirs: await side(sides.theirs),
      },
      label,
    );
  }
}
