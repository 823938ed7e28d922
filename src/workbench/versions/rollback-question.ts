import { type Agent, filesFromManifest, hashBytes, loadProject } from '../../project';
import type { Snapshot } from '../delivery';
import { PoliteError } from '../shared/errors';
import { type ChosenVersion, versionName } from './choose';
import type { VersionInfo } from './history';
import { isNothing, planLines, type RestorePlan } from './restore-plan';

/** The version that is live. */
export type LiveVersion = Pick<VersionInfo, 'semver'> & { versionId: string };

/** @returns what a roll back does, a line each. @param agent as the version's files make it */
export function rollbackDetail(
  chosen: ChosenVersion,
  agent: Agent,
  live: LiveVersion | undefined,
  plan: RestorePlan,
): string {
  return [...deployLines(chosen, agent, live), '', ...treeLines(plan)].join('\n');
}

/** @returns the agent as a version's files make it. @throws PoliteError when they make none. */
export async function agentOf({ agentId, source }: ChosenVersion, { files }: Snapshot): Promise<Agent> {
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

/** What the deployment of a roll back does, a line each. */
function deployLines(
  { version }: ChosenVersion,
  { evals, runEvals }: Agent,
  live: LiveVersion | undefined,
): string[] {
  const instead = live ? ` in place of ${versionName(live)}` : '';
  const count = `${evals.length} ${evals.length === 1 ? 'eval' : 'evals'}`;
  return [
    `The files of ${versionName(version)} go live as a new version${instead}. The versions in between stay.`,
    runEvals
      ? `Its gate: ${count} must pass before; when they do not, what is live stays and the files stay restored.`
      : 'No evals decide on it.',
  ];
}

function treeLines(plan: RestorePlan): string[] {
  return isNothing(plan)
    ? ['The working tree has these files already; none is written.']
    : ['In the working tree:', ...planLines(plan)];
}
