import { type Bench, type Figure, median, p95 } from './figure';
import { Staged } from './staged';

const rounds = 30;
/** Runs that are not counted: the first ones compile what all later ones use. */
const warmUp = 5;

/** From asking the offline model to the first frame of its run. */
export const firstEvent: Bench = {
  name: 'first-event',
  measure: () => Staged.use(measure),
};

async function measure(staged: Staged): Promise<Figure[]> {
  const { client } = staged;
  const agentId = await staged.sync();
  const firsts: number[] = [];
  const trips: number[] = [];
  let cold = 0;
  for (let round = 0; round < rounds + warmUp; round++) {
    const sessionId = await staged.open(agentId);
    const asking = performance.now();
    await client.project();
    const trip = performance.now() - asking;

    const stream = client.sessions.run(sessionId, 'Where is order A-1001?');
    const began = performance.now();
    let first = 0;
    for await (const _ of stream) first ||= performance.now() - began;
    const outcome = await stream.outcome;
    if (outcome.kind !== 'done') throw new Error(`The run ended as ${JSON.stringify(outcome)}.`);
    if (round === 0) cold = first;
    if (round < warmUp) continue;
    trips.push(trip);
    firsts.push(first);
  }
  const baseline = { what: 'GET /project', value: median(trips) };
  return [
    { figure: 'first event of a run, median', unit: 'ms', value: median(firsts), baseline, budget: 50 },
    { figure: 'first event of a run, p95', unit: 'ms', value: p95(firsts), baseline },
    { figure: 'first event of the first run after a start', unit: 'ms', value: cold, baseline },
  ];
}
