import { ApiError } from '../../../client';
import type { DeployResult, SyncResult } from '../../../protocol';
import { PoliteError } from '../../shared/errors';
import type { GateWatch } from '../gate-watcher';
import { failedEvals } from '../preview/failed-evals';
import { lookAtStaged, type SentAgent } from '../preview/staged';
import { deployThroughGate } from '../preview/through-gate';
import { refusal } from '../refusal';
import type { Delivering } from '../work';
import type { Promotion } from './promotion';

/**
 * Sends what is promoted, and makes it live: all at once where nothing else of the project could go live by it, else
 * agent by agent.
 * @param watch told of the evals that decide
 * @param around replaced: called when the draft that the environment had is, or may be, replaced. hasTraces: whether the
 *   sessions of its evals can be opened
 * @returns what has become live, each time that something has.
 * @throws PoliteError when rules or evals refuse it; ApiError for every other refusal. What was told before stays live.
 */
export async function* send(
  promotion: Promotion,
  work: Delivering,
  watch: Pick<GateWatch, 'take'>,
  around: { replaced(): Promise<void>; hasTraces(): boolean },
): AsyncGenerator<DeployResult> {
  const { to, manifest, plan, only } = promotion;
  work.step('sending');
  let sent: SyncResult;
  try {
    sent = await to.client.source.sync(manifest, { signal: work.signal });
  } catch (error) {
    if (error instanceof ApiError && error.issues.length > 0) {
      throw refusal(`${to.server.label}: promotion of ${only ?? plan.project}`, error.issues);
    }
    throw error;
  } finally {
    await around.replaced();
  }
  const staged = sent.agents.map(({ localId, agentId: serverId }) => {
    const sourceHash = manifest.agents.find(({ id }) => id === localId)?.sourceHash ?? '';
    return { localId, serverId, sourceHash };
  });
  work.step('deploying');
  const { others } = await lookAtStaged(to.client, to.scope, staged, work.signal);
  const all = others.length === 0;
  for (const id of all ? [undefined] : manifest.agents.map((agent) => agent.id)) {
    const request = { ...to.scope, ...(id === undefined ? {} : { localAgentId: id }) };
    const ours = staged.filter(({ localId }) => id === undefined || localId === id);
    const gated = ours.filter(({ localId }) => plan.agents.some((one) => one.id === localId && one.gated));
    const assertStaged = () => assertOurs(promotion, ours, all, work.signal);
    if (id) work.turn(id);
    try {
      yield await deployThroughGate(to.client, request, gated, {
        ...work,
        assertStaged,
        take: (agent, detail) => watch.take(agent, detail),
      });
    } catch (error) {
      const refused = { client: to.client, gated, hasTraces: around.hasTraces() };
      throw await failedEvals(id ?? plan.project, error, refused);
    }
  }
}

/**
 * @param all whether everything of the project goes live, and nothing else may be there
 * @throws PoliteError when a deployment would make something else live than what was sent.
 */
async function assertOurs(
  { to: { client, scope, server } }: Promotion,
  sent: readonly SentAgent[],
  all: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { replaced, others } = await lookAtStaged(client, scope, sent, signal);
  if (replaced.length > 0) {
    throw new PoliteError(
      `The draft of ${replaced.join(', ')} on ${server.label} was replaced during the promotion, so it was not promoted.`,
    );
  }
  if (all && others.length > 0) {
    throw new PoliteError(
      `${server.label} was given ${others.join(', ')} during the promotion, so nothing was promoted.`,
    );
  }
}
