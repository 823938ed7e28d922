import * as vscode from 'vscode';
import { type FilePlan, planMerge, type ReceivedSource } from '../../../project/merge';
import type { Connection, ServerInfo } from '../../connection';
import { offer, runCommand } from '../../shared/commands';
import { abortSignal, PoliteError, type Remedy } from '../../shared/errors';
import { saveInside } from '../../shared/save-inside';
import type { Target } from '../../shared/targets';
import type { WorkspaceProject } from '../../shared/workspaces';
import type { Drafts } from '../drafts';
import { type ChangePair, openChanges } from '../files';
import { isSameServer } from '../place';
import type { ServerAgent } from '../preview/drift';
import { serverKey } from '../records';
import type { DeliveryServices } from '../services';
import { briefly } from '../work';
import { applyPlans, openMerge } from './apply';
import { askPull, settleGone } from './ask';
import { fetchSource, lackingText, onlyAgent } from './fetch';
import { assertInside } from './safe-folder';
import { SideReader, type Sides } from './sides';
import { leaves, outcome } from './summary';

interface Fetched {
  source: ReceivedSource;
  server: ServerAgent[];
}

/**
 * Takes what the server has of a project into its working tree: a three-way merge with what both last had in common.
 * Open files are saved first, every file is named before, and nothing is written until all is answered.
 * @throws PoliteError with a sentence; CancellationError when the person leaves.
 */
export async function pullInto(tools: DeliveryServices, target: Target): Promise<void> {
  // The sync of what a pull saves would replace the draft that the person is asked about.
  await tools.saves.holdDuring(target.project, () => pullAnswered(tools, target));
}

