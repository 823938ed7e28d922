import { ApiError } from '../../../client';
import { isCancellation, sentence } from '../../shared/errors';
import type { Gate } from '../preview/gate';
import { changing, type DeployPlan } from '../preview/plan';
import { Refusal } from '../refusal';
import type { DeployEntry } from './entry';

/** Why a deployment did not come to its end. */
export interface Failure {
  error: unknown;
  /** The agent whose turn it was, where each went by itself. */
  agentId?: string | undefined;
}

/** What became of one agent. */
interface Fate extends Pick<DeployEntry, 'outcome' | 'reason'> {
  id: string;
}

/**
 * What became of each agent that did not go live: the reason is told of those that it is about. Of several that would
 * have gone live at once it is about those whose evals failed, or about all.
 * @param gates what the evals said in the end, by the agent's id
 */
export function fates(
  plan: DeployPlan,
  { error, agentId }: Failure,
  gates: ReadonlyMap<string, Gate>,
): Fate[] {
  const refused = error instanceof Refusal || (error instanceof ApiError && error.issues.length > 0);
  const outcome = isCancellation(error) ? 'cancelled' : refused ? 'refused' : 'failed';
  const changed = changing(plan);
  const listed = changed.length > 0 ? changed : plan.agents;
  if (outcome === 'cancelled') return listed.map(({ id }) => ({ id, outcome }));
  const failed = plan.agents.filter(({ id }) => gates.get(id)?.kind === 'failed');
  const judged = refused && failed.length > 0 ? failed : listed;
  const meant = agentId === undefined ? judged : plan.agents.filter(({ id }) => id === agentId);
  const names = meant.map(({ id }) => id).join(', ');
  const because = `Not deployed, because ${names} ${meant.length === 1 ? 'was' : 'were'} ${outcome === 'failed' ? 'not' : outcome}.`;
  return [...new Set([...meant, ...listed])].map(({ id }) =>
    meant.some((one) => one.id === id)
      ? { id, outcome, reason: sentence(error) }
      : { id, outcome: 'skipped', reason: because },
  );
}
