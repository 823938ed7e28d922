import type { TavoraClient } from '../../client';
import { type Agent, type AgentProject, CaseLabels } from '../../project';
import { CannotRun } from '../problem';
import { deployedAgents, syncAgents } from './agents';
import type { Arguments } from './arguments';
import { type CaseOutcome, outcomesOf } from './cases';
import { runAgent } from './run';

/** What is run, and who hears of it. */
export interface Suite {
  project: AgentProject;
  agents: readonly Agent[];
  options: Pick<Arguments, 'target' | 'repeat' | 'patienceMs' | 'environment'>;
  signal: AbortSignal;
  /** Called with a sentence for each thing that is being done. */
  say(message: string): void;
}

/**
 * Brings the files to the server where the draft is to be run, and runs the evals of one agent after the other.
 * @throws CannotRun, ApiError or ConnectionError when they could not be run to the end
 */
export async function runSuite(client: TavoraClient, suite: Suite): Promise<CaseOutcome[]> {
  const { project, agents, options, signal, say } = suite;
  const { target, repeat, patienceMs, environment } = options;
  const place = { signal, ...(environment ? { environment } : {}) };
  if (target === 'draft') say(`Syncing ${project.name} to ${client.origin}.`);
  const ids = await (target === 'draft' ? syncAgents : deployedAgents)(client, project, agents, place);
  const outcomes: CaseOutcome[] = [];
  for (const agent of agents) {
    const id = ids.get(agent.id);
    if (id === undefined) throw new CannotRun(`${client.origin} took ${agent.id} without giving it an id.`);
    let told = -1;
    const progress = (done: number, total: number) => {
      if (done > told) say(`${agent.id}: ${done} of ${total} judged.`);
      told = done;
    };
    const run = { cases: agent.evals.length, target, repeat, signal, patienceMs, note: say, progress };
    const results = await runAgent(client, id, run);
    const labels = await CaseLabels.read(agent, () => client.evals.caseFiles(id, { signal }));
    outcomes.push(...outcomesOf(agent, results, labels));
  }
  return outcomes;
}
