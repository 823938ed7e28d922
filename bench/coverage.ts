import path from 'node:path';
import { SandboxPool } from '../src/runtime/sandbox';
import { type Bench, type Figure, median } from './figure';

const repeats = 20;
/** Nothing but statements, branches and calls: the worst that counting can meet. */
const skill = `
const tax = (n) => n * 1.19;
function price(item) {
  let sum = 0;
  for (const part of item.parts) {
    if (part.free) continue;
    sum += part.count > 2 ? tax(part.price) * 0.9 : tax(part.price);
  }
  return sum;
}
module.exports = function total(args) {
  const item = { parts: [{ price: 2, count: 1 }, { price: 3, count: 4 }, { free: true }] };
  let sum = 0;
  for (let i = 0; i < args.times; i++) {
    sum += price(item);
    if (sum > 1e9) sum = 0;
  }
  return sum;
};
`;
const block = "require('total')({ times: 20000 })";

/** What it costs that skills count what they run. */
export const coverage: Bench = {
  name: 'coverage',
  async measure(): Promise<Figure[]> {
    const pool = new SandboxPool({ workerFile: path.resolve('dist/sandbox-worker.js') });
    try {
      // In turns, so that what else the machine does falls on both.
      const times = { plain: [] as number[], counted: [] as number[] };
      for (let at = 0; at < repeats; at++) {
        times.plain.push(await time(pool, false));
        times.counted.push(await time(pool, true));
      }
      return [
        {
          figure: 'a block that is all skill, with coverage',
          unit: 'ms',
          value: median(times.counted),
          baseline: { what: 'without', value: median(times.plain) },
        },
      ];
    } finally {
      await pool.close();
    }
  },
};

/** @returns how long the block took, in milliseconds. @throws when it fails, or counts what it should not */
async function time(pool: SandboxPool, counted: boolean): Promise<number> {
  const sandbox = await pool.open({
    skills: [{ name: 'total', path: 'skills/total.js', source: skill }],
    primitives: [],
    coverage: counted,
    call: async () => undefined,
  });
  const { error, formatted, counts, durationMs } = await sandbox.run(block);
  sandbox.close();
  if (error) throw new Error(formatted);
  if (counted !== counts.length > 0) throw new Error(`${counts.length} skills counted.`);
  return durationMs;
}
