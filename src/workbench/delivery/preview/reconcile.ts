import { confirmProduction, type ServerInfo } from '../../connection';
import { runCommand } from '../../shared/commands';
import type { Target } from '../../shared/targets';
import type { Drafts } from '../drafts';
import type { DeployPlan } from './plan';
import type { Answer, Choice } from './preview';

/** How long a rename on the server may take, in milliseconds. */
const renameMs = 30_000;

interface Context {
  target: Target;
  plan: DeployPlan;
  /** The server that the plan is for. */
  server: ServerInfo;
  drafts: Drafts;
}

/** @returns the buttons that bring working tree and server together before a deployment. */
export function reconcileChoices(context: Context): Choice[] {
  return [...pulls(context), ...renames(context)];
}

/** Taking in what is on the server ends this deployment: what comes of it is for a person to look at. */
function pulls({ target, plan }: Context): Choice[] {
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

function renames({ target: { project }, plan, server, drafts }: Context): Choice[] {
  const renamed = plan.agents.find(({ renamedFrom }) => renamedFrom);
  if (!renamed?.renamedFrom) {
    return [];
  }
  const { id, renamedFrom } = renamed;
  const rename = async (): Promise<Answer> => {
    await confirmProduction(server, `rename ${renamedFrom} to ${id}`);
    await drafts.rename(project, server, [renamedFrom, id], AbortSignal.timeout(renameMs));
    return 'again';
  };
  return [{ label: `Rename ${renamedFrom} on Server`, run: rename }];
}
