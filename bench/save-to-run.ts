import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Bench, type Figure, median, p95 } from './figure';
import { finish, Staged } from './staged';

const skill = 'agents/support/skills/lookup-order.js';
const rounds = 25;
const warmUp = 5;

/**
 * From saving a skill to the result of a run that uses it: read what changed, stage the draft, open a session,
 * run. What the editor adds (its file event, and the delay that gathers several saves) is not in it.
 */
export const saveToRun: Bench = {
  name: 'save-to-run',
  measure: () => Staged.use(measure),
};

async function measure(staged: Staged): Promise<Figure[]> {
  const source = await readFile(path.join(staged.sample.folder, 'tavora', skill), 'utf8');
  const agentId = await staged.sync();
  const saves: number[] = [];
  const runs: number[] = [];
  for (let round = 0; round < rounds + warmUp; round++) {
    const name = `Mira${round}`;
    const text = source.replace("'Mira'", `'${name}'`);
    const began = performance.now();
    await staged.sample.write(skill, text);
    await staged.sync();
    await ask(staged, agentId, name);
    const saved = performance.now() - began;

    const asking = performance.now();
    await ask(staged, agentId, name);
    if (round < warmUp) continue;
    saves.push(saved);
    runs.push(performance.now() - asking);
  }
  const baseline = { what: 'the run alone', value: median(runs) };
  return [
    {
      figure: 'from saving a skill to its result, median',
      unit: 'ms',
      value: median(saves),
      baseline,
      budget: 150,
    },
    {
      figure: 'from saving a skill to its result, p95',
      unit: 'ms',
      value: p95(saves),
      baseline,
    },
  ];
}

/** Asks in a new session. @throws when the answer did not come from the skill as it was last saved */
async function ask(staged: Staged, agentId: string, name: string): Promise<void> {
  const events = await finish(
    staged.client.sessions.run(await staged.open(agentId), 'Where is order A-1001?'),
  );
  const results = events.filter(({ type }) => type === 'execute_js_result');
  if (!results.some((event) => JSON.stringify(event).includes(name))) {
    throw new Error(`No result of the run holds “${name}”, which the skill was saved with.`);
  }
}
