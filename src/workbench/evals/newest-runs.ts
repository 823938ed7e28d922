import { hasEnded, type TavoraClient } from '../../client';
import type { EvalRun, EvalRunDetail } from '../../protocol';

/** How many of an agent's runs are looked at, newest first, until one of the whole suite is met. */
const mostRuns = 5;

/**
 * Reads what a server has run of an agent's evals.
 * @returns those that have ended, as far as they have anything to say, and those that go on; each newest first
 * @throws ApiError and ConnectionError
 */
export async function newestRuns(
  client: TavoraClient,
  serverId: string,
): Promise<{ ended: EvalRunDetail[]; going: EvalRun[] }> {
  const newest = await client.evals.ofAgent(serverId, { limit: mostRuns });
  const runs = newest.filter(hasEnded);
  const whole = runs.findIndex((run) => run.complete_suite !== false && run.status === 'completed');
  const wanted = whole < 0 ? runs : runs.slice(0, whole + 1);
  const ended = await Promise.all(wanted.map(({ id }) => client.evals.run(id)));
  return { ended, going: newest.filter((run) => !hasEnded(run)) };
}
