import path from 'node:path';
import { type SandboxDebug, SandboxPool } from '../src/runtime/sandbox';
import { type Bench, type Figure, median } from './figure';

const repeats = 30;
const statements = 100_000;
/** Computes without calling anything: the worst that instrumenting can meet. */
const loop = `let n = 0; for (let i = 0; i < ${statements}; i++) { n += i; } n`;
const points = 5_000;
const recorded = `let n = 0; const order = { id: 'A-1', items: [1, 2, 3] }; for (let i = 0; i < ${points}; i++) { n += i; } n`;

/** What an instrumented run costs, beside a plain one. */
export const debugging: Bench = {
  name: 'debugger',
  async measure(): Promise<Figure[]> {
    const pool = new SandboxPool({ workerFile: path.resolve('dist/sandbox-worker.js') });
    try {
      const plain = await time(pool, loop);
      const silent = await time(pool, loop, listening(0));
      const short = await time(pool, recorded);
      const kept = await time(pool, recorded, listening(points * 2));
      return [
        {
          figure: `${statements} statements, instrumented`,
          unit: 'ms',
          value: silent,
          baseline: { what: 'plain', value: plain },
        },
        {
          figure: `${points} statements, each recorded with its names`,
          unit: 'ms',
          value: kept,
          baseline: { what: 'plain', value: short },
          budget: 5_000,
        },
      ];
    } finally {
      await pool.close();
    }
  },
};

/** @returns the middle time of a block, in milliseconds. @throws when it fails: no failure is measured */
async function time(pool: SandboxPool, source: string, debug?: SandboxDebug): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < repeats; at++) {
    const sandbox = await pool.open({
      skills: [],
      primitives: [],
      call: async () => undefined,
      ...(debug ? { debug: () => debug } : {}),
    });
    const result = await sandbox.run(source);
    sandbox.close();
    if (result.error) throw new Error(result.formatted);
    times.push(result.durationMs);
  }
  return median(times);
}

/** A debugger that stops at nothing. @param kept how many points it keeps */
function listening(kept: number): SandboxDebug {
  return {
    block: 'block:1',
    plan: () => ({
      breakpoints: { lines: [], functions: [], filters: [] },
      most: 0,
      reason: 'step',
      points: kept,
    }),
    points: () => undefined,
    said: () => undefined,
    stopped: () => Promise.reject(new Error('It stopped at nothing that was asked for.')),
  };
}
