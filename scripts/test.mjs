// `npm test`: everything, or the stages named: `npm test -- unit contract --grep sandbox`.
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { Failure, runMain } from './lib/failure.mjs';

await runMain(async () => {
  await bootstrap();
  const { stages } = await import('./lib/stages.mjs');
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      grep: { type: 'string' },
      desktop: { type: 'boolean', default: false },
      pictures: { type: 'boolean', default: false },
    },
  });
  const names = stages.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Failure(`There is no stage called ${unknown.join(', ')}. The stages are: ${names.join(', ')}.`);
  }
  // The build is not a test: naming a kind builds what it runs on.
  const wanted = stages.filter(
    ({ name }) =>
      positionals.length === 0 || positionals.includes(name) || (name === 'build' && builds(positionals)),
  );

  const total = { passed: 0, failed: 0 };
  const rows = [];
  /** @type {string[]} What failed, once more at the end: a log is often read from there, and not always whole. */
  const failures = [];
  for (const { name, run } of wanted) {
    console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
    const began = performance.now();
    /** @type {import('./lib/results.mjs').Counts} */
    const counts = await run(values).catch((error) => {
      console.error(error instanceof Failure ? error.message : error);
      return { passed: 0, failed: 1 };
    });
    total.passed += counts.passed;
    total.failed += counts.failed;
    failures.push(...(counts.failures ?? []).map((text) => `${name}:${shortened(text)}`));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    rows.push(
      `${counts.failed > 0 ? '✘' : '✔'} ${name.padEnd(10)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ${seconds.padStart(7)} s`,
    );
  }
  if (failures.length > 0) {
    console.log(`\n── failed ${'─'.repeat(64)}\n${failures.join('\n')}`);
  }
  console.log(`\n${rows.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});

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
