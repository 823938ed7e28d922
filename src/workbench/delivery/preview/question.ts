import type { SourceChange } from '../../../project';
import { type AgentPlan, changing, type DeployPlan } from './plan';
import { driftSentences, planSentences, type Verdict } from './summary';

/** When a deployment is shown before it is made; the setting `tavora.deploy.preview`. */
export type PreviewSetting = 'always' | 'drift' | 'never';

/** @returns whether a person is asked before a deployment. */
export function isAsked(setting: PreviewSetting, plan: DeployPlan, { gates }: Verdict): boolean {
  if (setting !== 'drift') {
    return setting === 'always';
  }
  return hasDrift(plan) || [...gates.values()].some(({ kind }) => kind === 'failed');
}

/** @returns whether the server is not as the working tree last saw it. */
export function hasDrift({ agents }: DeployPlan): boolean {
  return agents.some(({ drift }) => drift.length > 0);
}

/** What a person is asked, as one message. */
export function questionText(plan: DeployPlan, verdict: Verdict): string {
  const renamed = plan.agents.flatMap(({ id, renamedFrom }) =>
    renamedFrom
      ? [`${id} looks like ${renamedFrom} under another id; as a new agent it begins without its versions.`]
      : [],
  );
  const sentences = [...driftSentences(plan).slice(0, 3), ...planSentences(plan, verdict), ...renamed];
  const drifts = driftSentences(plan).length;
  return [...sentences, ...(drifts > 3 ? [`The server has moved on in ${drifts - 3} more ways.`] : [])].join(
    ' ',
  );
}

/** @returns the label of the button that goes on. */
export function deployLabel(plan: DeployPlan): string {
  const label = plan.from ? 'Promote' : 'Deploy';
  return hasDrift(plan) || changing(plan).length === 0 ? `${label} Anyway` : label;
}

/** @returns what of an agent is shown in the comparison, in order of the paths. */
export function shownChanges({ files }: AgentPlan): SourceChange[] {
  return files.filter(({ state }) => state !== 'unchanged');
}
