import * as vscode from 'vscode';
import { runCommand } from '../../shared/commands';
import type { Target } from '../../shared/targets';
import type { Drafts } from '../drafts';
import { changePairs, openChanges, type Snapshots, serverSide, treeSide } from '../files';
import type { AgentPlan, DeployPlan } from './plan';
import type { Planner } from './planner';
import type { Answer, Choice } from './preview';
import { deployLabel } from './question';
import type { Verdict } from './summary';

/** What the buttons of a preview act on. */
export interface ChoiceContext {
  target: Target;
  plan: DeployPlan;
  verdict: Verdict;
  drafts: Drafts;
  snapshots: Snapshots;
  planner: Pick<Planner, 'source'>;
  showDetails(): Promise<void>;
}

/** A deployed version, by the server's id and by its number. */
type VersionName = { versionId: string; semver: string };

/** How long a rename on the server may take, in milliseconds. */
const renameMs = 30_000;

/** @returns the buttons of a preview's question: what to look at first, then how to go on. */
export function choicesOf(context: ChoiceContext): Choice[] {
  const { plan, verdict, showDetails } = context;
  const failed = [...verdict.gates.values()].some(({ kind }) => kind === 'failed');
  return [
    ...comparisons(context),
    ...pulls(context),
    ...renames(context),
    { label: deployLabel(plan), run: async () => 'deploy' },
    ...(failed ? [looking('Show in Test Explorer', showTests)] : []),
    looking('Details', showDetails),
    { label: 'Cancel', run: async () => 'cancel' },
  ];
}

/** A button that shows something and leaves the question open. */
function looking(label: string, show: () => Promise<unknown>): Choice {
  return {
    label,
    run: async () => {
      await show();
      return undefined;
    },
  };
}

async function showTests(): Promise<void> {
  await vscode.commands.executeCommand('workbench.view.testing.focus');
}

/**
 * What another has done meanwhile: from the version that was seen to the live one, and the draft that is theirs. One
 * short label for both: a message has room for five buttons.
 */
function comparisons({ target: { project }, plan, snapshots, planner }: ChoiceContext): Choice[] {
  const source = ({ id, serverId }: AgentPlan) => planner.source(project, id, serverId);
  const between = async (agent: AgentPlan, base: VersionName, now: VersionName) => {
    const side = ({ versionId, semver }: VersionName) =>
      serverSide(snapshots, source(agent), { kind: 'version', id: versionId, semver });
    const [before, after] = await Promise.all([side(base), side(now)]);
    await openChanges(`${agent.id}: ${before.label} ↔ ${after.label}`, changePairs(before, after));
  };
  const withDraft = async (agent: AgentPlan) => {
    const before = await serverSide(snapshots, source(agent), { kind: 'draft' });
    const after = await treeSide(snapshots, project, agent.id);
    await openChanges(`${agent.id}: draft ↔ ${after.label}`, changePairs(before, after));
  };
  const shows = plan.agents.flatMap((agent) =>
    agent.drift.flatMap((drift) => {
      if (drift.kind === 'draft') return [() => withDraft(agent)];
      if (drift.kind !== 'live' || !drift.base) return [];
      const { base, now } = drift;
      return [() => between(agent, base, now)];
    }),
  );
  const all = async () => {
    for (const show of shows) await show();
  };
  return shows.length > 0 ? [looking('Compare', all)] : [];
}

/** Taking in what is on the server ends this deployment: what comes of it is for a person to look at. */
function pulls({ target, plan }: ChoiceContext): Choice[] {
  const drifted = plan.agents.some(({ drift }) =>
    drift.some(({ kind }) => kind === 'live' || kind === 'draft'),
  );
  if (!drifted) {
    return [];
  }
  const pull = async (): Promise<Answer> => {
    const agent = target.agentId ? { agentId: target.agentId } : {};
    await runCommand('tavora.pull', { folder: target.project.folder, ...agent });
    return 'cancel';
  };
  return [{ label: 'Pull…', run: pull }];
}

function renames({ target: { project }, plan, drafts }: ChoiceContext): Choice[] {
  const renamed = plan.agents.find(({ renamedFrom }) => renamedFrom);
  if (!renamed?.renamedFrom) {
    return [];
  }
  const { id, renamedFrom } = renamed;
  const rename = async (): Promise<Answer> => {
    await drafts.rename(project, renamedFrom, id, AbortSignal.timeout(renameMs));
    return 'again';
  };
  return [{ label: `Rename ${renamedFrom} on Server`, run: rename }];
}
