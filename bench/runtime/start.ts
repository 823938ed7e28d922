import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Bench, type Figure, median } from '../figure';
import { Runtime, withDataFolder } from './process';

const rounds = 9;

/** From starting the process to the line that says it listens, and the memory it then takes. */
export const runtimeStart: Bench = {
  name: 'runtime-start',
  async measure(): Promise<Figure[]> {
    const fresh: number[] = [];
    const again: number[] = [];
    const bare: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await bareNode());
      await withDataFolder(async (folder) => {
        for (const times of [fresh, again]) {
          const runtime = await Runtime.start(folder);
          times.push(runtime.startMs);
          memory.push(await runtime.atRest());
          await runtime.stop();
        }
      });
    }
    const baseline = { what: 'node -e 0', value: median(bare) };
    return [
      { figure: 'runtime start, new data folder', unit: 'ms', value: median(fresh), baseline, budget: 400 },
      { figure: 'runtime start, existing data', unit: 'ms', value: median(again), baseline, budget: 400 },
      { figure: 'memory at rest after a start', unit: 'MB', value: median(memory), budget: 120 },
    ];
  },
};

async function bareNode(): Promise<number> {
  const began = performance.now();
  const [code] = await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  if (code !== 0) throw new Error(`node -e 0 ended with ${code}.`);
  return performance.now() - began;
}
