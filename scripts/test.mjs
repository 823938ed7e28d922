// `npm test`: everything, or the stages named: `npm test -- unit contract --grep sandbox`.
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { InTurn } from './lib/in-turn.mjs';
import { toTerminal } from './lib/process.mjs';

await runMain(async () => {
  await bootstrap();
  const { sets } = await import('./lib/stages.mjs');
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      grep: { type: 'string' },
      desktop: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
    },
  });
  const names = sets.flat(2).map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Failure(`There is no stage called ${unknown.join(', ')}. The stages are: ${names.join(', ')}.`);
  }
  // The build is not a test: naming a kind builds what it runs on.
  const isWanted = (/** @type {string} */ name) =>
    positionals.length === 0 || positionals.includes(name) || (name === 'build' && builds(positionals));

  const turns = new InTurn(toTerminal);
  /** @type {Ended[]} */
  const results = [];
  for (const lanes of sets) {
    // Their turns are taken in order before any begins, so that all is printed in that order.
    const begun = lanes.map((lane) =>
      lane.filter(({ name }) => isWanted(name)).map((stage) => ({ stage, part: turns.part() })),
    );
    const ended = begun.map(async (lane) => {
      /** @type {Ended[]} */
      const all = [];
      for (const { stage, part } of lane) {
        part.write(`\n── ${stage.name} ${'─'.repeat(Math.max(0, 70 - stage.name.length))}\n`);
        all.push(await timed(stage, values, part.write));
        part.end();
      }
      return all;
    });
    results.push(...(await Promise.all(ended)).flat());
  }
  // Once more at the end: a log is often read from there, and not always whole.
  tell('failed, and passed when run again', results, ({ shaky }) => shaky);
  tell('failed', results, ({ failures }) => failures);
  const passed = results.reduce((sum, { counts }) => sum + counts.passed, 0);
  const failed = results.reduce((sum, { counts }) => sum + counts.failed, 0);
  console.log(`\n${results.map(inOneLine).join('\n')}\n\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
});

/** @typedef {{ name: string, counts: import('./lib/results.mjs').Counts, seconds: number }} Ended */

/**
 * @param {import('./lib/stages.mjs').Stage} stage
 * @param {import('./lib/stages.mjs').Options} options
 * @param {import('./lib/process.mjs').Write} write
 * @returns {Promise<Ended>} a stage that breaks counts as one failure
 */
async function timed({ name, run }, options, write) {
  const began = performance.now();
  const counts = await run(options, write).catch((error) => {
    write(`${error instanceof Failure ? error.message : error.stack}\n`, true);
    return { passed: 0, failed: 1 };
  });
  return { name, counts, seconds: (performance.now() - began) / 1000 };
}

/**
 * @param {string} heading
 * @param {readonly Ended[]} results
 * @param {(counts: import('./lib/results.mjs').Counts) => readonly string[] | undefined} which
 */
function tell(heading, results, which) {
  const tests = results.flatMap(({ name, counts }) =>
    (which(counts) ?? []).map((text) => `${name}:${shortened(text)}`),
  );
  if (tests.length > 0) {
    console.log(`\n── ${heading} ${'─'.repeat(70 - heading.length)}\n${tests.join('\n')}`);
  }
}

/** @param {Ended} ended */
function inOneLine({ name, counts: { passed, failed }, seconds }) {
  const mark = failed > 0 ? '✘' : '✔';
  return `${mark} ${name.padEnd(10)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`;
}

/** @param {readonly string[]} kinds */
function builds(kinds) {
  return kinds.some((kind) => !['lint', 'types', 'wall'].includes(kind));
}

/**
 * The first lines of a failure; the whole of it stands where it happened.
 * @param {string} text
 */
function shortened(text) {
  return text.split('\n').slice(0, 8).join('\n');
}
