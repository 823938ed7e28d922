import { type Bench, type Figure, median, p95 } from '../figure';
import { Staged } from '../staged';
import { burst } from './burst';
import type { Connection } from './connection';

const runs = 2_000;
const warmUp = 300;

/** Whole runs from ten clients: a new session, a block, a call of a skill, an answer. */
export const runtimeRuns: Bench = {
  name: 'runtime-runs',
  measure: () => Staged.use(measure),
};

async function measure(staged: Staged): Promise<Figure[]> {
  const agentId = await staged.sync();
  const { perSecond, times } = await burst(staged.ready, runs, warmUp, (connection) =>
    oneRun(connection, agentId),
  );
  return [
    { figure: 'runs with the offline model, 10 at once', unit: '/s', value: perSecond, budget: 200 },
    {
      figure: 'a run, 10 at once, p95',
      unit: 'ms',
      value: p95(times),
      baseline: { what: 'middle', value: median(times) },
      budget: 100,
    },
  ];
}

/** @throws when the run did not call the skill and answer, so that no failure is measured */
export async function oneRun(connection: Connection, agentId: string): Promise<void> {
  const created = await connection.send('POST', '/agents', { agent_id: agentId, target: 'draft' });
  if (created.status !== 201) throw new Error(`POST /agents: ${created.status} ${created.body}`);
  const { id } = JSON.parse(created.body) as { id: string };
  const { body } = await connection.send('POST', `/agents/${id}/run`, { message: 'Where is order A-1001?' });
  for (const type of ['execute_js_result', 'response', 'done']) {
    if (!body.includes(`event: ${type}\n`)) throw new Error(`A run without ${type}: ${body}`);
  }
}
