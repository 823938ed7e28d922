import * as vscode from 'vscode';
import { type AgentSource, changePairs, openChanges, type Side, type Snapshots, serverSide } from '../files';
import type { Looks } from './asking';
import type { AgentPlan, DeployPlan } from './plan';
import type { Choice } from './preview';
import { deployLabel } from './question';
import type { Verdict } from './summary';

/** What the buttons of a preview act on. */
export interface ChoiceContext {
  plan: DeployPlan;
  verdict: Verdict;
  snapshots: Snapshots;
  /** An agent as the server that is deployed to knows it. */
  source(agent: AgentPlan): AgentSource;
  /** What is to be deployed of an agent. */
  mine(agent: AgentPlan): Promise<Side>;
  /** Other ways to go on. */
  more: readonly Choice[];
  looks: Looks;
}

/** A deployed version, by the server's id and by its number. */
type VersionName = { versionId: string; semver: string };

/** How many buttons a message has room for. What decides goes before what can be looked at in another way. */
const mostButtons = 5;

/** @returns the buttons of a preview's question: what to look at first, then how to go on. */
export function choicesOf(context: ChoiceContext): Choice[] {
  const { plan, verdict, more } = context;
  const { showDetails, showEvals } = context.looks;
  const failed = [...verdict.gates.values()].some(({ kind }) => kind === 'failed');
  const first = [...comparisons(context), ...more];
  const looks = [
    looking('Details', showDetails),
    ...(showEvals ? [looking('Evals', showEvals)] : []),
    ...(failed ? [looking('Show in Test Explorer', showTests)] : []),
  ];
  return [
    ...first,
    { label: deployLabel(plan), proceeds: true, run: async () => 'deploy' },
    ...looks.slice(0, Math.max(0, mostButtons - first.length - 2)),
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
function comparisons({ plan, snapshots, source, mine }: ChoiceContext): Choice[] {
  const between = async (agent: AgentPlan, base: VersionName, now: VersionName) => {
    const side = ({ versionId, semver }: VersionName) =>
      serverSide(snapshots, source(agent), { kind: 'version', id: versionId, semver });
    const [before, after] = await Promise.all([side(base), side(now)]);
    await openChanges(`${agent.id}: ${before.label} ↔ ${after.label}`, changePairs(before, after));
  };
  const withDraft = async (agent: AgentPlan) => {
    const before = await serverSide(snapshots, source(agent), { kind: 'draft' });
    const after = await mine(agent);
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
