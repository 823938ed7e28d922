import { activation } from './activation';
import { diagnostics } from './diagnostics';
import { type Figure, isKept, table } from './figure';
import { firstEvent } from './first-event';
import { runtimeStart } from './runtime-start';
import { saveToRun } from './save-to-run';
import { search } from './search';
import { size } from './size';

const benches = [size, diagnostics, runtimeStart, firstEvent, saveToRun, search, activation];

/** Runs the benches named, or all, and prints their figures. Ends with 1 when a budget is not kept. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    const known = benches.map(({ name }) => name).join(', ');
    console.error(`There is no bench called ${unknown.join(', ')}. There are: ${known}.`);
    process.exitCode = 1;
    return;
  }
  const figures: Figure[] = [];
  for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
    console.error(`${bench.name}…`);
    try {
      figures.push(...(await bench.measure()));
    } catch (error) {
      // What the others measured is still worth reading.
      console.error(`${bench.name} could not be measured:`, error);
      process.exitCode = 1;
    }
  }
  console.log(table(figures));
  if (!figures.every(isKept)) process.exitCode = 1;
}

await main(process.argv.slice(2));