async function pullAnswered(tools: DeliveryServices, target: Target): Promise<void> {
  const { connection, drafts, workspaces, log } = tools;
  const { server: asked } = connection.state;
  const { label } = asked;
  const what = target.agentId ?? target.project.project.name;
  const { project, source, server } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Pulling ${what} from ${label}`,
      cancellable: true,
    },
    (_, token) =>
      // In turn: a sync that is under way would replace the draft while it is read.
      drafts.inTurn(target.project, async () => {
        await saveInside(workspaces, target.project);
        const fresh = await workspaces.fresh(target.project);
        return { project: fresh, ...(await fetchFrom(tools, fresh, target.agentId, token)) };
      }),
  );
  const reader = new SideReader(tools.archive, project, serverKey(asked));
  const sides = await reader.read(source, (id) => drafts.record(project, id));
  const names = { ours: 'Working Tree', theirs: label };
  const plans = planMerge(sides.base, sides.ours, sides.theirs, names, sides.users);
  await assertInside(
    project.folder,
    plans.map(({ path }) => path),
  );
  await reader.keep(source);
  const lacking = lackingText(source, label, 'other files are not known here and stay as they are');
  const isAsked = !plans.every(leaves);
  if (isAsked) {
    const shown = await showable(reader, source, sides, plans);
    const showChanges = () => openChanges(`${what}: ${label} ↔ Working Tree`, pairsOf(project, plans, shown));
    const { users, unknown } = sides;
    await askPull({ what, label, plans, users, unknown, lacking, showChanges });
  }
  const settled = await settleGone(plans, label);
  assertChosen(connection, asked);
  if (isAsked) {
    await assertSameThere(tools, { ...target, project }, source, server);
  }
  await assertUnchanged(tools, { ...target, project }, reader, sides);
  assertChosen(connection, asked);
  await applyPlans(project, settled);
  await workspaces.fresh(project);
  await adopt(drafts, project, source, server);
  await openConflicts(reader, project, source, settled, label);
  const message = [`Pulled ${what} from ${label}: ${outcome(settled)}.`, lacking].filter(Boolean).join(' ');
  log.info(message);
  const show = { label: 'Show', run: () => runCommand('tavora.revealAgent', { folder: project.folder }) };
  const tell = lacking ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  offer(log, tell, message, [show]);
}

async function fetchFrom(
  { connection, drafts, archive }: DeliveryServices,
  project: WorkspaceProject,
  agentId: string | undefined,
  token: vscode.CancellationToken,
): Promise<Fetched> {
  const { signal, end } = abortSignal(token);
  try {
    const client = await drafts.client(project, signal);
    const { server } = connection.state;
    const { label } = server;
    const remains = {
      client,
      scope: drafts.scope(project),
      archive,
      server: serverKey(server),
      known: drafts.recordsAt(server, project.project.name),
      only: agentId,
      here: (id: string) => {
        const agent = project.agent(id);
        const config = agent && project.project.text(agent.configPath);
        return agent && config !== undefined ? { agent, config } : undefined;
      },
    };
    const all = await fetchSource(remains, label, signal);
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
): Promise<TheirUri> {
  const texts = new Map(
    plans.flatMap(({ path }) => {
      const text = theirs.get(path);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
  const uri = await reader.show(source.agents[0]?.id ?? '', texts);
  return (path, beside) => (texts.has(path) ? uri(path, beside) : undefined);
}

/** @returns a file as the server has it. @param beside the one that it is compared with */
type TheirUri = (path: string, beside?: vscode.Uri) => vscode.Uri | undefined;

function pairsOf(project: WorkspaceProject, plans: readonly FilePlan[], theirs: TheirUri): ChangePair[] {
  return plans
    .filter((plan) => !leaves(plan))
    .map(({ path, kind }) => {
      const before = kind !== 'create' && kind !== 'gone-here' ? project.uri(path) : undefined;
      const after = theirs(path, before);
      return { ...(before ? { before } : {}), ...(after ? { after } : {}) };
    });
}

/** What was typed while questions stood open is not written over. */
async function assertUnchanged(
  { workspaces }: DeliveryServices,
  { project, agentId }: Target,
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
      pullAgain(project, agentId),
    ]);
  }
}

/** What the server has been given while questions stood open was not among what was agreed to. */
async function assertSameThere(
  { connection, drafts }: DeliveryServices,
  { project, agentId }: Target,
  { agents }: ReceivedSource,
  before: readonly ServerAgent[],
): Promise<void> {
  const { label } = connection.state.server;
  const now = await briefly(`Checking ${label}`, (signal) => drafts.onServer(project, signal));
  const stateOf = (there: readonly ServerAgent[], id: string) => {
    const { draft, live } = there.find(({ localId }) => localId === id) ?? {};
    return JSON.stringify([draft, live?.versionId]);
  };
  const changed = agents.filter(({ id }) => stateOf(before, id) !== stateOf(now, id)).map(({ id }) => id);
  if (changed.length > 0) {
    throw new PoliteError(
      `Nothing was pulled: what ${label} has of ${changed.join(', ')} changed in the meantime.`,
      [pullAgain(project, agentId)],
    );
  }
}

function pullAgain(project: WorkspaceProject, agentId: string | undefined): Remedy {
  return { label: 'Pull Again', run: () => runCommand('tavora.pull', { folder: project.folder, agentId }) };
}

/** What is taken in is written down as of the chosen server. @throws PoliteError when that is another one by now. */
function assertChosen({ state: { server } }: Connection, asked: ServerInfo): void {
  if (!isSameServer(server, asked)) {
    throw new PoliteError(
      `Nothing was pulled: ${server.label} was chosen in the place of ${asked.label}. Pull again from the one that you mean.`,
    );
  }
}

async function adopt(
  drafts: Drafts,
  project: WorkspaceProject,
  { agents }: ReceivedSource,
  server: readonly ServerAgent[],
): Promise<void> {
  for (const { id, sourceHash, partial } of agents) {
    const known = server.find(({ localId }) => localId === id);
    if (known) {
      const { draft, ...live } = known;
      await drafts.adopt(project, partial ? live : { ...live, draft: sourceHash });
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
