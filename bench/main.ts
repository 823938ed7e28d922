import { activation } from './activation';
import { authoring } from './authoring';
import { coverage } from './coverage';
import { debugging } from './debugger';
import { deployPreview } from './deploy-preview';
import { diagnostics } from './diagnostics';
import { evalHistory } from './eval-history';
import { evals } from './evals';
import { type Bench, type Figure, isKept, table } from './figure';
import { firstEvent } from './first-event';
import { language } from './language';
import { runtimeMemory } from './runtime/memory';
import { runtimeRequests } from './runtime/requests';
import { runtimeRuns } from './runtime/runs';
import { runtimeStart } from './runtime/start';
import { runtimeTrace } from './runtime/trace';
import { saveToRun } from './save-to-run';
import { search } from './search';
import { size } from './size';
import { studio } from './studio';

const benches = [
  size,
  diagnostics,
  authoring,
  deployPreview,
  language,
  runtimeStart,
  runtimeRequests,
  runtimeRuns,
  runtimeTrace,
  runtimeMemory,
  debugging,
  coverage,
  firstEvent,
  saveToRun,
  search,
  studio,
  evals,
  evalHistory,
  activation,
];

/** Runs the benches named, or all (`runtime` stands for every bench whose name starts with it), and prints their figures. Ends with 1 when a budget is not kept. */
async function main(names: readonly string[]): Promise<void> {
  const means = (name: string, bench: Bench) => bench.name === name || bench.name.startsWith(`${name}-`);
  const unknown = names.filter((name) => !benches.some((bench) => means(name, bench)));
  if (unknown.length > 0) {
    const known = benches.map(({ name }) => name).join(', ');
    console.error(`There is no bench called ${unknown.join(', ')}. There are: ${known}.`);
    process.exitCode = 1;
    return;
  }
  const figures: Figure[] = [];
  const wanted = benches.filter((bench) => names.length === 0 || names.some((name) => means(name, bench)));
  for (const bench of wanted) {
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
