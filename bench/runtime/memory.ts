import { type Bench, type Figure, median } from '../figure';
import { Staged } from '../staged';
import { burst } from './burst';
import { oneRun } from './runs';

const looks = 10;
const runsEach = 1_000;

/** Memory while 10,000 runs go by: what a run leaves behind would add up. */
export const runtimeMemory: Bench = {
  name: 'runtime-memory',
  measure: () => Staged.use(measure),
};

async function measure(staged: Staged): Promise<Figure[]> {
  const agentId = await staged.sync();
  const seen: number[] = [];
  for (let look = 0; look < looks; look++) {
    await burst(staged.ready, runsEach, 0, (connection) => oneRun(connection, agentId));
    seen.push(await staged.runtime.atRest());
  }
  // The first thousands fill caches and let the heap find its size.
  const early = median(seen.slice(2, 6));
  const late = median(seen.slice(6));
  return [
    {
      figure: 'memory after 10,000 runs',
      unit: 'MB',
      value: late,
      baseline: { what: 'after 3,000 to 6,000', value: early },
      budget: early * 1.1,
    },
  ];
}
